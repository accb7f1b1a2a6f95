import { Link } from '@tanstack/react-router';
import { useNames } from '../../api/queries';
import { readSide } from '../../lib/sides';
import { domain, useRecord } from './useMatches';

/** A side of a pair as people know it: a record by its code and name, a code with its system. */
export function SideName({ side, code }: { side: string; code?: string }) {
  const names = useNames();
  const read = readSide(side);
  const record = useRecord(read.record);
  if (!read.record) return <>{names.system(read.system)} <code>{code || read.key}</code></>;
  return (
    <Link to="/records/$domain/$id" params={{ domain, id: read.record }}>
      <code>{record.data?.code ?? '…'}</code> {record.data?.name}
    </Link>
  );
}

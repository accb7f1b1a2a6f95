import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../api/queries';
import type { GoldenRecord, Page } from '../api/types';
import { useSession } from '../session/Session';
import { ProblemBox } from './Problem';

/** A record by what people know it by. */
export interface Picked {
  id: string;
  code: string;
  name: string;
}

/** Finds a record by its code, its name or any plant's code; what was picked stands in place of the search. */
export function RecordPicker({ domain, picked, onPick }: { domain: string; picked: Picked | undefined; onPick: (record: Picked | undefined) => void }) {
  const { t } = useTranslation();
  if (picked) {
    return (
      <div className="line" role="group" aria-label={t('pick.picked')}>
        <span className="dense">{t('pick.picked')}</span>
        <code>{picked.code}</code>
        <span style={{ flex: 1 }}>{picked.name}</span>
        <Button onClick={() => onPick(undefined)}>{t('pick.other')}</Button>
      </div>
    );
  }
  return <Search domain={domain} onPick={onPick} />;
}

function Search({ domain, onPick }: { domain: string; onPick: (record: Picked) => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const names = useNames();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ['records', domain, 'map', text], enabled: text !== '', placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.get<Page<GoldenRecord>>(`/records/${domain}`, { query: { text, state: 'active', limit: 8 }, signal }),
  });
  const records = text === '' ? [] : (found.data?.items ?? []);
  return (
    <div className="stack" style={{ gap: 6 }}>
      <TextInput label={t('pick.search')} description={t('pick.help')} type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      {found.isError && <ProblemBox thrown={found.error} />}
      <ul className="steps" aria-label={t('map.found')}>
        {records.map((record) => (
          <li key={record.id} className="line">
            <code style={{ minWidth: 100 }}>{record.code}</code>
            <span style={{ flex: 1 }}>
              {record.name}
              {record.matched?.map((one) => <span key={one.system + one.code} className="small muted"> · {names.system(one.system)} <code>{one.code}</code></span>)}
            </span>
            <Button onClick={() => onPick({ id: record.id, code: record.code, name: record.name })} aria-label={t('pick.this', { code: record.code })}>{t('pick.choose')}</Button>
          </li>
        ))}
      </ul>
      {text !== '' && records.length === 0 && !found.isFetching && <p className="muted dense">{t('map.none')}</p>}
    </div>
  );
}

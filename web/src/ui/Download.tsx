import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Query } from '../api/client';
import { save } from '../lib/save';
import { useSession } from '../session/Session';
import { useFailure } from './Toaster';

/** A large workbook takes the server a while to write. */
const patience = 300_000;

/** Fetches a file and has the browser save it under a name. */
export function Download({ path, query, name, children }: { path: string; query?: Query; name: string; children: ReactNode }) {
  const { client } = useSession();
  const fail = useFailure();
  const download = useMutation({
    mutationFn: () => client.file(path, { query, timeout: patience }),
    onSuccess: (file) => save(file, name),
    onError: fail,
  });
  return (
    <Button leftSection={<FileDown size={15} aria-hidden="true" />} loading={download.isPending} onClick={() => download.mutate()}>{children}</Button>
  );
}

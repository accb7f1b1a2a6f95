import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSystems } from '../../api/queries';
import type { Import, SourceSystem } from '../../api/types';
import { newId } from '../../lib/ids';
import { useSession } from '../../session/Session';
import { ProblemBox } from '../../ui/Problem';

/** The API's limit for a file. */
const maxBytes = 10_000_000;

/** Sends a CSV file to be checked; nothing changes by it. */
export function Upload({ onUploaded }: { onUploaded: (made: Import) => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const systems = useSystems().data?.items ?? [];
  const [chosen, setChosen] = useState('');
  const [file, setFile] = useState<File>();
  const [remark, setRemark] = useState('');
  const system = systems.find((one) => one.id === chosen) ?? systems.find((one) => one.plant !== '') ?? systems[0];
  const upload = useMutation({
    mutationFn: async ({ from, target }: { from: File; target: SourceSystem }) =>
      client.post<Import>('/imports', {
        query: { system: target.id, plant: target.plant, domain: target.domains?.[0] ?? 'item', file_name: from.name },
        body: await from.text(), contentType: 'text/csv', idempotencyKey: newId(),
      }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['imports'] });
      onUploaded(made);
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    setRemark('');
    if (!file || !system) return setRemark(t('imports.choose'));
    if (file.size > maxBytes) return setRemark(t('imports.too_large'));
    upload.mutate({ from: file, target: system });
  };
  return (
    <section className="section" aria-labelledby="upload">
      <h2 id="upload" style={{ fontSize: 15 }}>{t('imports.upload')}</h2>
      <form className="line" style={{ alignItems: 'flex-end', gap: 12 }} onSubmit={send}>
        <NativeSelect
          label={t('imports.system')} value={system?.id ?? ''} data={systems.map((one) => ({ value: one.id, label: one.name }))}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        <label className="dense" style={{ display: 'grid', gap: 4 }}>
          {t('imports.file')}
          <input type="file" accept=".csv,text/csv" aria-describedby="file-help" onChange={(event) => setFile(event.currentTarget.files?.[0])} />
        </label>
        <Button type="submit" variant="filled" loading={upload.isPending}>{t('imports.check')}</Button>
      </form>
      <p id="file-help" className="small muted">{t('imports.file_help')}</p>
      {remark && <p role="alert" className="dense" style={{ color: 'var(--xw-bad)' }}>{remark}</p>}
      {upload.isError && <ProblemBox thrown={upload.error} safe={t('problem.kept')} />}
    </section>
  );
}

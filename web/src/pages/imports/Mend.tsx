import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem';
import type { Import } from '../../api/types';
import { useAnnounce } from '../../ui/Announcer';
import { useFailure } from '../../ui/Toaster';
import { refusal } from './declare';
import { Progress } from './Progress';
import { useUpload } from './useImport';

/** Takes the same table again after somebody put it right; a downloaded error workbook continues this import. */
export function Mend({ found }: { found: Import }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const fail = useFailure();
  const input = useRef<HTMLInputElement>(null);
  const upload = useUpload((made) => {
    announce(t(made.id === found.id ? 'imports.continued' : 'imports.another'));
    void navigate({ to: '/imports/$id', params: { id: made.id } });
  });
  const send = (file: File | undefined) => {
    if (!file) return;
    const refused = refusal(file);
    if (refused) return fail(new ApiProblem({ code: refused, detail: t(`imports.refused_${refused}`) }));
    const { kind, system, plant, domain } = found;
    upload.mutate({ file, declared: { kind, system, plant, domain } }, { onError: fail });
    // the same file may be chosen again after it was refused
    if (input.current) input.current.value = '';
  };
  if (upload.isPending) {
    return (
      <span className="line">
        <Progress label={t('imports.sending')} percent={Math.floor(upload.sent * 100)} />
        <Button onClick={upload.stop}>{t('imports.stop')}</Button>
      </span>
    );
  }
  return (
    <>
      <input ref={input} type="file" hidden accept=".xlsx,.csv" aria-label={t('imports.mended')} onChange={(event) => send(event.currentTarget.files?.[0])} />
      <Button leftSection={<FileUp size={15} aria-hidden="true" />} onClick={() => input.current?.click()}>{t('imports.mended')}</Button>
    </>
  );
}

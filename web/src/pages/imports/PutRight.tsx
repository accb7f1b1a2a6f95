import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import, ImportAnswer, ImportNote, ImportRow } from '../../api/types';
import { focusList } from '../../lib/focus';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';
import { SuggestionsOf } from '../../ui/SuggestionsOf';
import { useFailure } from '../../ui/Toaster';
import { corrected, taking } from './answers';
import { useAnswers } from './useImport';

/** The row is judged anew and may leave the list: then the keys' focus goes to what is open instead. */
function useMended(found: Import) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  return useAnswers(found.id, () => {
    announce(t('imports.answered'));
    focusList();
  });
}

/** Takes what a note suggests instead of what the cell says. */
export function TakeSuggestion({ found, row, note }: { found: Import; row: ImportRow; note: ImportNote }) {
  const { t } = useTranslation();
  const fail = useFailure();
  const mend = useMended(found);
  const answer = taking(found.layout, row, note);
  if (!answer) return null;
  return <Button loading={mend.isPending} onClick={() => mend.mutate([answer], { onError: fail })}>{t('imports.take', { code: note.suggestion })}</Button>;
}

/** Puts a mapping's row right here: a record that is suggested for it, or what somebody types. The file stays as it is. */
export function PutRight({ found, row }: { found: Import; row: ImportRow }) {
  const { t } = useTranslation();
  const fail = useFailure();
  const mend = useMended(found);
  const [typed, setTyped] = useState({ code: row.code, target: row.target });
  const answer = corrected(row, typed);
  const unknown = row.status === 'wrong' && row.notes.some((note) => note.kind === 'unknown_target');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (answer) mend.mutate([answer]);
  };
  const take = (target: string) => mend.mutate([{ position: row.position, target } satisfies ImportAnswer], { onError: fail });
  return (
    <>
      {unknown && <SuggestionsOf path={`/imports/${found.id}/rows/${row.position}`} domain={found.domain} onPick={(one) => take(one.code)} />}
      <form className="section" aria-labelledby="put-right" onSubmit={send}>
        <h3 id="put-right">{t('imports.put_right')}</h3>
        <div className="line" style={{ alignItems: 'flex-end' }}>
          <TextInput label={t('imports.code')} value={typed.code} maxLength={200} onChange={(event) => setTyped({ ...typed, code: event.currentTarget.value })} />
          <TextInput label={t('imports.target')} value={typed.target} maxLength={200} onChange={(event) => setTyped({ ...typed, target: event.currentTarget.value })} />
          <Button type="submit" disabled={!answer} loading={mend.isPending}>{t('imports.put_right_save')}</Button>
        </div>
        <p className="small muted">{t('imports.put_right_help')}</p>
        {mend.isError && <ProblemBox thrown={mend.error} safe={t('problem.kept')} />}
      </form>
    </>
  );
}

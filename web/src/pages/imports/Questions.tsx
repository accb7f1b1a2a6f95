import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Import, ImportAnswer, ImportChange, ImportRow } from '../../api/types';
import { displayValue } from '../../lib/values';
import { useAnnounce } from '../../ui/Announcer';
import { useFailure } from '../../ui/Toaster';
import { PlainValue } from '../../ui/ValueCell';
import { useAnswers, useFields } from './useImport';

/** One question for each value of which the file and Crosswalk say different things: which of them counts. */
export function Questions({ found, row }: { found: Import; row: ImportRow }) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const fail = useFailure();
  const answer = useAnswers(found.id, () => announce(t('imports.answered')));
  const say = (one: ImportAnswer) => answer.mutate([one], { onError: fail });
  return (
    <section className="section" aria-labelledby="questions">
      <h3 id="questions">{t('imports.questions')}</h3>
      {row.changes.map((change) => <Question key={change.attribute} found={found} row={row} change={change} busy={answer.isPending} onSay={say} />)}
      {row.changes.length === 0 && <Both position={row.position} attribute={undefined} label="" busy={answer.isPending} onSay={say} />}
    </section>
  );
}

function Question({ found, row, change, busy, onSay }: { found: Import; row: ImportRow; change: ImportChange; busy: boolean; onSay: (answer: ImportAnswer) => void }) {
  const { t, i18n } = useTranslation();
  const fields = useFields(found.id).data;
  const label = change.label || fields?.find((one) => one.field === change.attribute)?.label || change.attribute;
  return (
    <div className="item">
      <b className="dense">{label}</b>
      <dl className="cells">
        <dt>{t('imports.said')}</dt><dd><PlainValue text={displayValue(change.after, i18n.language)} /></dd>
        <dt>{t('imports.known')}</dt><dd><PlainValue text={displayValue(change.before, i18n.language)} /></dd>
      </dl>
      <Both position={row.position} attribute={change.attribute} label={label} busy={busy} onSay={onSay} />
    </div>
  );
}

/** The two ways to answer. */
function Both({ position, attribute, label, busy, onSay }: {
  position: number;
  attribute: string | undefined;
  label: string;
  busy: boolean;
  onSay: (answer: ImportAnswer) => void;
}) {
  const { t } = useTranslation();
  const answer = (keep: 'file' | 'known') => onSay({ position, keep, ...(attribute !== undefined && { attribute }) });
  return (
    <div className="line" role="group" aria-label={label || undefined}>
      <Button disabled={busy} onClick={() => answer('file')}>{t('imports.keep_file')}</Button>
      <Button disabled={busy} onClick={() => answer('known')}>{t('imports.keep_known')}</Button>
    </div>
  );
}

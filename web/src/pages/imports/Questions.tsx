import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Import, ImportAnswer, ImportRow } from '../../api/types';
import { standing } from '../../lib/words';
import { displayValue } from '../../lib/values';
import { useAnnounce } from '../../ui/Announcer';
import { useFailure } from '../../ui/Toaster';
import { PlainValue } from '../../ui/ValueCell';
import { questionsOf, type Question } from './answers';
import { useAnswers, useFieldLabel } from './useImport';

/** One question for each value of which the file and Crosswalk say different things: which of them counts. */
export function Questions({ found, row }: { found: Import; row: ImportRow }) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const fail = useFailure();
  const answer = useAnswers(found.id, () => announce(t('imports.answered')));
  const say = (one: ImportAnswer) => answer.mutate([one], { onError: fail });
  const questions = questionsOf(found.layout, row);
  return (
    <section className="section" aria-labelledby="questions">
      <h3 id="questions">{t('imports.questions')}</h3>
      {questions.map((question) => <Asked key={question.attribute} kind={found.kind} question={question} position={row.position} busy={answer.isPending} onSay={say} />)}
      {questions.length === 0 && <Both position={row.position} attribute={undefined} label="" busy={answer.isPending} onSay={say} />}
    </section>
  );
}

function Asked({ kind, question: { attribute, change, message }, position, busy, onSay }: {
  kind: Import['kind'];
  question: Question;
  position: number;
  busy: boolean;
  onSay: (answer: ImportAnswer) => void;
}) {
  const { t, i18n } = useTranslation();
  const label = useFieldLabel(kind)(attribute, change?.label ?? '');
  return (
    <div className="item">
      <b className="dense">{label}</b>
      {message && <p className="dense">{standing(message)}</p>}
      {change && (
        <dl className="cells">
          <dt>{t('imports.said')}</dt><dd><PlainValue text={displayValue(change.after, i18n.language)} /></dd>
          <dt>{t('imports.known')}</dt><dd><PlainValue text={displayValue(change.before, i18n.language)} /></dd>
        </dl>
      )}
      <Both position={position} attribute={attribute} label={label} busy={busy} onSay={onSay} />
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

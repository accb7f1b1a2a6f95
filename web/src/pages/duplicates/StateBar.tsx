import { useTranslation } from 'react-i18next';
import type { MatchState } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { ProblemBox } from '../../ui/Problem';
import { useEvaluate, useMatchState } from './useMatches';

/** How far the evaluation is: "not evaluated yet" is not "nothing is alike". */
export function StateBar({ onCompare }: { onCompare: (() => void) | undefined }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const state = useMatchState();
  const evaluate = useEvaluate();
  if (state.isError) return <ProblemBox thrown={state.error} retry={() => void state.refetch()} />;
  if (!state.data) return null;
  const busy = state.data.running || state.data.requested;
  return (
    <>
      <p className="small muted evaluated">
        <Sentence state={state.data} />{' '}
        {may('operate') && <button type="button" className="chip" disabled={busy || evaluate.isPending} onClick={() => evaluate.mutate()}>{t('duplicates.evaluate')}</button>}{' '}
        {onCompare && <button type="button" className="chip" aria-keyshortcuts="C" onClick={onCompare}>{t('why.open')}</button>}
      </p>
      {state.data.failed && <div className="banner" data-tone="bad"><p>{t('duplicates.failed', { why: standing(state.data.failed) })}</p></div>}
      {evaluate.isError && <ProblemBox thrown={evaluate.error} />}
    </>
  );
}

function Sentence({ state }: { state: MatchState }) {
  const { t } = useTranslation();
  const time = useTime();
  const now = state.running ? t('duplicates.running') : state.requested ? t('duplicates.requested') : '';
  if (!state.evaluated) return <>{t('duplicates.not_evaluated')} {now}</>;
  const parts = { when: time.at(state.evaluated_at), records: state.records, codes: state.codes, candidates: state.candidates };
  return <>{t('duplicates.evaluated', parts)} {now}</>;
}

import { Link } from '@tanstack/react-router';
import { Check, CircleDashed, Hand, Loader, Minus, X, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../api/types';
import { stepsOf, type RunStep, type StepState } from '../../lib/runSteps';
import { useLocale } from '../../lib/useLocale';
import { useNow } from '../../lib/useNow';
import { useTime } from '../../lib/useTime';

const icons: Record<StepState, LucideIcon> = { done: Check, active: Loader, held: Hand, stopped: X, ahead: CircleDashed, unreached: Minus };
const tones: Record<StepState, string> = { done: 'good', active: 'active', held: 'wait', stopped: 'bad', ahead: 'quiet', unreached: 'quiet' };

/** A run step by step: how far it came, what each step counted, and what it left aside and why. */
export function Timeline({ run }: { run: Run }) {
  const { t } = useTranslation();
  return (
    <section className="section">
      <h3 id="run-steps">{t('runs.steps')}</h3>
      <ol className="timeline" aria-labelledby="run-steps">
        {stepsOf(run).map((step) => <Step key={step.key} step={step} run={run} />)}
      </ol>
    </section>
  );
}

function Step({ step, run }: { step: RunStep; run: Run }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale);
  const Icon = icons[step.state];
  return (
    <li data-tone={tones[step.state]}>
      <span className="dot"><Icon size={14} aria-hidden="true" /></span>
      <div className="spread">
        <h4>{t(`run_step.${step.key}`)}</h4>
        <span className="small muted nowrap">{t(`step_state.${step.state}`)}<Taken step={step} /></span>
      </div>
      {step.figures.length > 0 && (
        <p className="facts">
          {step.figures.map(([count, value]) => <span key={count}><b>{number.format(value)}</b> {t(`count.${count}`)}</span>)}
        </p>
      )}
      {step.skipped.length > 0 && (
        <ul className="left-aside" aria-label={t('runs.skips')}>
          {step.skipped.map(([skip, value]) => <li key={skip}><b>{number.format(value)}</b> {t(`skip.${skip}`)}</li>)}
        </ul>
      )}
      {step.key === 'read' && run.proof && <p className="small muted">{t('runs.proof')} {run.proof}.</p>}
      {step.key === 'read' && run.counts.quarantined > 0 && <a className="dense" href="#quarantine">{t('runs.to_quarantine')}</a>}
      {step.key === 'proposed' && run.counts.raised > 0 && <Link to="/queue" className="dense">{t('runs.to_queue')}</Link>}
    </li>
  );
}

/** How long a step took, or has been going on. */
function Taken({ step }: { step: RunStep }) {
  const { t } = useTranslation();
  const time = useTime();
  const now = useNow(1000, step.since !== '');
  const waited = Math.max(0, Math.round((now - Date.parse(step.since)) / 1000));
  if (step.since) return <>{t('runs.for', { length: waited < 120 ? t('runs.seconds', { count: waited }) : time.age(step.since) })}</>;
  // of a moment only that it was one
  return step.millis > 0 ? <>{t('runs.took', { length: t('runs.seconds', { count: Math.max(0.01, Math.round(step.millis / 10) / 100) }) })}</> : null;
}

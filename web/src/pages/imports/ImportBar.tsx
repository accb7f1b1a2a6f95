import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { Import } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { Tag, ToneIcon } from '../../ui/Bits';
import { importStateTones } from '../../ui/tones';
import { correctable, judged, stepOf, steps, type Step } from './stages';

/** Where an import is on its way, and what it is: one line over everything its page shows. */
export function ImportBar({ found, shown, onStep }: { found: Import; shown: Step; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const now = steps.indexOf(stepOf(found.state));
  const reachable = (step: Step) => (step === 'columns' && correctable(found.state)) || (step === 'preview' && judged(found.state));
  return (
    <div className="import-bar">
      <ol className="import-steps" aria-label={t('imports.steps')}>
        {steps.map((step, index) => {
          const passed = index < now || found.state === 'submitted';
          const words = <>{passed && <ToneIcon tone="good" size={13} />}{t(`import_step.${step}`)}</>;
          const current = step === shown ? ('step' as const) : undefined;
          return (
            <li key={step}>
              {reachable(step) ? <button type="button" className="chip at" aria-current={current} onClick={() => onStep(step)}>{words}</button>
                : <span className="at" aria-current={current}>{words}</span>}
            </li>
          );
        })}
      </ol>
      <Tag tone={importStateTones[found.state]}>{t(`import_state.${found.state}`)}</Tag>
      <Facts found={found} />
    </div>
  );
}

function Facts({ found }: { found: Import }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <div className="facts">
      <span>{t(`import_kind.${found.kind}`)}</span>
      {found.system && <span>{names.system(found.system)}</span>}
      {found.plant && <span>{found.plant}</span>}
      {found.revision > 1 && <span>{t('imports.revision', { count: found.revision })}</span>}
      <span>{t('imports.by', { who: names.person(found.created_by), when: time.at(found.created_at) })}</span>
      <Became found={found} />
    </div>
  );
}

/** What was made of it. */
function Became({ found }: { found: Import }) {
  const { t } = useTranslation();
  const requests = found.change_request_ids;
  return (
    <>
      {requests.map((id, index) => (
        <Link key={id} to="/requests/$id" params={{ id }}>{requests.length > 1 ? t('imports.to_request_nth', { nth: index + 1 }) : t('imports.to_request')}</Link>
      ))}
      {found.run_id && <Link to="/runs/$id" params={{ id: found.run_id }}>{t('imports.to_run')}</Link>}
    </>
  );
}

import { useTranslation } from 'react-i18next';
import type { Waterfall } from '../api/types';
import { useLocale } from '../lib/useLocale';
import { barsOf, stepsOf, type WaterfallStep } from '../lib/waterfall';
import { PlainValue } from './ValueCell';

/** Why a pair has its probability: from what any two things have in common, over each comparison, to the sum. */
export function WaterfallTable({ explanation }: { explanation: Waterfall }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const bits = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const steps = stepsOf(explanation);
  const { zero, bars } = barsOf(steps);
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label={t('waterfall.title')}>
      <table className="table waterfall">
        <caption className="hidden-words">{t('waterfall.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('waterfall.comparison')}</th>
            <th scope="col">{t('waterfall.left')}</th>
            <th scope="col">{t('waterfall.right')}</th>
            <th scope="col" className="number">{t('waterfall.bits')}</th>
            <th scope="col"><span className="hidden-words">{t('waterfall.bar')}</span></th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step, index) => (
            <tr key={index} data-kind={step.kind}>
              <th scope="row"><StepName step={step} /></th>
              <td>{step.reason?.left && <PlainValue text={step.reason.left} />}</td>
              <td>{step.reason?.right && <PlainValue text={step.reason.right} />}</td>
              <td className="number">{bits.format(step.bits)}</td>
              <td className="step" aria-hidden="true"><Bar step={step} zero={zero} place={bars[index]} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What speaks for a match goes right, what speaks against it goes left; an outline says that it does not add up but sum up. */
function Bar({ step, zero, place }: { step: WaterfallStep; zero: number; place: { left: number; width: number } | undefined }) {
  const tone = step.kind === 'sum' || step.kind === 'prior' ? 'sum' : step.bits < 0 ? 'against' : 'for';
  return (
    <svg viewBox="0 0 100 12" preserveAspectRatio="none" className="bits">
      <line x1={zero} x2={zero} y1="0" y2="12" />
      <rect data-tone={tone} x={place?.left ?? 0} width={Math.max(place?.width ?? 0, 0.8)} y="2" height="8" />
    </svg>
  );
}

function StepName({ step }: { step: WaterfallStep }) {
  const { t } = useTranslation();
  if (step.kind !== 'reason') return <>{t(`waterfall.${step.kind}`)}</>;
  const { comparison = '', label = '', conflict = false } = step.reason ?? {};
  return (
    <>
      {label === comparison ? t(`comparison.${comparison.replaceAll(' ', '_')}`, { defaultValue: label }) : label}
      {conflict && <span className="tag-differs"> {t('waterfall.conflict')}</span>}
    </>
  );
}

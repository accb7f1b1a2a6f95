import { useTranslation } from 'react-i18next';
import type { CandidateBand } from '../../api/types';
import { confidenceOf, confidenceTones, percentOf } from '../../lib/verdicts';
import { Tag } from '../../ui/Bits';

/** How sure a pair is: a shape, a word and the number. */
export function Confidence({ of }: { of: { probability: number; band: CandidateBand; contradicted: boolean } }) {
  const { t } = useTranslation();
  const step = confidenceOf(of);
  return <Tag tone={confidenceTones[step]}>{t(`confidence.${step}`)} {percentOf(of.probability)}</Tag>;
}

import { useTranslation } from 'react-i18next';
import type { BackTest } from '../../api/types';
import { percentOf, verdictTones } from '../../lib/verdicts';
import { Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { TableSection } from '../../ui/TableSection';
import { SideName } from '../duplicates/SideName';

const figures = ['verdicts', 'agreed', 'disagreed', 'flip_count', 'queue_before', 'queue_after', 'auto_after'] as const;
/** More flips than this nobody reads. */
const most = 100;

/** What a draft would have done with everything people said, and what it would make of the queue. */
export function BackTestResult({ test }: { test: BackTest }) {
  const { t } = useTranslation();
  const flips = (test.flips ?? []).slice(0, most);
  const columns = ['flip_word', 'flip_pair', 'flip_before', 'flip_after'].map((column) => t(`match_rules.column_${column}`));
  return (
    <>
      <p className="dense muted">{t('match_rules.tested')} <Instant at={test.at} /></p>
      <dl className="figures">
        {figures.map((name) => <div key={name}><dt>{t(`match_rules.figure_${name}`)}</dt><dd>{test[name]}</dd></div>)}
      </dl>
      {flips.length > 0 && (
        <TableSection id="flips" title={t('match_rules.flips')} columns={columns}>
          {flips.map((flip) => (
            <tr key={flip.verdict_id}>
              <th scope="row"><Tag tone={verdictTones[flip.word]}>{t(`verdict.${flip.word}`)}</Tag></th>
              <td><SideName side={flip.left} /> · <SideName side={flip.right} /></td>
              <td>{t(`match_rules.in_${flip.before}`)} {percentOf(flip.probability_before)}</td>
              <td>{t(`match_rules.in_${flip.after}`)} {percentOf(flip.probability)}</td>
            </tr>
          ))}
        </TableSection>
      )}
      {test.flip_count > flips.length && <p className="dense muted">{t('match_rules.more_flips', { count: test.flip_count - flips.length })}</p>}
    </>
  );
}

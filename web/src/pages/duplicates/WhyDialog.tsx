import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../ui/Loaded';
import { RecordPicker, type Picked } from '../../ui/RecordPicker';
import { WaterfallTable } from '../../ui/WaterfallTable';
import { standing } from '../../lib/words';
import { Confidence } from './Confidence';
import { Contradictions } from './PairDetail';
import { domain, useExplained } from './useMatches';

/** Why any two records may be one, or why they are not proposed. */
export function WhyDialog({ onClose, first }: { onClose: () => void; first?: Picked }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState<Picked | undefined>(first);
  const [right, setRight] = useState<Picked>();
  const same = left && right && left.id === right.id;
  const pair = useExplained(same || !left ? undefined : `record:${left.id}`, right && `record:${right.id}`);
  return (
    <Modal opened onClose={onClose} size="xl" title={t('why.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className="form">
        <RecordPicker domain={domain} picked={left} onPick={setLeft} />
        <RecordPicker domain={domain} picked={right} onPick={setRight} />
        {same && <p className="muted dense">{t('why.same')}</p>}
        {left && right && !same && (
          <Loaded query={pair}>
            {(found) => (
              <>
                <div className="line"><Confidence of={found} /></div>
                {found.proposed_why_not && <div className="banner" data-tone="wait"><p>{standing(found.proposed_why_not)}</p></div>}
                <Contradictions explanation={found.explanation} />
                <WaterfallTable explanation={found.explanation} />
              </>
            )}
          </Loaded>
        )}
      </div>
    </Modal>
  );
}

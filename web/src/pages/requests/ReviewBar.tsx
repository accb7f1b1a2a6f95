import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ChangeRequest } from '../../api/types';
import { standing } from '../../lib/words';
import { Key } from '../../ui/Bits';
import type { Review } from './useReview';

/** Approve and reject, or in their place the reason why this person cannot. */
export function ReviewBar({ request, review }: { request: ChangeRequest; review: Review }) {
  const { t } = useTranslation();
  const { may } = request;
  if (request.state !== 'in_review') return null;
  return (
    <div className="actions">
      <div className="buttons">
        {may.approve ? (
          <>
            <Button variant="filled" loading={review.busy} aria-keyshortcuts="A" onClick={review.approve}>
              {t('requests.approve')}
              <Key>A</Key>
            </Button>
            <Button aria-keyshortcuts="X" onClick={() => review.ask('rejection')}>
              {t('requests.reject')}
              <Key>X</Key>
            </Button>
          </>
        ) : (
          <p className="dense muted">{standing(may.approve_why_not)}</p>
        )}
        {may.withdraw && <Button style={{ marginInlineStart: 'auto' }} onClick={() => review.ask('withdrawal')}>{t('requests.withdraw')}</Button>}
      </div>
    </div>
  );
}

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ChangeRequest } from '../../api/types';
import { secondsUntil } from '../../lib/resubmission';
import { useNow } from '../../lib/useNow';
import { standing } from '../../lib/words';
import { Key } from '../../ui/Bits';
import type { Review } from './useReview';

/** What this person may do with the request in its state, or in its place the reason why not. */
export function ReviewBar({ request, review }: { request: ChangeRequest; review: Review }) {
  const { t } = useTranslation();
  const { may, state } = request;
  if (state === 'scheduled') return <Scheduled request={request} review={review} />;
  const why = state === 'in_review' && !may.approve ? may.approve_why_not : '';
  const any = may.approve || may.reject || may.send_back || may.withdraw || may.resubmit || may.revert || may.second_look;
  if (!any && why === '') return null;
  return (
    <div className="actions">
      <div className="buttons">
        {why && <p className="dense muted">{standing(why)}</p>}
        {may.resubmit && <Button variant="filled" onClick={review.edit}>{t('requests.resubmit')}</Button>}
        {may.approve && (
          <Button variant="filled" loading={review.busy} aria-keyshortcuts="A" onClick={review.approve}>
            {t('requests.approve')}
            <Key>A</Key>
          </Button>
        )}
        {may.send_back && (
          <Button aria-keyshortcuts="S" onClick={() => review.ask('rework')}>
            {t('requests.send_back')}
            <Key>S</Key>
          </Button>
        )}
        {may.reject && (
          <Button aria-keyshortcuts="X" onClick={() => review.ask('rejection')}>
            {t('requests.reject')}
            <Key>X</Key>
          </Button>
        )}
        {may.second_look && (
          <>
            <Button variant="filled" loading={review.busy} onClick={review.agree}>{t('requests.agree')}</Button>
            <Button onClick={() => review.ask('disagreed')}>{t('requests.disagree')}</Button>
          </>
        )}
        {may.revert && <Button onClick={() => review.ask('reversal')}>{t('requests.revert')}</Button>}
        {may.withdraw && <Button style={{ marginInlineStart: 'auto' }} onClick={() => review.ask('withdrawal')}>{t('requests.withdraw')}</Button>}
      </div>
    </div>
  );
}

/** The time in which a decision can be undone runs down. */
function Scheduled({ request, review }: { request: ChangeRequest; review: Review }) {
  const { t } = useTranslation();
  const left = secondsUntil(request.apply_at, useNow(1000));
  return (
    <div className="actions">
      <div className="buttons">
        {request.may.withdraw && left > 0 && (
          <Button variant="filled" loading={review.busy} aria-keyshortcuts="U" onClick={review.undo}>
            {t('verb.undo')}
            <Key>U</Key>
          </Button>
        )}
        <p className="dense" role="timer">{left > 0 ? t('requests.takes_effect_in', { seconds: left }) : t('requests.takes_effect')}</p>
      </div>
    </div>
  );
}

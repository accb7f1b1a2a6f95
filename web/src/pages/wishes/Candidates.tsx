import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RecordRequestDetail } from '../../api/types';
import { Tag } from '../../ui/Bits';
import type { WishSteps } from './WishBar';

/** What there is like the thing that is asked for, each with its reasons. */
export function Candidates({ wish, steps }: { wish: RecordRequestDetail; steps: WishSteps }) {
  const { t } = useTranslation();
  if (wish.candidates.length === 0) return null;
  return (
    <section className="section">
      <h3>{t('wishes.candidates')}</h3>
      {wish.candidates.map((one) => (
        <div key={one.record_id || one.request_id} className="item">
          <div className="spread">
            <span className="line">
              <code>{one.code}</code>
              {one.record_id ? <Link to="/records/$domain/$id" params={{ domain: wish.domain, id: one.record_id }}>{one.name}</Link>
                : <Link to="/record-requests/$id" params={{ id: one.request_id }}>{one.name}</Link>}
              {one.plant && <span className="small muted">{one.plant}</span>}
              {one.same && <Tag tone="good">{t('wishes.same')}</Tag>}
            </span>
            {wish.may.answer && (
              <Button loading={steps.busy} onClick={() => steps.take('answer', one.record_id ? { record_id: one.record_id } : { request_id: one.request_id })}>
                {t(one.record_id ? 'wishes.answer' : 'wishes.answer_request')}
              </Button>
            )}
          </div>
          <p className="small muted">{one.because.map((reason) => t(`wish_because.${reason.replace('+', '_and_')}`)).join(', ')}</p>
        </div>
      ))}
    </section>
  );
}

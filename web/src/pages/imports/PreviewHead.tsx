import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Import } from '../../api/types';
import { useLocale } from '../../lib/useLocale';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ToneIcon } from '../../ui/Bits';
import { useFailure } from '../../ui/Toaster';
import { importTones } from '../../ui/tones';
import { noticedKinds } from './answers';
import { Progress } from './Progress';
import { percentDone, statuses } from './stages';
import { useTakeAll } from './useTakeAll';

interface Filter {
  status?: string | undefined;
  note?: string | undefined;
}

/** The counts of what was understood and noticed; each shows its rows alone. */
export function PreviewHead({ found, filter, onFilter }: { found: Import; filter: Filter; onFilter: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale);
  const { counts } = found;
  const kinds = noticedKinds(found.noticed, filter.note);
  return (
    <>
      <Said found={found} />
      <div className="chips" role="group" aria-label={t('imports.status')}>
        <button type="button" className="chip" aria-pressed={!filter.status && !filter.note} onClick={() => onFilter({ status: undefined, note: undefined })}>
          {t('imports.all')} <b>{number.format(statuses.reduce((sum, status) => sum + counts[status], 0))}</b>
        </button>
        {statuses.map((status) => (
          <button key={status} type="button" className="chip line" style={{ gap: 4 }} aria-pressed={filter.status === status} onClick={() => onFilter({ ...filter, status: filter.status === status ? undefined : status })}>
            <ToneIcon tone={importTones[status]} size={13} />
            {t(`import_status.${status}`)} <b>{number.format(counts[status])}</b>
          </button>
        ))}
      </div>
      {kinds.length > 0 && (
        <div className="chips" role="group" aria-label={t('imports.noticed')}>
          <span className="small muted" style={{ alignSelf: 'center', flex: 'none' }}>{t('imports.noticed')}</span>
          {kinds.map(({ kind, count }) => (
            <button key={kind} type="button" className="chip" aria-pressed={filter.note === kind} onClick={() => onFilter({ ...filter, note: filter.note === kind ? undefined : kind })}>
              {t(`import_note.${kind}`, { defaultValue: kind })} <b>{number.format(count)}</b>
            </button>
          ))}
        </div>
      )}
      <LeftOut found={found} />
      {filter.note && <TakeAll found={found} note={filter.note} />}
    </>
  );
}

/** The rows that are none, such as those of sums: nothing is left out unsaid. */
function LeftOut({ found }: { found: Import }) {
  const { t } = useTranslation();
  const kinds = noticedKinds(found.left_out, undefined);
  if (kinds.length === 0) return null;
  const what = kinds.map(({ kind, count }) => `${t(`import_note.${kind}`, { defaultValue: kind })} (${count})`).join(', ');
  return <p className="small muted">{t('imports.left_out', { what })}</p>;
}

/** What is to be known of the whole file. */
function Said({ found }: { found: Import }) {
  const { t } = useTranslation();
  if (found.state === 'submitting') {
    return <div className="banner"><Progress label={t('imports.submitting', { done: found.done, total: found.total })} percent={percentDone(found)} /></div>;
  }
  const lines = [
    found.message && standing(found.message),
    found.kind === 'records-complete' && found.absent > 0 && t('imports.absent', { count: found.absent }),
  ].filter(Boolean);
  const left = found.counts.wrong + found.counts.conflict;
  if (found.state === 'submitted') {
    const [first] = found.change_request_ids;
    return (
      <div className="banner" data-tone="good">
        <p>{t('imports.handed_in')}{left > 0 && ` ${t('imports.left', { count: left })}`} {lines.join(' ')}</p>
        {first && <Link to="/requests/$id" params={{ id: first }}>{t('imports.to_request')}</Link>}
        {found.run_id && <Link to="/runs/$id" params={{ id: found.run_id }}>{t('imports.to_run')}</Link>}
      </div>
    );
  }
  if (lines.length === 0) return null;
  return <div className="banner" data-tone={found.code ? 'bad' : 'wait'}><p>{lines.join(' ')}</p></div>;
}

/** Takes what is suggested at every row with a note of the kind. */
function TakeAll({ found, note }: { found: Import; note: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const announce = useAnnounce();
  const fail = useFailure();
  const take = useTakeAll(found);
  if (note !== 'zeros_lost' && note !== 'lookalike' && note !== 'space') return null;
  if (found.state !== 'previewed' || !may('propose')) return null;
  const all = () => take.mutate(note, { onError: fail, onSuccess: ({ count }) => announce(t('imports.taken', { count })) });
  return (
    <div className="chips">
      <Button loading={take.isPending} onClick={all}>{t('imports.take_all', { what: t(`import_note.${note}`) })}</Button>
      {take.data && <span className="small muted" role="status" style={{ alignSelf: 'center' }}>{t('imports.taken', { count: take.data.count })}</span>}
    </div>
  );
}

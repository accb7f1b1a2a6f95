import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { Discrepancy, VerbOffer } from '../../api/types';
import type { JournalEntry } from '../../lib/journal';
import { useTime } from '../../lib/useTime';
import { Key } from '../../ui/Bits';
import { keyOf } from './verbs';
import type { Decisions } from './useDecisions';
import type { Run } from './useCommandRunner';

/** The decisions possible here, at the foot of the detail; the first one is what most will want. */
export function ActionBar({ discrepancy, run, decisions }: { discrepancy: Discrepancy; run: Run; decisions: Decisions }) {
  const { t } = useTranslation();
  const { journal, remark } = decisions;
  const offers = (discrepancy.verbs ?? []).filter((offer) => offer.enabled);
  const best = offers.find((offer) => offer.suggested) ?? offers[0];
  const decided = journal.entries().filter((entry) => entry.state === 'decided').length;
  const kept = journal.kept.length;
  return (
    <div className="actions">
      <div className="buttons">
        {offers.map((offer) => <VerbButton key={offer.verb} offer={offer} system={discrepancy.system} primary={offer === best} run={run} />)}
        {discrepancy.state === 'accepted' && (
          <Button aria-keyshortcuts={keyOf('accept')} onClick={() => run('accept')}>
            {t('accept.end_open')}
            <Key>{keyOf('accept')}</Key>
          </Button>
        )}
        {journal.undoable && (
          <Button variant="subtle" color="gray" aria-keyshortcuts="U" onClick={() => run('undo')} style={{ marginInlineStart: 'auto' }}>
            {t('verb.undo')}
            <Key>U</Key>
          </Button>
        )}
      </div>
      <p className="small muted">{remark || <>{t('queue.session', { count: decided, context: decided === 0 ? 'zero' : undefined })} <UndoHint entry={journal.undoable} /></>}</p>
      {kept > 0 && (
        <div className="banner" data-tone="wait" role="alert">
          <p>{t('queue.kept_banner', { count: kept })} {journal.problem?.detail}</p>
          <Button onClick={() => void journal.retry()}>{t('action.retry')}</Button>
        </div>
      )}
    </div>
  );
}

/** Until when the last decision can be undone: that depends on whether somebody else must approve it. */
function UndoHint({ entry }: { entry: JournalEntry | undefined }) {
  const { t } = useTranslation();
  const time = useTime();
  if (!entry || entry.requestState !== 'scheduled' || !entry.applyAt) return <>{t('queue.undo_hint')}</>;
  const over = Date.parse(entry.applyAt) <= Date.now();
  return (
    <>
      {t(over ? 'queue.undo_over' : 'queue.undo_until', { label: entry.label, when: time.at(entry.applyAt) })}{' '}
      {over && <Link to="/requests/$id" params={{ id: entry.changeRequest }}>{t('queue.request')}</Link>}
    </>
  );
}

function VerbButton({ offer, system, primary, run }: { offer: VerbOffer; system: string; primary: boolean; run: Run }) {
  const { t } = useTranslation();
  const names = useNames();
  const long = t(`verb.${offer.verb}`, { system: names.system(system) });
  return (
    <Button variant={primary ? 'filled' : 'default'} title={`${long}. ${offer.effect}`} aria-keyshortcuts={keyOf(offer.verb)} onClick={() => run(offer.verb)}>
      {offer.verb === 'take_source' ? t('verb.take_source_short') : long}
      <Key>{keyOf(offer.verb)}</Key>
    </Button>
  );
}

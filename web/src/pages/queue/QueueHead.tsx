import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, RotateCw, Search } from 'lucide-react';
import { useEffect, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../lib/useLocale';
import { useNames } from '../../api/queries';
import type { QueueGroup } from '../../api/types';
import { queueRoute } from '../../router';
import { Key, LoadingBar } from '../../ui/Bits';
import { useClassWords } from './useClassWords';
import { showChoices } from './filters';
import type { useSnapshot } from './useSnapshot';

type Snapshot = ReturnType<typeof useSnapshot>;

/** Title, filters and the patterns with their counts. */
export function QueueHead({ snapshot, open, groups, filterInput, onReload, onBatch, onAccepted, onHelp, onLeave }: {
  snapshot: Snapshot;
  /** How many of its rows wait for a decision. */
  open: number;
  groups: Snapshot;
  filterInput: RefObject<HTMLInputElement | null>;
  onReload: () => void;
  /** Decides all that the list shows; absent while it shows more than one pattern. */
  onBatch: (() => void) | undefined;
  onAccepted: () => void;
  onHelp: () => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const search = queueRoute.useSearch();
  const navigate = useNavigate();
  const show = (next: string) => void navigate({ to: '/queue', search: { text: search.text, show: next === 'open' ? undefined : next } });
  return (
    <>
      <div className="page-head">
        <h1>{t('queue.title')}</h1>
        <span className="muted dense nowrap">{snapshot.data && !onBatch && t(search.show ? 'list.count' : 'queue.open', { count: search.show ? snapshot.data.total : open })}</span>
        <NativeSelect
          className="push" style={{ width: 128 }} aria-label={t('queue.states')} value={search.show ?? 'open'} onChange={(event) => show(event.currentTarget.value)}
          data={showChoices.map((value) => ({ value, label: t(`queue.states_${value}`) }))}
        />
        {onBatch && open > 0 && (
          <Button onClick={onBatch} aria-keyshortcuts="B">
            {t('batch.all', { count: open })}
            <Key>B</Key>
          </Button>
        )}
        {search.show === 'accepted' && <Button onClick={onAccepted}>{t('accept.list')}</Button>}
        <Button className="tight" onClick={onReload} aria-label={t('queue.reload')} title={t('queue.reload')} aria-keyshortcuts="R">
          <RotateCw size={15} aria-hidden="true" />
          <Key>R</Key>
        </Button>
        <ActionIcon variant="default" size={30} aria-label={t('keys.title')} aria-keyshortcuts="?" onClick={onHelp}>
          <Keyboard size={16} />
        </ActionIcon>
      </div>
      <div className="chips">
        <TextFilter input={filterInput} onLeave={onLeave} />
        <Chips groups={groups.data?.groups ?? []} total={groups.data?.total ?? 0} />
      </div>
      <LoadingBar active={snapshot.isFetching} label={t('list.loading')} />
    </>
  );
}

/** The filter is taken over when typing pauses, or at once with Enter. */
function TextFilter({ input, onLeave }: { input: RefObject<HTMLInputElement | null>; onLeave: () => void }) {
  const { t } = useTranslation();
  const { text: current = '' } = queueRoute.useSearch();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(current);
  useEffect(() => {
    if (typed.trim() === current) return;
    const pause = setTimeout(() => {
      void navigate({ to: '/queue', replace: true, search: (old) => ({ show: old.show, text: typed.trim() || undefined }) });
    }, 250);
    return () => clearTimeout(pause);
  }, [typed, current, navigate]);
  return (
    <TextInput
      ref={input} className="filter" type="search" aria-label={t('queue.filter')} placeholder={t('keys.filter')} aria-keyshortcuts="/"
      leftSection={<Search size={14} />} rightSection={<span className="muted"><Key>/</Key></span>} value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'Escape') onLeave();
      }}
    />
  );
}

/** The chosen pattern may stand far to the right: a key has chosen it. */
function intoView(chip: HTMLElement | null): void {
  chip?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

function Chips({ groups, total }: { groups: QueueGroup[]; total: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const navigate = useNavigate();
  const { pattern } = queueRoute.useSearch();
  const names = useNames();
  const words = useClassWords(groups[0]?.domain ?? '');
  const number = new Intl.NumberFormat(locale);
  const pick = (next: string | undefined) => void navigate({ to: '/queue', search: (old) => ({ text: old.text, show: old.show, pattern: next }) });
  if (groups.length === 0) return null;
  return (
    <div className="patterns" role="group" aria-label={t('queue.patterns')}>
      <button type="button" className="chip" aria-pressed={!pattern} onClick={() => pick(undefined)}>
        {t('queue.all')}
        <b>{number.format(total)}</b>
      </button>
      {groups.map((group) => (
        <button
          key={group.pattern} ref={pattern === group.pattern ? intoView : undefined} type="button" className="chip" aria-pressed={pattern === group.pattern} onClick={() => pick(group.pattern)}
        >
          {words(group)}, {names.system(group.system)}
          <b>{number.format(group.count)}</b>
        </button>
      ))}
    </div>
  );
}

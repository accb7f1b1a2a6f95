import { Button, Modal } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { MatchCandidate, MergePreview } from '../../api/types';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Key } from '../../ui/Bits';
import { Loaded } from '../../ui/Loaded';
import { Tick } from '../../ui/Tick';
import { MergeTable, type Choices } from './MergeTable';
import { domain } from './useMatches';

/** What the person chose where the rules propose something else. */
export interface Chosen {
  survivor?: string;
  choose?: Record<string, string>;
  acknowledge?: boolean;
}

/** Two records become one: which one stays, and what it takes from which, each proposed with its reason. Enter proposes it. */
export function MergeSheet({ pair, onClose, onMerge }: { pair: Pick<MatchCandidate, 'left' | 'right'>; onClose: () => void; onMerge: (chosen: Chosen) => void }) {
  const { t } = useTranslation();
  const ids = [pair.left.record_id ?? '', pair.right.record_id ?? ''];
  return (
    <Modal opened onClose={onClose} size="80rem" title={t('merge.title', { left: pair.left.code, right: pair.right.code })} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <MergeForm ids={ids} onCancel={onClose} onMerge={onMerge} />
    </Modal>
  );
}

function usePreview(ids: string[], { survivor, choose }: Choices) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['match', 'merge-preview', ids, survivor, choose], staleTime: 10_000, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const losers = survivor ? ids.filter((id) => id !== survivor) : ids;
      return client.post<MergePreview>(`/records/${domain}/merge-preview`, { body: { ...(survivor && { survivor }), losers, choose }, signal });
    },
  });
}

export function MergeForm({ ids, onCancel, onMerge, busy = false }: { ids: string[]; onCancel: () => void; onMerge: (chosen: Chosen) => void; busy?: boolean }) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState<Choices>({ survivor: undefined, choose: {} });
  const [acknowledged, setAcknowledged] = useState(false);
  const preview = usePreview(ids, choices);
  const box = useRef<HTMLFormElement>(null);
  const refused = (preview.data?.refusals.length ?? 0) > 0;
  const contradicted = preview.data?.warnings.some((one) => one.code.includes('contradict')) ?? false;
  const ready = preview.data !== undefined && !preview.isPlaceholderData && !refused && (!contradicted || acknowledged) && !busy;
  const loaded = preview.data !== undefined;
  // the keys work at once
  useEffect(() => {
    if (loaded) box.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
  }, [loaded]);
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    const own = Object.keys(choices.choose).length > 0;
    onMerge({ ...(preview.data && { survivor: preview.data.survivor }), ...(own && { choose: choices.choose }), ...(acknowledged && { acknowledge: true }) });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    const target = event.target as HTMLElement;
    if (event.key !== 'Enter' || target.dataset.cancel !== undefined || target.tagName === 'INPUT') return;
    event.preventDefault();
    send();
  };
  return (
    <form ref={box} className="form" onSubmit={send} onKeyDown={onKeyDown}>
      <Loaded query={preview}>
        {(found) => (
          <>
            <Remarks preview={found} />
            <p className="dense muted">{t('merge.help')}</p>
            <MergeTable preview={found} choices={choices} onChoose={setChoices} />
            <p className="dense muted">{t('merge.effects', { ...found.effects })}</p>
            {contradicted && <Tick label={t('merge.acknowledge')} checked={acknowledged} onChange={setAcknowledged} />}
          </>
        )}
      </Loaded>
      <div className="form-foot">
        <Button data-cancel onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" disabled={!ready} loading={busy} aria-keyshortcuts="Enter">{t('merge.propose')}<Key>↵</Key></Button>
      </div>
    </form>
  );
}

/** What to know before, and why it cannot be done. */
function Remarks({ preview }: { preview: MergePreview }) {
  return (
    <>
      {preview.refusals.map((one) => <div key={one.code + one.message} className="banner" data-tone="bad" role="alert"><p>{standing(one.message)}</p></div>)}
      {preview.warnings.map((one) => <div key={one.code + one.message} className="banner" data-tone="wait"><p>{standing(one.message)}</p></div>)}
    </>
  );
}

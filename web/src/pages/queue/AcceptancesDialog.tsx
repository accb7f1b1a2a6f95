import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useList, useNames } from '../../api/queries';
import type { Acceptance, AcceptanceResult } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Loaded } from '../../ui/Loaded';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { useClassWords } from './useClassWords';

/** The acceptances of wider scope that count now, each with the way to end it before its day. */
export function AcceptancesDialog({ onClose }: { onClose: (ended: boolean) => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const list = useList<Acceptance>(['acceptances'], '/acceptances', { state: 'active' });
  const [ending, setEnding] = useState<Acceptance>();
  const [ended, setEnded] = useState(false);
  const end = useEnding(() => {
    setEnding(undefined);
    setEnded(true);
  });
  if (ending) {
    return (
      <ReasonDialog
        title={t('accept.end_title')} help={t('accept.end_help')} submit={t('accept.end')} busy={end.isPending} problem={end.error}
        onClose={() => setEnding(undefined)} onSubmit={(reason) => end.mutate({ id: ending.id, reason })}
      />
    );
  }
  return (
    <Modal opened size="xl" onClose={() => onClose(ended)} title={t('accept.list')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className="form">
        <Loaded query={list}>
          {() => (list.items.length === 0 ? <p className="muted dense">{t('accept.none')}</p>
            : list.items.map((one) => <Line key={one.id} acceptance={one} onEnd={may('propose') ? () => setEnding(one) : undefined} />))}
        </Loaded>
        {list.hasNextPage && <div><Button onClick={() => void list.fetchNextPage()}>{t('action.more')}</Button></div>}
      </div>
    </Modal>
  );
}

function Line({ acceptance: a, onEnd }: { acceptance: Acceptance; onEnd: (() => void) | undefined }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  const label = useAttributeLabel(a.domain);
  const words = useClassWords(a.domain);
  const parts = { system: names.system(a.system), record: a.label || a.code, attribute: label(a.attribute), pattern: a.class ? words(a) : '' };
  return (
    <div className="item">
      <div className="spread">
        <b className="dense">{t(`accept.reach_${a.scope}`, parts)}</b>
        {onEnd && <Button onClick={onEnd}>{t('accept.end')}</Button>}
      </div>
      <p className="dense">{a.reason}</p>
      <p className="facts"><span>{t('queue.accepted_until', { day: time.day(a.until) })}</span><span>{names.person(a.created_by)}, {time.at(a.created_at)}</span></p>
    </div>
  );
}

function useEnding(done: () => void) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) => client.post<AcceptanceResult>(`/acceptances/${id}/end`, { body: { reason } }),
    onSuccess: ({ moved }) => {
      announce(t('accept.ended', { count: moved }));
      for (const stale of ['acceptances', 'discrepancy']) void queries.invalidateQueries({ queryKey: [stale] });
      done();
    },
  });
}

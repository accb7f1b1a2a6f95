import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { Verdict, VerdictList } from '../../api/types';
import { percentOf, verdictTones } from '../../lib/verdicts';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Empty, Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { Loaded } from '../../ui/Loaded';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { TableSection } from '../../ui/TableSection';
import { SideName } from './SideName';
import { domain } from './useMatches';

/** What people said of pairs, newest first, each with the way back. */
export function VerdictsView() {
  const { t } = useTranslation();
  const { client } = useSession();
  const list = useInfiniteQuery({
    queryKey: ['verdicts', domain],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => client.get<VerdictList>('/verdicts', { query: { domain, limit: 50, after: pageParam }, signal }),
    getNextPageParam: (page) => page.next || undefined,
  });
  const columns = ['verdict', 'pair', 'by', 'at', 'shown', 'after'].map((column) => t(`duplicates.column_${column}`));
  return (
    <div className="page-body" tabIndex={0} role="region" aria-label={t('duplicates.verdicts')}>
      <Loaded query={list}>
        {({ pages }) => {
          const verdicts = pages.flatMap((page) => page.verdicts ?? []);
          if (verdicts.length === 0) return <Empty title={t('duplicates.no_verdicts')} hint={t('duplicates.no_verdicts_hint')} />;
          return (
            <>
              <TableSection id="verdicts" title={t('duplicates.verdicts')} columns={columns}>
                {verdicts.map((one) => <VerdictRow key={one.id} verdict={one} />)}
              </TableSection>
              {list.hasNextPage && <div><Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('action.more')}</Button></div>}
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

function VerdictRow({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const names = useNames();
  const [undoing, setUndoing] = useState(false);
  return (
    <tr>
      <th scope="row" className="nowrap"><Tag tone={verdict.stands ? verdictTones[verdict.word] : 'quiet'}>{t(`verdict.${verdict.word}`)}</Tag></th>
      <td><SideName side={verdict.left} /> · <SideName side={verdict.right} code={verdict.code} /></td>
      <td>{verdict.unmerged ? t('duplicates.by_unmerge', { who: names.person(verdict.by) }) : names.person(verdict.by)}</td>
      <td className="nowrap"><Instant at={verdict.at} /></td>
      <td className="nowrap">{verdict.band ? percentOf(verdict.probability) : t('duplicates.not_shown')}</td>
      <td>
        <span className="line">
          {verdict.change_request_id && <Link to="/requests/$id" params={{ id: verdict.change_request_id }}>{t('queue.request')}</Link>}
          {verdict.stands ? may('propose') && <Button onClick={() => setUndoing(true)}>{t('verb.undo')}</Button>
            : <span className="small muted">{t('duplicates.taken_back', { who: names.person(verdict.undone_by) })} <Instant at={verdict.undone_at} /></span>}
        </span>
        {undoing && <Undo verdict={verdict} onClose={() => setUndoing(false)} />}
      </td>
    </tr>
  );
}

function Undo({ verdict, onClose }: { verdict: Verdict; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const undo = useMutation({
    mutationFn: (reason: string) => client.post(`/verdicts/${verdict.id}/undo`, { body: { reason } }),
    onSuccess: () => {
      announce(t('duplicates.undone'));
      for (const key of ['verdicts', 'requests', 'match']) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <ReasonDialog
      title={t('duplicates.undo_title')} help={t('duplicates.undo_help')} submit={t('verb.undo')} busy={undo.isPending} problem={undo.error}
      onSubmit={(reason) => undo.mutate(reason)} onClose={onClose}
    />
  );
}

import { useQuery } from '@tanstack/react-query';
import type { ChangeRequest, Delivery, DeliverySummary, Page } from '../api/types';
import { useOpen, useSnapshot } from '../pages/queue/useSnapshot';
import { useSession } from '../session/Session';
import type { PageLink } from './pages';

const often = 30_000;

/** What waits on a page: open discrepancies, requests in review, deliveries that need a person, work-list entries. */
export function useCounts(): Partial<Record<PageLink['key'], number>> {
  const { client, may } = useSession();
  const snapshot = useSnapshot({});
  const open = useOpen(snapshot);
  const requests = useQuery({
    queryKey: ['requests', 'count'], refetchInterval: often, enabled: may('read'),
    queryFn: ({ signal }) => client.get<Page<ChangeRequest>>('/change-requests', { query: { state: 'in_review', limit: 200 }, signal }),
  });
  const deliveries = useQuery({
    queryKey: ['deliveries', 'summary'], refetchInterval: often, enabled: may('read'),
    queryFn: ({ signal }) => client.get<DeliverySummary>('/deliveries/summary', { signal }),
  });
  const worklist = useQuery({
    queryKey: ['worklist', 'count'], refetchInterval: often, enabled: may('work_off') || may('operate'),
    queryFn: ({ signal }) => client.get<Page<Delivery>>('/worklist', { query: { limit: 200 }, signal }),
  });
  return {
    queue: snapshot.data && open,
    requests: requests.data?.items.length,
    deliveries: deliveries.data && stuck(deliveries.data),
    worklist: worklist.data?.items.length,
  };
}

/** Deliveries that wait for a person. */
function stuck(summary: DeliverySummary): number {
  return (summary.systems ?? []).reduce((sum, { counts }) => sum + (counts.conflict ?? 0) + (counts.dead ?? 0) + (counts.held ?? 0), 0);
}

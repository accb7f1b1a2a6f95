import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AcceptanceResult, Discrepancy } from '../../api/types';
import { useSession } from '../../session/Session';
import { ReasonDialog } from '../../ui/ReasonDialog';
import type { Decisions } from './useDecisions';

/** Ends the acceptance of one difference before its day; where it was accepted together with others, the one of them all. */
export function EndAcceptance({ discrepancy: d, decisions }: { discrepancy: Discrepancy; decisions: Decisions }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: async (reason: string) => {
      if (d.acceptance_id) return (await client.post<AcceptanceResult>(`/acceptances/${d.acceptance_id}/end`, { body: { reason } })).moved;
      await client.post<Discrepancy>(`/discrepancies/${d.id}/acceptance/end`, { body: { reason }, version: d.version });
      return 1;
    },
    onSuccess: (count) => {
      void queries.invalidateQueries({ queryKey: ['acceptances'] });
      return decisions.changed(d.id, t('accept.ended', { count }));
    },
  });
  return (
    <ReasonDialog
      title={t('accept.end_title')} help={t(d.acceptance_id ? 'accept.end_wider_help' : 'accept.end_one_help')} submit={t('accept.end')} busy={end.isPending} problem={end.error}
      onClose={() => decisions.openDialog(undefined)} onSubmit={(reason) => end.mutate(reason)}
    />
  );
}

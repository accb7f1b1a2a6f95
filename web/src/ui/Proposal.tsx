import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeRequest } from '../api/types';
import { newId } from '../lib/ids';
import { Sending } from '../lib/proposals';
import { useTime } from '../lib/useTime';
import { useSession } from '../session/Session';
import { useAnnounce } from './Announcer';

/** Sends what becomes a change request, once however often it is pressed. */
export function usePropose(stale: QueryKey[], onProposed: (request: ChangeRequest) => void) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [sending] = useState(() => new Sending(newId));
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => client.post<ChangeRequest>(path, { body, idempotencyKey: sending.key(path, body) }),
    onSuccess: (request) => {
      announce(t('proposal.said'));
      for (const queryKey of [['requests'], ...stale]) void queries.invalidateQueries({ queryKey });
      onProposed(request);
    },
  });
}

/** Says that something was proposed, who has to act, and where to look. */
export function Proposed({ request }: { request: ChangeRequest | undefined }) {
  const { t } = useTranslation();
  const time = useTime();
  if (!request) return null;
  const scheduled = request.state === 'scheduled' && request.apply_at;
  return (
    <div className="banner" data-tone="good">
      <p>
        {t('proposal.made', { title: request.title })}{' '}
        {scheduled ? t('proposal.scheduled', { when: time.at(request.apply_at) }) : t(`request_state.${request.state}`)}
      </p>
      <Link to="/requests/$id" params={{ id: request.id }}>{t('proposal.open')}</Link>
    </div>
  );
}

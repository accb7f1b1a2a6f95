import { useQueryClient } from '@tanstack/react-query';
import { createContext, lazy, Suspense, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Client } from '../api/client';
import { asProblem } from '../api/problem';
import type { Action, Me } from '../api/types';

const SignInPage = lazy(() => import('./SignInPage').then((module) => ({ default: module.SignInPage })));
const fetchDialog = () => import('./SignInDialog').then((module) => ({ default: module.SignInDialog }));
const SignInDialog = lazy(fetchDialog);

interface SignedIn {
  me: Me;
  client: Client;
  may: (action: Action) => boolean;
  signOut: () => Promise<void>;
}

const Session = createContext<SignedIn | undefined>(undefined);

/** Who is signed in, and the client that acts for them. */
export function useSession(): SignedIn {
  const session = useContext(Session);
  if (!session) throw new Error('useSession needs a SessionProvider above it');
  return session;
}

type Known = { state: 'asking' } | { state: 'out'; problem?: unknown } | { state: 'in'; me: Me };

/**
 * Shows its children to those who are signed in, the sign-in page to others. A session that ends while a page is open is
 * renewed in a dialogue over the page, which keeps its state; the calls that met the end wait for it.
 */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [known, setKnown] = useState<Known>({ state: 'asking' });
  const renewal = useRenewal();
  const client = useMemo(() => new Client({ signInAgain: renewal.wait }), [renewal.wait]);

  const ask = useCallback(() => {
    client.get<Me>('/me', { plain: true }).then(
      (me) => setKnown({ state: 'in', me }),
      (thrown: unknown) => setKnown({ state: 'out', problem: asProblem(thrown).status === 401 ? undefined : thrown }),
    );
  }, [client]);
  useEffect(ask, [ask]);

  const leave = useCallback(() => {
    renewal.settle(false);
    queries.clear();
    setKnown({ state: 'out' });
  }, [queries, renewal]);
  const signOut = useCallback(async () => {
    // whatever the server says, this page forgets who was here
    await client.delete('/session', { plain: true }).catch(() => undefined);
    leave();
  }, [client, leave]);

  const me = known.state === 'in' ? known.me : undefined;
  // it must be here when the session ends, whatever the server serves by then
  useEffect(() => void (me && fetchDialog()), [me]);
  const session = useMemo(
    () => me && { me, client, signOut, may: (action: Action) => me.actions.includes(action) },
    [me, client, signOut],
  );

  if (known.state === 'asking') return null;
  if (known.state === 'out' || !session) {
    const problem = known.state === 'out' ? known.problem : undefined;
    return (
      <Suspense>
        <SignInPage client={client} problem={problem} retry={ask} onSignedIn={(someone) => setKnown({ state: 'in', me: someone })} />
      </Suspense>
    );
  }
  const renewed = (someone: Me) => {
    const same = someone.id === session.me.id;
    // what another person saw is not theirs to see
    if (!same) queries.clear();
    setKnown({ state: 'in', me: someone });
    renewal.settle(same);
  };
  return (
    <Session value={session}>
      <div key={session.me.id} style={{ display: 'contents' }}>{children}</div>
      <Suspense>
        {renewal.needed && <SignInDialog client={client} login={session.me.login} onSignedIn={renewed} onLeave={leave} />}
      </Suspense>
    </Session>
  );
}

/** One renewal at a time: all who wait for it get its outcome. */
function useRenewal() {
  const [needed, setNeeded] = useState(false);
  const waiting = useRef<((same: boolean) => void)[]>([]);
  const wait = useCallback(() => {
    setNeeded(true);
    return new Promise<boolean>((resolve) => waiting.current.push(resolve));
  }, []);
  const settle = useCallback((same: boolean) => {
    setNeeded(false);
    for (const resolve of waiting.current.splice(0)) resolve(same);
  }, []);
  return useMemo(() => ({ needed, wait, settle }), [needed, wait, settle]);
}

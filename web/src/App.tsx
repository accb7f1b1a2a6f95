import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { retryPassing } from './api/queries';
import { makeRouter } from './router';
import { JournalProvider } from './session/JournalProvider';
import { SessionProvider } from './session/Session';
import { schemes } from './shell/scheme';
import { resolver, theme } from './theme';
import { Announcer } from './ui/Announcer';
import { Toaster } from './ui/Toaster';
import { LettersContext, useLettersState } from './ui/useCommands';

/** Everything around the pages: look, texts, session, the decisions of this tab. */
export function App() {
  const [queries] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: retryPassing, refetchOnWindowFocus: false } } }));
  const [router] = useState(makeRouter);
  const [scheme] = useState(schemes);
  const letters = useLettersState();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} colorSchemeManager={scheme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Announcer>
          <Toaster>
            <LettersContext value={letters}>
              <SessionProvider>
                <JournalProvider>
                  <RouterProvider router={router} />
                </JournalProvider>
              </SessionProvider>
            </LettersContext>
          </Toaster>
        </Announcer>
      </QueryClientProvider>
    </MantineProvider>
  );
}

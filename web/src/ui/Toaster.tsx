import { Button } from '@mantine/core';
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSentence } from './Problem';

const Fail = createContext<(thrown: unknown) => void>(() => undefined);

/** Shows a failure that has no place of its own on the page. Success is said by the page itself. */
export function useFailure(): (thrown: unknown) => void {
  return useContext(Fail);
}

export function Toaster({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [thrown, setThrown] = useState<unknown>();
  const fail = useCallback((next: unknown) => setThrown(next), []);
  return (
    <Fail value={fail}>
      {children}
      {thrown !== undefined && (
        <div className="banner toast" data-tone="bad" role="alert">
          <p>{sentence(thrown)}</p>
          <Button onClick={() => setThrown(undefined)}>{t('action.close')}</Button>
        </div>
      )}
    </Fail>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from './Bits';
import { ProblemBox } from './Problem';

/** Shows what a query found, or why it has not. */
export function Loaded<T>({ query, children }: {
  query: { data: T | undefined; isError: boolean; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <ProblemBox thrown={query.error} safe={t('problem.kept')} retry={() => void query.refetch()} />;
  return <Skeleton />;
}

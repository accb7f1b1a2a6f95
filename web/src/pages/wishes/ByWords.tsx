import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { GoldenRecord, Page } from '../../api/types';
import { searchWords, uniqueById } from '../../lib/wishes';
import { useSession } from '../../session/Session';

const domain = 'item';

/** Records that are like what is being typed: a plant asks for nothing that is there. */
export function ByWords({ words }: { words: (string | undefined)[] }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const [joined] = useDebouncedValue(searchWords(words).join('\n'), 250);
  const texts = joined === '' ? [] : joined.split('\n');
  // each word for itself: a code that is new must not hide that the name is not
  const found = useQueries({
    queries: texts.map((text) => ({
      queryKey: ['records', domain, 'like', text],
      queryFn: ({ signal }: { signal: AbortSignal }) => client.get<Page<GoldenRecord>>(`/records/${domain}`, { query: { text, limit: 5 }, signal }),
    })),
  });
  const records = uniqueById(found.flatMap((one) => one.data?.items ?? [])).slice(0, 8);
  return (
    <section className="section" aria-live="polite" aria-label={t('wishes.existing')}>
      {records.length > 0 && (
        <>
          <p className="dense"><b>{t('wishes.existing')}</b></p>
          <ul className="steps">
            {records.map((record) => (
              <li key={record.id} className="line">
                <code>{record.code}</code>
                <Link to="/records/$domain/$id" params={{ domain, id: record.id }}>{record.name}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {found.length > 0 && found.every((one) => one.data) && records.length === 0 && <p className="dense muted">{t('wishes.existing_none', { text: texts.join(', ') })}</p>}
    </section>
  );
}

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Empty } from '../ui/Bits';

/** An address that leads nowhere. */
export function Unknown() {
  const { t } = useTranslation();
  return <Empty title={t('page.unknown')} />;
}

/** A page that failed inside, a chunk that is gone after an update included. */
export function Crashed() {
  const { t } = useTranslation();
  return (
    <Empty title={t('page.crashed')}>
      <Button onClick={() => location.reload()}>{t('page.reload')}</Button>
    </Empty>
  );
}

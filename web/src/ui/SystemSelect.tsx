import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSystems } from '../api/queries';

/** Narrows a list to one system. */
export function SystemSelect({ value, onChange }: { value: string; onChange: (system: string | undefined) => void }) {
  const { t } = useTranslation();
  const systems = useSystems().data?.items ?? [];
  return (
    <NativeSelect
      aria-label={t('deliveries.system')} value={value} onChange={(event) => onChange(event.currentTarget.value || undefined)}
      data={[{ value: '', label: t('deliveries.all_systems') }, ...systems.map((one) => ({ value: one.id, label: one.name }))]}
    />
  );
}

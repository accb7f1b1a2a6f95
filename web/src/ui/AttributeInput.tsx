import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AttributeDefinition } from '../api/types';

/** A form's field for one attribute, in the form its kind asks for. */
export function AttributeInput({ attribute, value, error, onChange }: {
  attribute: AttributeDefinition;
  value: string;
  error?: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const label = attribute.unit ? `${attribute.label} (${attribute.unit})` : attribute.label;
  const shared = { label, description: attribute.help || undefined, required: attribute.required, value, error };
  const choices = attribute.kind === 'bool' ? ['yes', 'no'] : (attribute.members ?? []);
  if (choices.length > 0) {
    const named = choices.map((choice) => ({ value: choice, label: attribute.kind === 'bool' ? t(`value.${choice}`) : choice }));
    return <NativeSelect {...shared} data={[{ value: '', label: t('create.choose') }, ...named]} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return (
    <TextInput
      {...shared} type={attribute.kind === 'date' ? 'date' : 'text'} inputMode={attribute.kind === 'quantity' ? 'decimal' : undefined}
      styles={{ input: { fontFamily: 'var(--xw-mono)' } }} onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

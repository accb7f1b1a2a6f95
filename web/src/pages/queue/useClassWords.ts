import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel } from '../../api/queries';
import type { DiscrepancyClass } from '../../api/types';

/** Names the difference: "Base unit differs". */
export function useClassWords(domain: string): (found: { class: DiscrepancyClass; attribute: string }) => string {
  const { t } = useTranslation();
  const label = useAttributeLabel(domain);
  return useCallback((found) => t(`class.${found.class}`, { attribute: label(found.attribute) }), [t, label]);
}

import { useTranslation } from 'react-i18next';
import { useAttributeLabel } from '../api/queries';
import type { Attributes } from '../api/types';
import { displayValue, inDifferingLanguages, sameValue } from '../lib/values';
import { DiffTable } from './DiffTable';

/** Attributes before and after, or expected and written: those of the later side, with what the earlier one held. */
export function AttributeDiff({ domain, before, after, left, right, caption }: {
  domain: string;
  before: Attributes | null | undefined;
  after: Attributes | null | undefined;
  left: string;
  right: string;
  caption: string;
}) {
  const { i18n } = useTranslation();
  const label = useAttributeLabel(domain);
  const rows = Object.keys(after ?? {}).map((attribute) => {
    const golden = before?.[attribute] ?? null;
    const source = after?.[attribute] ?? null;
    return {
      attribute, label: label(attribute), golden, source,
      goldenText: displayValue(golden, i18n.language), sourceText: displayValue(source, i18n.language),
      differs: !sameValue(golden, source), tolerated: false, languages: inDifferingLanguages(golden, source, i18n.language, true),
    };
  });
  if (rows.length === 0) return null;
  return <DiffTable rows={rows} caption={caption} left={left} right={right} state={false} />;
}

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { withTerm, type DraftForm } from './bands';
import { useTerms } from './useRules';

/** The words the draft knows beyond those built in, and those that confirmed matches propose. */
export function Terms({ form, editable, set }: { form: DraftForm; editable: boolean; set: (change: Partial<DraftForm>) => void }) {
  const { t } = useTranslation();
  const proposals = (useTerms().data?.terms ?? []).filter((one) => !form.terms?.some((term) => term.word === one.word));
  const terms = form.terms ?? [];
  return (
    <fieldset className="choices">
      <legend>{t('match_rules.terms')}</legend>
      {terms.length === 0 && proposals.length === 0 && <p className="muted">{t('match_rules.no_terms')}</p>}
      {terms.map((term) => (
        <div key={term.word} className="line">
          <code>{term.word}</code> <span style={{ flex: 1 }}>{t('match_rules.means', { what: term.concepts.join(', ') })}</span>
          {editable && <Button onClick={() => set({ terms: terms.filter((one) => one.word !== term.word) })}>{t('match_rules.leave_out', { word: term.word })}</Button>}
        </div>
      ))}
      {proposals.map((one) => (
        <div key={one.word + one.like} className="line">
          <code>{one.word}</code>
          <span style={{ flex: 1 }} title={one.examples.map((example) => `${example.left} = ${example.right}`).join('\n')}>{t('match_rules.like', { like: one.like, count: one.together })}</span>
          {editable && <Button onClick={() => set({ terms: withTerm(terms, one) })}>{t('match_rules.take_in', { word: one.word })}</Button>}
        </div>
      ))}
    </fieldset>
  );
}

import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useDefinition, usePlants } from '../../api/queries';
import type { ChangeRequest, MatchRule } from '../../api/types';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';
import { usePropose } from '../../ui/Proposal';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { BackTestResult } from './BackTestResult';
import { formOf, saysOf, type DraftForm } from './bands';
import { Choices } from './Choices';
import { Terms } from './Terms';
import { domain, useDraft } from './useRules';

/** A draft: what it says, what it would have done with what people said, and the way to bring it into force. */
export function Draft({ rule, editable, onProposed }: { rule: MatchRule; editable: boolean; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const draft = useDraft();
  const [form, setForm] = useState(() => formOf(rule));
  const [wrong, setWrong] = useState<string>();
  const [activating, setActivating] = useState(false);
  const changed = JSON.stringify(form) !== JSON.stringify(formOf(rule));
  const set = (change: Partial<DraftForm>) => setForm({ ...form, ...change });
  const save = (event: FormEvent) => {
    event.preventDefault();
    const read = saysOf(form);
    setWrong('wrong' in read ? read.wrong : undefined);
    if ('says' in read) draft.save.mutate({ rule, says: read.says }, { onSuccess: () => announce(t('match_rules.saved')) });
  };
  const problem = draft.save.error ?? draft.test.error ?? draft.giveUp.error;
  return (
    <section className="section" aria-labelledby="draft">
      <h2 id="draft">{t('match_rules.draft_n', { version: rule.version })}</h2>
      <form className="form" onSubmit={save} style={{ maxWidth: 900 }}>
        <TextInput label={t('match_rules.column_note')} maxLength={2000} value={form.note} disabled={!editable} onChange={(event) => set({ note: event.currentTarget.value })} />
        <div className="pair">
          {(['review', 'auto', 'target', 'sample'] as const).map((field) => (
            <TextInput
              key={field} label={t(`match_rules.field_${field}`)} description={t(`match_rules.help_${field}`)} inputMode="decimal" rightSection="%" disabled={!editable}
              error={wrong === field && t('match_rules.no_number')} value={form[field]} onChange={(event) => set({ [field]: event.currentTarget.value })}
            />
          ))}
        </div>
        <Skipped form={form} editable={editable} set={set} />
        <Terms form={form} editable={editable} set={set} />
        {problem && <ProblemBox thrown={problem} safe={t('problem.kept')} />}
        {editable && (
          <div className="form-foot">
            <Button loading={draft.giveUp.isPending} onClick={() => draft.giveUp.mutate(rule)}>{t('match_rules.give_up')}</Button>
            <Button type="submit" disabled={!changed} loading={draft.save.isPending}>{t('match_rules.save')}</Button>
            <Button disabled={changed} loading={draft.test.isPending} onClick={() => draft.test.mutate(rule)}>{t('match_rules.back_test')}</Button>
            <Button variant="filled" disabled={changed || !rule.back_test} onClick={() => setActivating(true)}>{t('match_rules.activate')}</Button>
          </div>
        )}
        {changed ? <p className="dense muted">{t('match_rules.unsaved')}</p> : !rule.back_test && <p className="dense muted">{t('match_rules.untested')}</p>}
      </form>
      {rule.back_test && <BackTestResult test={rule.back_test} />}
      {activating && (
        <Activate
          rule={rule} onClose={() => setActivating(false)}
          onProposed={(request) => {
            setActivating(false);
            onProposed(request);
          }}
        />
      )}
    </section>
  );
}

/** What is compared, and where an automatic band is asked for. */
function Skipped({ form, editable, set }: { form: DraftForm; editable: boolean; set: (change: Partial<DraftForm>) => void }) {
  const { t } = useTranslation();
  const attributes = (useDefinition(domain).data?.attributes ?? []).filter((one) => one.scope === 'global');
  const plants = usePlants().data?.items ?? [];
  return (
    <div className="pair">
      <Choices
        legend={t('match_rules.compared')} disabled={!editable} chosen={attributes.map((one) => one.id).filter((id) => !form.skip.includes(id))}
        choices={attributes.map((one) => ({ id: one.id, label: one.label }))} onChange={(compared) => set({ skip: attributes.map((one) => one.id).filter((id) => !compared.includes(id)) })}
      />
      <Choices
        legend={t('match_rules.plants')} disabled={!editable} chosen={form.plants} choices={plants.map((one) => ({ id: one.id, label: `${one.id} ${one.name}` }))}
        onChange={(next) => set({ plants: next })}
      />
    </div>
  );
}

function Activate({ rule, onClose, onProposed }: { rule: MatchRule; onClose: () => void; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const propose = usePropose([['match']], onProposed);
  return (
    <ReasonDialog
      title={t('match_rules.activate_title', { version: rule.version })} help={t('match_rules.activate_help')} submit={t('match_rules.activate')} busy={propose.isPending}
      problem={propose.error} onClose={onClose} onSubmit={(reason) => propose.mutate({ path: `/match/rules/${domain}/${rule.version}/activate`, body: { reason } })}
    />
  );
}

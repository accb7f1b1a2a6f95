import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeRequest, MatchRule } from '../../api/types';
import { percentOf } from '../../lib/verdicts';
import { useSession } from '../../session/Session';
import { Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { Proposed } from '../../ui/Proposal';
import { TableSection } from '../../ui/TableSection';
import type { Tone } from '../../ui/tones';
import { Bands } from './Bands';
import { Draft } from './Draft';
import { useDraft, useRules } from './useRules';

const stateTones: Record<MatchRule['state'], Tone> = { draft: 'open', active: 'good', retired: 'quiet' };

/** How records are matched: the rule in force, drafts that are tried before they count, and the bands that measured agreement opens. */
export function RulesPage() {
  const { t } = useTranslation();
  const rules = useRules();
  const [request, setRequest] = useState<ChangeRequest>();
  return (
    <>
      <div className="page-head"><h1>{t('match_rules.title')}</h1></div>
      <div className="page-body" tabIndex={0} role="region" aria-label={t('match_rules.title')}>
        <Proposed request={request} />
        <Loaded query={rules}>{({ rules: versions }) => <Versions rules={versions} onProposed={setRequest} />}</Loaded>
        <Bands onProposed={setRequest} />
      </div>
    </>
  );
}

function Versions({ rules, onProposed }: { rules: MatchRule[]; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [opened, setOpened] = useState<number>();
  const draft = useDraft();
  const active = rules.find((one) => one.state === 'active') ?? rules.at(-1);
  const editing = rules.find((one) => one.state === 'draft' && one.version === opened) ?? rules.find((one) => one.state === 'draft');
  const columns = (['version', 'state', 'review', 'auto', 'target', 'sample', 'note', 'made'] as const).map((column) => t(`match_rules.column_${column}`));
  return (
    <>
      <TableSection id="match-rules" title={t('match_rules.versions')} columns={may('configure') ? [...columns, t('match_rules.column_do')] : columns}>
        {rules.map((rule) => (
          <tr key={rule.version}>
            <th scope="row">{rule.version === 0 ? t('match_rules.built_in') : rule.version}</th>
            <td><Tag tone={rule === active ? 'good' : stateTones[rule.state]}>{t(`match_rules.state_${rule === active ? 'active' : rule.state}`)}</Tag></td>
            <td>{percentOf(rule.review)}</td>
            <td>{percentOf(rule.auto)}</td>
            <td>{percentOf(rule.target)}</td>
            <td>{rule.sample_percent} %</td>
            <td>{rule.note}</td>
            <td><Made rule={rule} /></td>
            {may('configure') && (
              <td>
                {rule.state === 'draft' ? <Button onClick={() => setOpened(rule.version)}>{t('match_rules.edit')}</Button>
                  : <Button loading={draft.make.isPending} onClick={() => draft.make.mutate(rule.version, { onSuccess: (made) => setOpened(made.version) })}>{t(rule === active ? 'match_rules.draft' : 'match_rules.go_back')}</Button>}
              </td>
            )}
          </tr>
        ))}
      </TableSection>
      {draft.make.isError && <ProblemBox thrown={draft.make.error} />}
      {editing && <Draft key={`${editing.version} ${editing.etag}`} rule={editing} editable={may('configure')} onProposed={onProposed} />}
    </>
  );
}

function Made({ rule }: { rule: MatchRule }) {
  const names = useNames();
  if (rule.version === 0) return null;
  return <>{names.person(rule.created_by)}, <Instant at={rule.created_at} /></>;
}

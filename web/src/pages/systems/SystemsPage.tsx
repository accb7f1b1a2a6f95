import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNames, usePlans, usePlants, useSystems } from '../../api/queries';
import type { Plant, SourceSystem, SystemCheck } from '../../api/types';
import { validityWords } from '../../lib/validity';
import { useSession } from '../../session/Session';
import { Empty, Tag } from '../../ui/Bits';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { PlanTable } from './PlanTable';

/** The connected systems, each with a check of its connection, and the plants. */
export function SystemsPage() {
  const { t } = useTranslation();
  const systems = useSystems();
  const plants = usePlants();
  const plans = usePlans();
  return (
    <>
      <div className="page-head"><h1>{t('systems.title')}</h1></div>
      <div className="page-body">
        <section className="section">
          <h2 style={{ fontSize: 15 }}>{t('systems.systems')}</h2>
          <Loaded query={systems}>
            {({ items }) =>
              items.length === 0 ? <Empty title={t('systems.none')} hint={t('systems.none_hint')} />
                : <div className="cards">{items.map((system) => <SystemCard key={system.id} system={system} />)}</div>}
          </Loaded>
        </section>
        <section className="section">
          <h2 id="plans" style={{ fontSize: 15 }}>{t('plans.title')}</h2>
          <Loaded query={plans}>{({ items }) => (items.length === 0 ? <Empty title={t('runs.no_plans')} /> : <PlanTable plans={items} />)}</Loaded>
        </section>
        <section className="section">
          <h2 id="plants" style={{ fontSize: 15 }}>{t('systems.plants')}</h2>
          <Loaded query={plants}>{({ items }) => (items.length === 0 ? <Empty title={t('systems.plants_none')} /> : <PlantTable plants={items} />)}</Loaded>
        </section>
      </div>
    </>
  );
}

function SystemCard({ system }: { system: SourceSystem }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const names = useNames();
  const check = useMutation({ mutationFn: () => client.post<SystemCheck>(`/systems/${system.id}/check`) });
  return (
    <article className="card" aria-label={system.name}>
      <div className="spread">
        <h3 style={{ fontSize: 14 }}>{system.name}</h3>
        <code className="muted">{system.id}</code>
      </div>
      <div className="facts">
        <span>{system.kind}</span>
        <span>{system.plant || t('systems.serves_all')}</span>
        <span>{t('systems.records', { count: system.records })}</span>
      </div>
      <Bound system={system.id} />
      <p className="dense">{t(system.writable ? 'systems.writable' : 'systems.read_only')}</p>
      {system.unguarded_accepted_by && <p><span className="boxed" data-tone="wait">{t('systems.unguarded', { who: names.person(system.unguarded_accepted_by) })}</span></p>}
      <Settings settings={system.settings ?? {}} />
      {may('operate') && (
        <Button style={{ justifySelf: 'start' }} loading={check.isPending} onClick={() => check.mutate()}>{t('systems.check')}</Button>
      )}
      <div aria-live="polite">
        {check.isError && <ProblemBox thrown={check.error} />}
        {check.data && <CheckSteps check={check.data} />}
      </div>
    </article>
  );
}

/** The plants that stand in the system as a company or warehouse. */
function Bound({ system }: { system: string }) {
  const { t } = useTranslation();
  const plants = usePlants().data?.items ?? [];
  const bound = plants.flatMap((plant) => plant.bindings.filter((one) => one.system === system).map((one) => ({ plant: plant.id, ...one })));
  if (bound.length === 0) return null;
  return (
    <ul className="steps" aria-label={t('systems.bound')}>
      {bound.map((one) => <li key={one.plant} className="line"><b>{one.plant}</b> {[one.company, one.warehouse].filter(Boolean).join(', ')}</li>)}
    </ul>
  );
}

/** The connector's settings; a secret stands in them only by the name of its place. */
function Settings({ settings }: { settings: Record<string, string> }) {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return null;
  return (
    <dl className="effects">
      {entries.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className="small">{name}</dt>
          <dd><code style={{ overflowWrap: 'anywhere' }}>{value}</code></dd>
        </div>
      ))}
    </dl>
  );
}

function CheckSteps({ check }: { check: SystemCheck }) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <Tag tone={check.ok ? 'good' : 'bad'}>{t(check.ok ? 'systems.ok' : 'systems.not_ok')}</Tag>
      <ol className="steps">
        {check.steps.map((step) => (
          <li key={step.name} className="line">
            <Tag tone={step.ok ? 'good' : 'bad'}>{t(step.ok ? 'systems.step_ok' : 'systems.step_failed')}</Tag>
            <span style={{ flex: 1 }}>
              {step.name}
              {step.hint && <span className="muted"> {step.hint}</span>}
            </span>
            <span className="small muted number">{t('systems.milliseconds', { count: step.milliseconds })}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function PlantTable({ plants }: { plants: Plant[] }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="plants">
      <table className="table" aria-labelledby="plants">
        <thead>
          <tr>
            {['plant_id', 'plant_name', 'state', 'valid', 'bound', 'time_zone', 'languages', 'currency'].map((column) => <th key={column} scope="col">{t(`systems.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {plants.map((plant) => (
            <tr key={plant.id}>
              <th scope="row"><code>{plant.id}</code></th>
              <td>{plant.name}</td>
              <td>{t(`plant_state.${plant.state}`)}</td>
              <td>{validityWords(t, plant)}</td>
              <td>
                {plant.bindings.map((binding) => (
                  <div key={binding.system}>{names.system(binding.system)}: {[binding.company, binding.warehouse].filter(Boolean).join(', ')}</div>
                ))}
              </td>
              <td>{plant.time_zone}</td>
              <td>{plant.languages?.join(', ')}</td>
              <td>{plant.currency}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

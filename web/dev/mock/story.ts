import type { ChangeItem, ChangeRequest, Delivery, DeliveryState, Discrepancy, QueueRow, Run, RunState } from '../../src/api/types.ts';
import { ago, id, type World } from './data.ts';

/** What has happened before the page is opened: runs, requests in each state, deliveries in each state, an import. */
export function fill(world: World): void {
  fillRuns(world);
  fillRequests(world);
  fillImports(world);
}

const zero = { read: 0, changed: 0, gone: 0, quarantined: 0, compared: 0, raised: 0, seen: 0, closed: 0, verified: 0, bounced: 0 };
const noSkips = { rejected: 0, nameless: 0, duplicate: 0, unchanged: 0, unmapped: 0, dormant: 0, related: 0, retired: 0, not_expected: 0, onboarding: 0 };
const byHand = { schedules: [], time_zone: 'Europe/Berlin', paused: false, next_run: '', next_mode: '' as const };

export function makeRun(plan: string, state: RunState, minutes: number, part: Partial<Run> = {}): Run {
  const system = plan.includes('mes') ? 'mes-stu1' : 'odoo-main';
  return {
    id: id(), plan, system, domain: 'item', mode: 'complete', state, started_by: 'service:schedule', created_at: ago(minutes), read_at: ago(minutes),
    finished_at: ['queued', 'reading', 'comparing', 'held'].includes(state) ? '' : ago(minutes - 1), counts: { ...zero }, skips: { ...noSkips },
    due_at: '', attempt: 1, phases: { waiting: 40, reading: 2100, held: 0, comparing: 900 }, proof: '', watermark: '', message: '', code: '', version: 1, ...part,
  };
}

function fillRuns(world: World): void {
  world.runs.push(
    makeRun('mes-items', 'held', 12, { message: '188 rows came where 388 came last time (52 % fewer). Nothing was concluded.', code: 'run.held', counts: { ...zero, read: 188 } }),
    makeRun('odoo-items', 'done', 35, { mode: 'incremental', started_by: 'user:ana', watermark: '2026-11-23 08:10:04', counts: { ...zero, read: 41, changed: 7, compared: 41, raised: 5, seen: 3, closed: 1, verified: 2, quarantined: 3 } }),
    makeRun('mes-items', 'failed', 95, { message: 'MES STU1 refuses the user "reader". Check the secret named in its settings.', code: 'system.access_denied' }),
    makeRun('odoo-items', 'incomplete', 300, { message: 'The connection was cut after 200 rows. Nothing was concluded missing.', code: 'system.connection_cut', counts: { ...zero, read: 200 } }),
    makeRun('odoo-items', 'done', 1500, { counts: { ...zero, read: 412, changed: 412, compared: 388, raised: 214 } }),
    makeRun('mes-items', 'cancelled', 3000, { started_by: 'user:ines' }),
  );
  world.plans.push(
    { id: 'odoo-items', name: 'Items of Odoo Main', domain: 'item', system: 'odoo-main', attributes: ['name', 'base_unit', 'net_weight', 'gtin', 'tracking'], drop_hold_percent: 20, ...byHand, version: 1 },
    { id: 'mes-items', name: 'Items of MES STU1', domain: 'item', system: 'mes-stu1', attributes: ['name', 'base_unit', 'net_weight'], drop_hold_percent: 20, ...byHand, version: 1 },
  );
}

const may = { approve: false, approve_why_not: '', withdraw: false };

export function makeRequest(world: World, title: string, by: string, items: ChangeItem[], part: Partial<ChangeRequest> = {}): ChangeRequest {
  const request = {
    id: id(), kind: 'decision' as const, domain: 'item', plant: '', title, reason: '', state: 'in_review' as const, proposed_by: by, proposed_at: ago(5), item_count: items.length,
    approvals: [], closed_by: '', closed_at: '', closed_why: '', applied_at: '', version: 2, may, ...part, items,
  };
  world.requests.set(request.id, request);
  return request;
}

/** The items a decision makes: golden changes where the system's value is taken, a delivery where golden is kept. */
export function itemsOf(d: Discrepancy, verb: string): ChangeItem[] {
  const base = { label: `${d.record?.code ?? d.code} ${d.label}`, domain: d.domain, record_id: d.record_id, base_version: d.record?.version ?? 0, before: null, set: null, discrepancy_id: d.id };
  if (verb === 'map') {
    return [{ ...base, action: 'map_code', mapping: { system: d.system, plant: d.plant, code_type: 'internal', code: d.code, record_id: d.candidates?.[0]?.record_id ?? '', valid_from: '2026-11-23', valid_to: '' } }];
  }
  if (verb === 'create') {
    return [{ ...base, action: 'create_record', set: Object.fromEntries((d.diff ?? []).map((line) => [line.attribute, line.source])) }];
  }
  const golden = { [d.attribute]: d.golden_value };
  const source = { [d.attribute]: d.source_value };
  if (verb === 'take_source') {
    return [
      { ...base, action: 'update_record', before: golden, set: source },
      { ...base, action: 'write_system', delivery: { system: d.system === 'odoo-main' ? 'mes-stu1' : 'odoo-main', kind: 'update', code: d.record?.code ?? '', expect: golden, set: source, by_hand: d.system === 'odoo-main' } },
    ];
  }
  return [{ ...base, action: 'write_system', delivery: { system: d.system, kind: 'update', code: d.code, expect: source, set: golden, by_hand: d.system === 'mes-stu1' } }];
}

export function makeDelivery(world: World, item: ChangeItem, request: ChangeRequest, state: DeliveryState, part: Partial<Delivery> = {}): void {
  const order = item.delivery;
  if (!order) return;
  const delivery: Delivery = {
    id: id(), system: order.system, domain: item.domain, record_id: item.record_id, kind: order.kind, code: order.code, label: item.label.replace(/^\S+ /, ''), plant: order.system === 'mes-stu1' ? 'STU1' : '',
    state, expect: order.expect, set: order.set, current: null, attempt: state === 'pending' || order.by_hand ? 0 : 1, max_attempts: 8, problem: '', problem_code: '', unguarded: false, by_hand: order.by_hand,
    due_on: order.by_hand ? '2026-11-30' : '', approved_by: 'user:bo', change_request_id: request.id, discrepancy_id: item.discrepancy_id, created_at: ago(3), run_at: '', confirmed_at: '', version: 1, ...part,
  };
  world.deliveries.set(delivery.id, delivery);
}

function fillRequests(world: World): void {
  const values = [...world.discrepancies.values()].filter((one) => one.class === 'value' && one.state === 'open').slice(40, 60);
  const take = (index: number) => values[index] as Discrepancy;
  makeRequest(world, `Take MES STU1's GTIN of ${take(0).label}`, 'user:ana', itemsOf(take(0), 'take_source'));
  makeRequest(world, `Keep golden for ${take(1).label}`, 'user:ana', itemsOf(take(1), 'keep_golden'), { proposed_at: ago(60) });
  const loaded = world.records.slice(0, 120);
  makeRequest(world, 'Initial load of items from Odoo Main', 'user:ines', loaded.flatMap((record) => [
    { action: 'create_record' as const, label: `${record.code} ${record.name}`, domain: 'item', record_id: record.id, base_version: 0, before: null, set: record.attributes, discrepancy_id: '' },
  ]), { kind: 'initial_load', reason: 'Day one: the active Odoo records become golden', proposed_at: ago(600) });
  const states: [DeliveryState, Partial<Delivery>][] = [
    ['confirmed', { confirmed_at: ago(2) }],
    ['conflict', { problem: 'Odoo Main no longer held the value the decision was made on. Nothing was overwritten.', problem_code: 'record.stale_version', attempt: 1 }],
    ['dead', { problem: 'Odoo Main refuses the write: the barcode is used by another product.', problem_code: 'system.refused', attempt: 8 }],
    ['retrying', { problem: 'Odoo Main does not answer.', problem_code: 'system.unreachable', attempt: 3, run_at: ago(-4) }],
    ['worklisted', {}],
    ['confirmed', { unguarded: true, system: 'odoo-test', confirmed_at: ago(30) }],
  ];
  states.forEach(([state, part], index) => {
    const one = take(index + 2);
    const items = itemsOf({ ...one, system: state === 'worklisted' ? 'mes-stu1' : 'odoo-main' }, 'keep_golden');
    const request = makeRequest(world, `Keep golden for ${one.label}`, 'user:ana', items, { state: 'applied', approvals: [{ by: 'user:bo', at: ago(20) }], applied_at: ago(20), proposed_at: ago(90 + index) });
    for (const item of items) makeDelivery(world, item, request, state, { ...part, current: state === 'conflict' ? { [one.attribute]: one.source_value } : null });
  });
  makeRequest(world, `Take Odoo Main's name of ${take(9).label}`, 'user:ana', itemsOf(take(9), 'take_source'), { state: 'rejected', closed_by: 'user:bo', closed_at: ago(200), closed_why: 'The drawing says 80, not 08.' });
}

function fillImports(world: World): void {
  const rows = world.records.slice(0, 40).map((record, index) => ({
    line: index + 2, code: String(index * 731).padStart(8, '0'), target: index === 9 ? 'S-999999' : record.code, record_id: record.id,
    status: (index === 9 ? 'wrong' : index % 13 === 5 ? 'conflict' : index % 4 === 0 ? 'same' : 'new') as 'new',
    message: index === 9 ? 'No record has the code S-999999.' : index % 13 === 5 ? 'Mapped to P-214407 now.' : '',
  }));
  const made = id();
  world.imports.set(made, { id: made, system: 'mes-stu1', plant: 'STU1', domain: 'item', file_name: 'stu1-codes.csv', state: 'previewed', counts: { new: 26, same: 10, conflict: 3, wrong: 1 }, created_by: 'user:pia', created_at: ago(45), change_request_id: '', rows });
}

export function rowOf(d: Discrepancy): QueueRow {
  const { id: key, version, state, class: kind, domain, system, plant, attribute, record_id, label, code, golden, source, first_seen, last_seen } = d;
  return { id: key, version, state, class: kind, domain, system, plant, attribute, record_id, label, code, golden, source, first_seen, last_seen };
}

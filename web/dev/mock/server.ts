import type { Action, ChangeRequest, DecisionItem, Discrepancy, Me, QueueFilter } from '../../src/api/types.ts';
import { ago, definition, id, makeWorld, plants, systems } from './data.ts';
import { fill, itemsOf, makeDelivery, makeRequest, makeRun, rowOf } from './story.ts';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: unknown;
  /** The login of the session's cookie, "" without one. */
  login: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  /** The login to put into the cookie; "" removes it. */
  login?: string;
}

const all: Action[] = ['read', 'propose', 'approve', 'operate', 'configure', 'audit', 'work_off'];
const people: Record<string, { name: string; actions: Action[] }> = {
  ana: { name: 'Ana Weber', actions: ['read', 'propose', 'operate'] },
  bo: { name: 'Bo Novak', actions: ['read', 'approve'] },
  eve: { name: 'Eve Everything', actions: all },
};

const problem = (status: number, code: string, detail: string): Answer => ({
  status, body: { type: `/docs/problems#${code}`, title: 'Problem', status, detail, code, trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' },
});
const ok = (body: unknown, status = 200): Answer => ({ status, body });
const listOf = <T>(items: T[]): Answer => ok({ items, next: '' });

/** The API in memory: enough of it to see and use every page. Passwords are the logins. */
export function mockServer(size: number): (call: Call) => Answer {
  const world = makeWorld(size);
  fill(world);
  const snapshots = new Map<string, string[]>();

  function me(login: string): Me {
    const person = people[login];
    return { id: `user:${login}`, login, name: person?.name ?? login, roles: [], actions: person?.actions ?? [], environment: 'demo', version: '0.0.0' };
  }

  function seen(request: ChangeRequest & { items?: unknown }, login: string): ChangeRequest {
    const { items: _, ...rest } = request;
    const own = request.proposed_by === `user:${login}`;
    const open = request.state === 'in_review';
    const allowed = me(login).actions.includes('approve');
    const why = !allowed ? 'You have no approver role here. An integration admin can grant it.' : own ? 'Someone other than the proposer must approve.' : '';
    return { ...rest, may: { approve: open && allowed && !own, approve_why_not: open ? why : '', withdraw: open && own } };
  }

  function decide(item: DecisionItem, login: string) {
    const d = world.discrepancies.get(item.id);
    const refused = (status: 'conflict' | 'refused', code: string, detail: string) => ({ client_id: item.client_id, id: item.id, status, code, detail, change_request_id: '', discrepancy: d && rowOf(d) });
    if (!d) return refused('refused', 'discrepancy.unknown', 'There is no such discrepancy.');
    if (d.version !== item.version) return refused('conflict', 'discrepancy.stale_version', 'The discrepancy changed since you looked.');
    d.version++;
    if (item.verb === 'accept') {
      Object.assign(d, { state: 'accepted', accepted_until: item.until, note: item.reason });
    } else {
      const request = makeRequest(world, `${item.verb === 'keep_golden' ? 'Keep golden' : item.verb === 'map' ? 'Map code' : 'Change golden'}: ${d.label}`, `user:${login}`, itemsOf(d, item.verb), { proposed_at: ago(0) });
      Object.assign(d, { state: 'change_requested', change_request_id: request.id });
    }
    return { client_id: item.client_id, id: item.id, status: 'decided', code: '', detail: '', change_request_id: d.change_request_id, discrepancy: rowOf(d) };
  }

  function close(requestId: string, outcome: string, login: string, version: string | undefined, reason: string): Answer {
    const request = world.requests.get(requestId);
    if (!request) return problem(404, 'change_request.unknown', 'There is no such change request.');
    if (version !== `"${request.version}"`) return problem(412, 'change_request.stale_version', 'The request changed since you opened it.');
    request.version++;
    const mine = [...world.discrepancies.values()].filter((d) => d.change_request_id === request.id);
    if (outcome === 'approval') {
      Object.assign(request, { state: 'applied', approvals: [{ by: `user:${login}`, at: ago(0) }], applied_at: ago(0) });
      for (const d of mine) d.state = 'fix_pending';
      for (const item of request.items) makeDelivery(world, item, request, item.delivery?.by_hand ? 'worklisted' : 'pending', { created_at: ago(0) });
      setTimeout(() => {
        for (const delivery of world.deliveries.values()) {
          if (delivery.change_request_id === request.id && delivery.state === 'pending') Object.assign(delivery, { state: 'confirmed', confirmed_at: ago(0), attempt: 1 });
        }
      }, 1500);
    } else {
      Object.assign(request, { state: outcome === 'rejection' ? 'rejected' : 'withdrawn', closed_by: `user:${login}`, closed_at: ago(0), closed_why: reason });
      for (const d of mine) Object.assign(d, { state: 'open', change_request_id: '', version: d.version + 1, note: outcome === 'rejection' ? reason : d.note });
    }
    return ok(seen(request, login));
  }

  function snapshot(filter: QueueFilter): Answer {
    const states = filter.states ?? ['open', 'in_review', 'bounced', 'reopened'];
    const text = filter.text?.toLowerCase() ?? '';
    const found = [...world.discrepancies.values()].filter(
      (d) => states.includes(d.state) && (!filter.pattern || d.pattern === filter.pattern) && (!text || `${d.label} ${d.code}`.toLowerCase().includes(text)),
    );
    const groups = new Map<string, { pattern: string; domain: string; system: string; class: string; attribute: string; count: number }>();
    for (const { pattern, domain, system, class: kind, attribute } of found) {
      const group = groups.get(pattern) ?? { pattern, domain, system, class: kind, attribute, count: 0 };
      group.count++;
      groups.set(pattern, group);
    }
    const key = id();
    snapshots.set(key, found.map((d) => d.id));
    return ok({ snapshot_id: key, total: found.length, expires_at: ago(-30), groups: [...groups.values()].sort((a, b) => b.count - a.count) }, 201);
  }

  const numbers = (query: URLSearchParams) => ({ offset: Number(query.get('offset') ?? 0), limit: Number(query.get('limit') ?? 50) });

  return (call) => {
    const { method, path, query, login } = call;
    const body = (call.body ?? {}) as Record<string, never>;
    const [first = '', second = '', third = '', fourth = ''] = path.split('/').slice(1);
    if (path === '/session') {
      if (method === 'DELETE') return { status: 204, login: '' };
      const { login: name, password } = body as unknown as { login: string; password: string };
      return people[name] && password === name ? { ...ok(me(name)), login: name } : problem(401, 'session.wrong_credentials', 'User name or password is wrong.');
    }
    if (!login) return problem(401, 'session.required', 'Sign in first.');
    if (method !== 'GET' && call.headers['x-crosswalk-request'] !== '1') return problem(403, 'session.cross_site', 'The request did not come from the workbench.');
    switch (first) {
      case 'me': return ok(me(login));
      case 'definitions': return ok(definition);
      case 'systems': return method === 'POST' ? ok({ system: second, ok: second !== 'odoo-test', steps: [{ name: 'reach', ok: true, hint: '', milliseconds: 12 }, { name: 'sign in', ok: true, hint: '', milliseconds: 48 }, { name: 'guard action', ok: second !== 'odoo-test', hint: second === 'odoo-test' ? 'The guard action is not installed.' : '', milliseconds: 31 }] }) : listOf(systems);
      case 'plants': return listOf(plants);
      case 'plans': return listOf(world.plans);
      case 'queues': {
        if (third === 'snapshot') return snapshot(call.body as QueueFilter);
        const ids = snapshots.get(third);
        if (!ids) return problem(404, 'queue_snapshot.unknown', 'The list is no longer kept.');
        const { offset, limit } = numbers(query);
        return ok({ offset, total: ids.length, rows: ids.slice(offset, offset + limit).map((one) => rowOf(world.discrepancies.get(one) as Discrepancy)) });
      }
      case 'discrepancies': {
        const d = world.discrepancies.get(second);
        return d ? ok({ ...d, verbs: ['open', 'bounced'].includes(d.state) ? d.verbs : [], deliveries: [...world.deliveries.values()].filter((one) => one.discrepancy_id === d.id) }) : problem(404, 'discrepancy.unknown', 'There is no such discrepancy.');
      }
      case 'decisions': return ok({ results: (call.body as { items: DecisionItem[] }).items.map((item) => decide(item, login)) });
      case 'change-requests': {
        if (method === 'PUT') return close(second, third, login, call.headers['if-match'], String((body as { reason?: string }).reason ?? ''));
        if (!second) return listOf([...world.requests.values()].filter((one) => !query.get('state') || one.state === query.get('state')).reverse().map((one) => seen(one, login)));
        const request = world.requests.get(second);
        if (!request) return problem(404, 'change_request.unknown', 'There is no such change request.');
        if (third !== 'items') return ok(seen(request, login));
        const { offset, limit } = numbers(query);
        return ok({ offset, total: request.items.length, items: request.items.slice(offset, offset + limit) });
      }
      case 'runs': {
        if (!second && method === 'POST') {
          const run = makeRun(String((body as { plan?: string }).plan), 'reading', 0, { started_by: `user:${login}`, counts: { ...(world.runs[0] as (typeof world.runs)[number]).counts, read: 120 } });
          world.runs.unshift(run);
          setTimeout(() => Object.assign(run, { state: 'done', finished_at: ago(0) }), 3000);
          return ok(run, 202);
        }
        if (!second) return listOf(world.runs.filter((run) => !query.get('plan') || run.plan === query.get('plan')));
        const run = world.runs.find((one) => one.id === second);
        if (!run) return problem(404, 'run.unknown', 'There is no such run.');
        if (third === 'quarantine') return ok({ offset: 0, rows: [{ position: 'row 17', code: '', reason: 'The row has no code.', content: '{"default_code":false,"name":"Dichtung Ø 40"}' }, { position: 'row 203', code: 'S-878926', reason: 'The code stands twice; both rows are kept out.', content: '{"default_code":"S-878926"}' }, { position: 'row 204', code: 'B-949360', reason: '"1,5kg" is not a number.', content: '{"default_code":"B-949360","weight":"1,5kg"}' }] });
        if (method === 'POST') Object.assign(run, third === 'release' ? { state: 'done', message: '', finished_at: ago(0) } : { state: 'cancelled', finished_at: ago(0) });
        return ok(run);
      }
      case 'deliveries': {
        if (second === 'summary') {
          return ok({ systems: systems.map(({ id: system, name }) => {
            const counts: Record<string, number> = {};
            for (const one of world.deliveries.values()) if (one.system === system) counts[one.state] = (counts[one.state] ?? 0) + 1;
            return { system, name, counts };
          }) });
        }
        if (!second) {
          const matches = (name: string, value: string) => !query.get(name) || query.get(name) === value;
          return listOf([...world.deliveries.values()].filter((one) => matches('system', one.system) && matches('state', one.state) && matches('request', one.change_request_id)).reverse());
        }
        const delivery = world.deliveries.get(second);
        if (!delivery) return problem(404, 'delivery.unknown', 'There is no such delivery.');
        if (third) Object.assign(delivery, third === 'retry' ? { state: 'pending', problem: '' } : { state: 'skipped', problem: '' });
        return ok(delivery);
      }
      case 'worklist': return listOf([...world.deliveries.values()].filter((one) => one.state === 'worklisted'));
      case 'records': {
        if (!third) {
          const text = (query.get('text') ?? '').toLowerCase();
          return listOf(world.records.filter((record) => `${record.code} ${record.name}`.toLowerCase().includes(text)).slice(0, Number(query.get('limit') ?? 50)));
        }
        const record = world.records.find((one) => one.id === third);
        if (!record) return problem(404, 'record.unknown', 'There is no such record.');
        const mapping = { id: id(), domain: 'item', plant: '', code_type: 'default_code', record_id: record.id, relation: 'equivalent', state: 'active', valid_from: '2026-11-01', valid_to: '', basis: 'person', default_out: true, version: 1, change_request_id: '' };
        return ok({
          ...record,
          mappings: [{ ...mapping, system: 'odoo-main', code: record.code }, { ...mapping, id: id(), system: 'mes-stu1', plant: 'STU1', code_type: 'internal', code: '00042731' }],
          uses: [{ plant: 'STU1', state: 'active', source: 'declared' }],
          lineage: definition.attributes.map((one) => ({ attribute: one.id, system: 'odoo-main', code: record.code, rule: 'seed', version: 1, change_request_id: '', recorded_at: ago(9000) })),
          versions: [{ version: 1, state: 'active', attributes: { ...record.attributes, net_weight: { qty: '1', unit: 'KGM' } }, valid_from: '2026-10-01', recorded_at: ago(9000), change_request_id: '' }, { version: 2, state: 'active', attributes: record.attributes, valid_from: '2026-11-01', recorded_at: ago(900), change_request_id: [...world.requests.keys()][0] ?? '' }],
        });
      }
      case 'imports': {
        const found = world.imports.get(second);
        if (!second && method === 'GET') return listOf([...world.imports.values()]);
        if (!second) return ok([...world.imports.values()][0], 201);
        if (!found) return problem(404, 'import.unknown', 'There is no such import.');
        if (third === 'rows') return ok({ offset: 0, total: found.rows.length, rows: found.rows });
        if (third === 'submission') {
          const request = makeRequest(world, `Map ${found.rows.length} codes of MES STU1`, `user:${login}`, [], { kind: 'mappings' });
          Object.assign(found, { state: 'submitted', change_request_id: request.id });
          return ok(seen(request, login), 201);
        }
        return ok(found);
      }
      case 'audit': return listOf(Array.from({ length: 20 }, (_, index) => ({ chain: index % 4 ? 'item' : '', sequence: 20 - index, at: ago(index * 47), actor: index % 3 ? 'user:bo' : 'service:reconcile', reason: index % 3 ? 'approve change request' : 'raise discrepancies', changes: Array.from({ length: 1 + (index % 5) }, () => ({ aggregate: 'golden_record', id: id(), version: 2 })), hash: 'a3f1c09b7d2e4455'.repeat(4) })));
      default: return problem(404, 'route.unknown', `There is no ${[first, second, third, fourth].filter(Boolean).join('/')}.`);
    }
  };
}

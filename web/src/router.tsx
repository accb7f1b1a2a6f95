import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { getI18n } from 'react-i18next';
import { pageTexts } from './i18n';
import { Home } from './shell/Home';
import { Crashed, Unknown } from './shell/Lost';
import { Shell } from './shell/Shell';

type Search = Record<string, unknown>;

/** Search parameters that are plain words; what else stands in the address is dropped. */
function words<K extends string>(...names: K[]): (search: Search) => Partial<Record<K, string>> {
  return (search) => {
    const kept: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'number' || (typeof value === 'string' && value !== '')) kept[name] = String(value);
    }
    return kept;
  };
}

const root = createRootRoute({ component: Shell, notFoundComponent: Unknown, errorComponent: Crashed });
const at = <P extends string>(path: P) => ({ getParentRoute: () => root, path });

/** A page that is fetched when somebody goes there, with the texts that are not part of the first load. */
function page<T extends Record<string, unknown>, K extends keyof T & string>(fetch: () => Promise<T>, name: K) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([fetch(), pageTexts(getI18n())]);
    return module;
  }, name);
}

const home = createRoute({ ...at('/'), component: Home });
export const queueRoute = createRoute({
  ...at('/queue'),
  validateSearch: words('pattern', 'text', 'show', 'item'),
  component: lazyRouteComponent(() => import('./pages/queue/QueuePage'), 'QueuePage'),
});
const requestsPage = page(() => import('./pages/requests/RequestsPage'), 'RequestsPage');
export const requestsRoute = createRoute({ ...at('/requests'), validateSearch: words('state'), component: requestsPage });
const requestRoute = createRoute({ getParentRoute: () => requestsRoute, path: '$id' });
const runsPage = page(() => import('./pages/runs/RunsPage'), 'RunsPage');
export const runsRoute = createRoute({ ...at('/runs'), validateSearch: words('plan'), component: runsPage });
const runRoute = createRoute({ getParentRoute: () => runsRoute, path: '$id' });
const deliveriesPage = page(() => import('./pages/deliveries/DeliveriesPage'), 'DeliveriesPage');
export const deliveriesRoute = createRoute({ ...at('/deliveries'), validateSearch: words('system', 'state', 'request'), component: deliveriesPage });
const deliveryRoute = createRoute({ getParentRoute: () => deliveriesRoute, path: '$id' });
export const worklistRoute = createRoute({
  ...at('/worklist'),
  validateSearch: words('plant', 'due'),
  component: page(() => import('./pages/deliveries/WorklistPage'), 'WorklistPage'),
});
const recordsPage = page(() => import('./pages/records/RecordsPage'), 'RecordsPage');
export const recordsRoute = createRoute({ ...at('/records'), validateSearch: words('text', 'tab'), component: recordsPage });
const recordRoute = createRoute({ getParentRoute: () => recordsRoute, path: '$domain/$id' });
const mappingsPage = page(() => import('./pages/mappings/MappingsPage'), 'MappingsPage');
export const mappingsRoute = createRoute({ ...at('/mappings'), validateSearch: words('text', 'system', 'state'), component: mappingsPage });
const mappingRoute = createRoute({ getParentRoute: () => mappingsRoute, path: '$id' });
const unmappedPage = page(() => import('./pages/mappings/UnmappedPage'), 'UnmappedPage');
export const unmappedRoute = createRoute({ ...at('/unmapped'), validateSearch: words('text', 'system', 'show'), component: unmappedPage });
const unmappedCodeRoute = createRoute({ getParentRoute: () => unmappedRoute, path: '$id' });
const wishesPage = page(() => import('./pages/wishes/WishesPage'), 'WishesPage');
export const wishesRoute = createRoute({ ...at('/record-requests'), validateSearch: words('state'), component: wishesPage });
const wishRoute = createRoute({ getParentRoute: () => wishesRoute, path: '$id' });
export const duplicatesRoute = createRoute({
  ...at('/duplicates'), validateSearch: words('tab', 'show'), component: page(() => import('./pages/duplicates/DuplicatesPage'), 'DuplicatesPage'),
});
const importsPage = page(() => import('./pages/imports/ImportsPage'), 'ImportsPage');
export const importsRoute = createRoute({ ...at('/imports'), validateSearch: words('step', 'status', 'note', 'row'), component: importsPage });
const importRoute = createRoute({ getParentRoute: () => importsRoute, path: '$id' });
const systemsRoute = createRoute({ ...at('/systems'), component: page(() => import('./pages/systems/SystemsPage'), 'SystemsPage') });
const matchRulesRoute = createRoute({ ...at('/match-rules'), component: page(() => import('./pages/rules/RulesPage'), 'RulesPage') });
const auditRoute = createRoute({ ...at('/audit'), component: page(() => import('./pages/systems/AuditPage'), 'AuditPage') });
const accessRoute = createRoute({ ...at('/access'), component: page(() => import('./pages/access/AccessPage'), 'AccessPage') });

/** The pages by address. What is not listed here does not exist. */
export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([
      home, queueRoute, requestsRoute.addChildren([requestRoute]), runsRoute.addChildren([runRoute]),
      deliveriesRoute.addChildren([deliveryRoute]), worklistRoute, recordsRoute.addChildren([recordRoute]),
      mappingsRoute.addChildren([mappingRoute]), unmappedRoute.addChildren([unmappedCodeRoute]), wishesRoute.addChildren([wishRoute]),
      importsRoute.addChildren([importRoute]), duplicatesRoute, systemsRoute, matchRulesRoute, auditRoute, accessRoute,
    ]),
    defaultErrorComponent: Crashed,
    defaultPreload: 'intent',
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

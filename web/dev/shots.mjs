// Takes a picture of every page in both schemes over the mock (`npx vite preview --mode mock`), and runs axe on each.
// Reads: BASE_URL, CHROME, SHOTS (the folder the pictures go to), ONLY (part of a name: just those).
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:4173';
const shots = process.env.SHOTS ?? 'shots';
const only = process.env.ONLY ?? '';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
mkdirSync(shots, { recursive: true });

const options = (page) => page.getByRole('listbox').getByRole('option');
const list = async (page) => options(page).first().waitFor();
const opened = async (page) => {
  await list(page);
  await options(page).nth(1).click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
};
const pages = [
  ['sign-in', '', async () => undefined],
  ['queue', '/queue', async (page) => { await list(page); await page.getByRole('heading', { level: 2 }).waitFor(); }],
  ['queue-decided', '/queue', async (page) => {
    await page.getByRole('listbox').focus();
    await page.getByRole('heading', { level: 2 }).waitFor();
    for (const key of ['a', 'c', 'a', 'j', 'j']) { await page.keyboard.press(key); await page.getByRole('heading', { level: 2 }).waitFor(); await page.getByRole('button', { name: /Keep golden|Map/ }).first().waitFor(); }
    await page.getByText('Sent for approval').first().waitFor();
  }],
  ['queue-unmapped', '/queue?pattern=item%7Cmes-stu1%7Cunmapped%7C', list],
  ['queue-accept', '/queue', async (page) => { await list(page); await page.getByRole('heading', { level: 2 }).waitFor(); await page.getByRole('button', { name: /Accept as is/ }).click(); await page.getByRole('dialog').waitFor(); }],
  ['queue-keys', '/queue', async (page) => { await list(page); await page.getByRole('button', { name: 'Keys' }).click(); await page.getByRole('dialog').waitFor(); }],
  ['queue-empty', '/queue?text=zzzz', async (page) => page.getByText('Nothing matches').waitFor()],
  ['requests', '/requests', list],
  ['request', '/requests', opened],
  ['request-applied', '/requests?state=applied', opened],
  ['request-load', '/requests', async (page) => { await list(page); await options(page).filter({ hasText: 'Initial load' }).click(); await page.getByText('Creates the golden record').first().waitFor(); }],
  ['runs', '/runs', async (page) => { await list(page); await options(page).nth(1).click(); await page.getByText('Rows in quarantine').waitFor(); }],
  ['run-held', '/runs', async (page) => { await list(page); await options(page).first().click(); await page.getByRole('button', { name: 'Go on' }).waitFor(); }],
  ['deliveries', '/deliveries', list],
  ['delivery', '/deliveries?state=conflict', async (page) => { await list(page); await options(page).first().click(); await page.getByText('Found there').waitFor(); }],
  ['worklist', '/worklist', async (page) => page.getByRole('table').waitFor()],
  ['records', '/records', opened],
  ['imports', '/imports', async (page) => page.getByRole('table').waitFor()],
  ['import', '/imports', async (page) => { await page.getByRole('link', { name: 'stu1-codes.csv' }).click(); await page.getByRole('table').waitFor(); }],
  ['systems', '/systems', async (page) => { await page.getByRole('button', { name: 'Check' }).nth(2).click(); await page.getByText('guard action').waitFor(); }],
  ['audit', '/audit', async (page) => page.getByRole('table').waitFor()],
  ['narrow-list', '/queue', list, { width: 480, height: 860 }],
  ['narrow-detail', '/queue', async (page) => { await list(page); await options(page).first().dblclick(); await page.getByRole('heading', { level: 2 }).waitFor(); }, { width: 480, height: 860 }],
];

const browser = await chromium.launch({
  executablePath: process.env.CHROME ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let faults = 0;
for (const scheme of ['light', 'dark']) {
  for (const [name, path, ready, viewport = { width: 1440, height: 900 }] of pages.filter(([one]) => one.includes(only))) {
    const context = await browser.newContext({ viewport, colorScheme: scheme, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const said = [];
    page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    try {
      if (path) await page.request.post(`${base}/api/v1/session`, { data: { login: 'eve', password: 'eve' }, headers: { 'X-Crosswalk-Request': '1' } });
      await page.goto(base + (path || '/'));
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await ready(page);
    } catch (error) {
      said.push(String(error).split('\n')[0]);
    }
    await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
    await page.evaluate(axe);
    const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values } }), tags);
    const kept = said.filter((text) => !(name === 'sign-in' && text.includes('401')));
    faults += violations.length + kept.length;
    console.log(`${name} ${scheme}: ${violations.length} violations`, kept.join(' | '));
    for (const { id, nodes } of violations) console.log(`  ${id}: ${nodes.length}`, nodes[0].html.slice(0, 160), nodes[0].failureSummary.replaceAll('\n', ' ').slice(0, 240));
    await context.close();
  }
}
await browser.close();
process.exit(faults === 0 ? 0 : 1);

// What the browser journeys have in common: a browser, people who sign in, and how pages are looked at.
// Reads: BASE_URL, CHROME, STEWARD_LOGIN, STEWARD_PASSWORD, APPROVER_LOGIN, APPROVER_PASSWORD; and, for the pages that
// neither of the two may open, OTHER_LOGINS ("login:password login:password"). SHOTS names a folder for pictures of the pages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const base = needed('BASE_URL');
export const steward = { login: needed('STEWARD_LOGIN'), password: needed('STEWARD_PASSWORD') };
export const approver = { login: needed('APPROVER_LOGIN'), password: needed('APPROVER_PASSWORD') };
export const others = (process.env.OTHER_LOGINS ?? '').split(' ').filter(Boolean).map((pair) => {
  const [login, password] = pair.split(':');
  return { login, password };
});

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** How long a step may take on a loaded machine; nothing ever waits that long when it works. */
const patience = 30_000;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: needed('CHROME'),
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
});
after(async () => browser?.close());

/** A page of its own session, with what went wrong inside it. */
export async function openPage(colorScheme = 'light') {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // the first question who is signed in is answered by 401: the browser prints that whatever the page does
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
  });
  return { page, faults, close: () => context.close() };
}

export async function signIn(page, { login, password }, path = '/') {
  await page.goto(base + path);
  await page.getByLabel('User name').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

export async function signOut(page) {
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
}

export const rows = (page) => page.getByRole('listbox').getByRole('option');
export const selectedRow = (page) => page.getByRole('listbox').getByRole('option', { selected: true });
export const title = (page) => page.getByRole('heading', { level: 2 }).first();

/** Keeps a picture of the page where SHOTS names a folder: to be looked at, never compared. */
export async function shoot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

/** Waits until nothing on the page is being fetched for the first time. */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
}

/** Runs axe on the page or, of an open dialogue, on that alone: what lies under it may be scrolled out of reach. */
export async function assertNoAxeViolations(page, where, within = 'html') {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(([values, part]) => window.axe.run(part, { runOnly: { type: 'tag', values } }), [axeTags, within]);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  assert.deepEqual(found, [], `axe on ${where}`);
}

/** Calls the API as whoever is signed in on the page, and is not content with a problem for an answer. */
export async function call(page, method, path, body, version) {
  return page.evaluate(
    async ([how, where, sent, seen]) => {
      const headers = { 'Content-Type': 'application/json', 'X-Crosswalk-Request': '1', ...(seen && { 'If-Match': `"${seen}"` }) };
      const answer = await fetch(`/api/v1${where}`, { method: how, headers, ...(sent && { body: JSON.stringify(sent) }) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    [method, path, body, version],
  );
}

/** A page of its own on which somebody is signed in, done with by close. */
export async function openAs(who, path) {
  const opened = await openPage();
  await signIn(opened.page, who, path);
  return opened;
}

/** Fills in the reason that the open dialogue asks for, and sends it. */
export async function giveReason(page, reason, submit) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: submit, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Lets the approver approve the change request at an address, and waits until it is applied. */
export async function approve(address) {
  const { page, close } = await openAs(approver, address);
  await page.getByRole('button', { name: /^Approve/ }).click();
  await page.getByText(/^Applied /).waitFor();
  await close();
}

/** Goes by keys to the first row of the queue that offers a decision, and returns the row. */
export async function goToOffering(page, name) {
  await rows(page).first().waitFor();
  const list = page.getByRole('listbox');
  await list.focus();
  for (let tries = 0; tries < 50; tries++) {
    const selected = selectedRow(page);
    const label = (await selected.locator('.title').textContent()) ?? '';
    await page.getByRole('heading', { level: 2, name: label, exact: true }).waitFor();
    const open = await page.getByRole('region', { name: label, exact: true }).getByText('To decide').count();
    if (open > 0 && (await page.getByRole('button', { name }).count()) > 0) return page.locator(`#${await selected.getAttribute('id')}`);
    const before = await list.getAttribute('aria-activedescendant');
    await page.keyboard.press('j');
    await page.waitForFunction((old) => document.querySelector('[role=listbox]')?.getAttribute('aria-activedescendant') !== old, before);
  }
  return assert.fail(`none of the first 50 discrepancies offers ${name}`);
}

/**
 * Goes by keys to the first row whose golden value Crosswalk itself can write, and returns the row.
 * The detail counts as open when it shows the row's name and the keys' focus is still on the list.
 */
export async function goToCurable(page) {
  await rows(page).first().waitFor();
  const list = page.getByRole('listbox');
  await list.focus();
  const keep = page.getByRole('button', { name: /^Keep golden/ });
  for (let tries = 0; tries < 50; tries++) {
    const selected = selectedRow(page);
    const name = (await selected.locator('.title').textContent()) ?? '';
    await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
    const effect = (await keep.count()) > 0 ? await keep.getAttribute('title') : '';
    if (/ differs/.test(await selected.innerText()) && /Updates /.test(effect ?? '')) return page.locator(`#${await selected.getAttribute('id')}`);
    const before = await list.getAttribute('aria-activedescendant');
    await page.keyboard.press('j');
    await page.waitForFunction((old) => document.querySelector('[role=listbox]')?.getAttribute('aria-activedescendant') !== old, before);
  }
  return assert.fail('no discrepancy of the first 50 is cured by an update');
}


// Duplicates in a real browser against a real server: thirty pairs decided by keys alone, by a look at what the page shows,
// one taken back; another person approves the merges; one is unmerged; and axe on every page of matching in both colour schemes.
// kit.mjs says what is read from the environment.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { approve, assertNoAxeViolations, base, call, openAs, openPage, others, settled, shoot, signIn, steward } from './kit.mjs';

const list = (page) => page.getByRole('listbox').first();
const pairs = (page) => list(page).getByRole('option');
const selected = (page) => list(page).getByRole('option', { selected: true });
const sheet = (page) => page.getByRole('dialog', { name: /become one record$/ });
const members = (page) => page.getByRole('table', { name: 'The records side by side' });

/** What a steward looks at: the sizes and grades in the two names. Words may stand in another order, be shortened or left out. */
function sameBySight(left, right) {
  const told = (name) => [...new Set((name.toUpperCase().replaceAll(/(\d)\s+X\s+(\d)/g, '$1X$2').match(/[A-Z]*\d[\w./-]*/g) ?? []))].sort().join(' ');
  return told(left) !== '' && told(left) === told(right);
}

/** The names at the head of the two columns of the open pair. */
async function openPair(page) {
  const row = (await selected(page).innerText()).split('\n');
  const codes = row.find((line) => / and /.test(line))?.split(' · ').at(-1)?.split(' and ') ?? [];
  const heads = members(page).locator('thead th');
  await heads.filter({ hasText: codes[0] }).waitFor();
  await heads.filter({ hasText: codes[1] }).waitFor();
  const names = await heads.getByRole('link').allInnerTexts();
  return { codes, names };
}

/** Decides the open pair by key, and waits until the page says so and the next one is open. */
async function decide(page, id, { names }) {
  const same = sameBySight(names[0], names[1]);
  if (same) {
    await page.keyboard.press('m');
    const propose = sheet(page).getByRole('button', { name: 'Propose the merge' });
    await propose.waitFor();
    const refused = sheet(page).getByRole('alert');
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'radio');
    if ((await refused.count()) > 0 || (await propose.isDisabled())) {
      // somebody else's merge of one of them is under way: the next evaluation asks again
      await page.keyboard.press('Escape');
      await sheet(page).waitFor({ state: 'detached' });
      await list(page).focus();
      await page.keyboard.press('u');
      await said(page, id, 'Unsure');
      return 'unsure';
    }
    await page.keyboard.press('Enter');
    await sheet(page).waitFor({ state: 'detached' });
    await said(page, id, 'The same');
    return 'match';
  }
  await page.keyboard.press('n');
  await said(page, id, 'Not the same');
  return 'no_match';
}

/** Decides a system's codes by key: the first record it may stand for, or none. */
async function decideCodes(page, counts, more) {
  const open = await pairs(page).count();
  if (open > 0) await list(page).focus();
  for (let at = 0; at < open && more(); at++) {
    const id = await selected(page).getAttribute('id');
    const code = (await selected(page).locator('code').innerText()).trim();
    await page.getByRole('region', { name: 'The open code' }).getByRole('heading', { level: 2 }).filter({ hasText: code }).waitFor();
    const [called, record] = (await selected(page).innerText()).split('\n');
    const same = sameBySight(called.replace(code, ''), record);
    await page.keyboard.press(same ? 'm' : 'n');
    await said(page, id, same ? 'The same' : 'Not the same');
    counts[same ? 'match' : 'no_match']++;
  }
}

/** The row says the word once the server has taken it, and the keys are back on the list. */
async function said(page, id, word) {
  await page.waitForFunction(([row, text]) => document.getElementById(row)?.innerText.includes(text) === true, [id, word]);
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox');
}

describe('duplicates', () => {
  it('are decided by key, thirty of them, and one verdict is taken back', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/duplicates');
    await page.getByText(/^Evaluated /).waitFor();
    await pairs(page).first().waitFor();
    await list(page).focus();
    const counts = { match: 0, no_match: 0, unsure: 0 };
    for (let decided = 0; decided < 26; decided++) {
      const id = await selected(page).getAttribute('id');
      const pair = await openPair(page);
      const word = await decide(page, id, pair);
      counts[word]++;
      await page.waitForFunction((old) => document.querySelector('[role=option][aria-selected=true]')?.id !== old, id);
    }
    for (const system of ['MES Stuttgart', 'WMS Sheffield', 'Spreadsheet Gliwice', 'Odoo']) {
      if (counts.match + counts.no_match + counts.unsure === 30) break;
      await page.getByRole('button', { name: `Codes of ${system}` }).click();
      await settled(page);
      await decideCodes(page, counts, () => counts.match + counts.no_match + counts.unsure < 30);
    }
    assert.equal(counts.match + counts.no_match + counts.unsure, 30, JSON.stringify(counts));
    assert.ok(counts.match >= 5, `some of the pairs are matches: ${JSON.stringify(counts)}`);
    assert.ok(counts.no_match >= 1, `some of them are not: ${JSON.stringify(counts)}`);
    await page.getByText('30 decided in this session.').waitFor();

    // the last one is taken back: its row is open again and to be decided
    await page.keyboard.press('z');
    await page.getByText('29 decided in this session.').waitFor();
    assert.doesNotMatch(await selected(page).innerText(), /The same|Not the same|Unsure/);
    await shoot(page, 'undone');
    assert.deepEqual(faults, []);
    await close();
  });

  it('stand in the list of verdicts', async () => {
    const { page, close } = await openPage();
    await signIn(page, steward, '/duplicates?tab=verdicts');
    await page.getByRole('table', { name: 'Verdicts' }).waitFor();
    assert.equal(await page.getByRole('table', { name: 'Verdicts' }).locator('tbody tr').filter({ hasText: 'taken back by' }).count(), 1);
    assert.ok((await page.getByRole('table', { name: 'Verdicts' }).locator('tbody tr').count()) >= 30);
    await close();
  });

  it('become one record when another person approves, and two again when the merge is taken apart', async () => {
    const { page, faults, close } = await openAs(steward, '/records');
    const { verdicts } = await call(page, 'GET', '/verdicts?word=match&standing=true&limit=200');
    const merges = verdicts.filter(({ right }) => right.startsWith('record:'));
    for (const { change_request_id } of merges.slice(0, 3)) await approve(`/requests/${change_request_id}`);
    const { survivor, loser } = await survivorOf(page, merges[0]);

    await page.goto(`${base}/records/item/${loser.id}`);
    await page.getByText('This record was merged and forwards to').waitFor();
    await page.goto(`${base}/records/item/${survivor.id}`);
    await page.getByRole('heading', { name: 'Merged from' }).waitFor();
    await settled(page);
    await assertNoAxeViolations(page, 'a record that others were merged into');
    await shoot(page, 'merged-record');
    await page.getByRole('button', { name: `Unmerge ${loser.code}` }).click();
    const dialog = page.getByRole('dialog', { name: 'Take a merged record out again' });
    await dialog.getByLabel('Reason').fill('they are two things after all');
    await shoot(page, 'unmerge');
    await assertNoAxeViolations(page, 'the unmerge dialogue', '[role=dialog]');
    await dialog.getByRole('button', { name: 'Propose to unmerge' }).click();
    await page.getByRole('link', { name: 'Open the change request' }).click();
    await page.waitForURL(/\/requests\/.+/);
    await approve(new URL(page.url()).pathname);

    await page.goto(`${base}/records/item/${loser.id}`);
    await page.getByRole('heading', { level: 2, name: loser.name, exact: true }).waitFor();
    assert.equal(await page.getByText('This record was merged').count(), 0);
    assert.equal((await call(page, 'GET', `/records/item/${loser.id}`)).state, 'active');
    assert.deepEqual(faults, []);
    await close();
  });

  it('try a draft of the rule, and nothing comes into force untried', async () => {
    const { page, faults, close } = await openAs(others[1], '/match-rules');
    await page.getByRole('button', { name: 'Make a draft' }).click();
    await page.getByRole('heading', { name: /^Draft / }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Bring into force' }).isDisabled());
    await page.getByLabel('Shown to people from').fill('60');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Back-test' }).click();
    await page.getByText(/^Tried /).waitFor();
    assert.ok(Number(await page.locator('.figures dd').first().innerText()) > 0, 'the verdicts of this journey were tried');
    assert.ok(await page.getByRole('button', { name: 'Bring into force' }).isEnabled());
    await shoot(page, 'match-rules-draft');
    assert.deepEqual(faults, []);
    await close();
  });

  it('are suggested while a plant writes what it wants', async () => {
    const { page, faults, close } = await openAs(others[0], '/record-requests');
    const { items } = await call(page, 'GET', '/records/item?limit=1');
    await page.getByRole('button', { name: 'Ask for a record' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Name/).fill(items[0].name.toLowerCase());
    const found = dialog.getByRole('region', { name: 'Records it may be' });
    await found.getByRole('link', { name: items[0].name, exact: true }).first().waitFor();
    await found.getByRole('button', { name: 'Reasons' }).first().click();
    await found.getByRole('table').first().waitFor();
    await assertNoAxeViolations(page, 'search before create', '[role=dialog]');
    await shoot(page, 'suggestions');
    assert.deepEqual(faults, []);
    await close();
  });

  for (const scheme of ['light', 'dark']) {
    it(`has no accessibility violation, ${scheme}`, async () => {
      const { page, faults, close } = await openPage(scheme);
      await signIn(page, steward, '/duplicates');
      await pairs(page).first().waitFor();
      await settled(page);
      await assertNoAxeViolations(page, `duplicates, ${scheme}`);
      await shoot(page, `duplicates-${scheme}`);
      await list(page).focus();
      await page.keyboard.press('c');
      await page.getByRole('dialog').waitFor();
      await assertNoAxeViolations(page, `why, ${scheme}`, '[role=dialog]');
      await page.keyboard.press('Escape');
      for (const tab of ['Codes of', 'Verdicts']) {
        await page.getByRole('button', { name: tab }).first().click();
        await settled(page);
        await assertNoAxeViolations(page, `${tab}, ${scheme}`);
        await shoot(page, `${tab.toLowerCase().replaceAll(' ', '-')}-${scheme}`);
      }
      await page.goto(`${base}/match-rules`);
      await settled(page);
      await page.getByRole('table').first().waitFor();
      await assertNoAxeViolations(page, `matching rules, ${scheme}`);
      await shoot(page, `match-rules-${scheme}`);
      assert.deepEqual(faults, []);
      await close();
    });
  }
});

/** The two records of a verdict whose merge is in force: the one that stayed, and the one that forwards to it. */
async function survivorOf(page, { left, right }) {
  const both = [];
  for (const side of [left, right]) both.push(await call(page, 'GET', `/records/item/${side.replace('record:', '')}`));
  const loser = both.find((one) => one.state === 'merged');
  const survivor = both.find((one) => one.state !== 'merged');
  assert.ok(loser && survivor, `one of ${both.map((one) => `${one.code} (${one.state})`).join(' and ')} forwards to the other`);
  return { survivor, loser };
}

// The rest of an item's life in a real browser: a record that a plant asks for, what is taken back, looked at again or
// accepted for a while, plans that rest, and a run that waits for a person. kit.mjs says what is read from the environment.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  approve, approver, assertNoAxeViolations, base, call, giveReason, goToOffering, openAs, others, rows, shoot, steward, title,
} from './kit.mjs';

const [lead, admin] = others;
const path = (page) => new URL(page.url()).pathname;

/** Puts an approval policy in force: the admin proposes it, the approver approves. */
async function putPolicy(policy) {
  const { page, close } = await openAs(admin, '/systems');
  const request = await call(page, 'POST', '/approval-policy', { reason: 'for the browser journeys', policy });
  await close();
  await approve(`/requests/${request.id}`);
}

describe('a record that a plant asks for', () => {
  const code = 'BROWSER-7001';
  let name = '';

  it('is searched for while the plant lead writes', async () => {
    const { page, faults, close } = await openAs(lead, '/record-requests');
    // named like something there is, but for the case of its letters
    const { items } = await call(page, 'GET', '/records/item?limit=1');
    name = items[0].name.toUpperCase();
    assert.notEqual(name, items[0].name);
    await page.getByRole('button', { name: 'Ask for a record' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your code').fill(code);
    await dialog.getByLabel(/^Name/).fill(name);
    await dialog.getByRole('link', { name: items[0].name, exact: true }).first().waitFor();
    await shoot(page, 'wish-searched');
    await dialog.getByLabel('What is it needed for?').fill('a longer one for the new line');
    await dialog.getByRole('button', { name: 'Send the request' }).click();
    await title(page).filter({ hasText: name }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('is completed by the steward, who says why it is none of those there are', async () => {
    const { page, faults, close } = await openAs(steward, '/record-requests');
    await rows(page).filter({ hasText: code }).click();
    await page.getByRole('heading', { name: 'There is something like it' }).waitFor();
    const missing = page.getByText(/thing(s are| is) missing/);
    await missing.waitFor();
    await page.getByLabel(/^Base unit/).selectOption('C62');
    await shoot(page, 'wish-completion');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Send for approval' }).click();
    await assertNoAxeViolations(page, 'why it is none of those', '[role=dialog]');
    await giveReason(page, 'it is longer', 'Send for approval');
    await page.getByRole('region').getByText('In review').first().waitFor();
    await page.getByRole('link', { name: 'Change request', exact: true }).click();
    await page.getByText('Creates the golden record').first().waitFor();
    assert.deepEqual(faults.filter((fault) => !fault.includes('409')), []);
    await close();
  });

  it('is approved by another, created, and the plant code stands for it', async () => {
    const { page, faults, close } = await openAs(approver, '/requests');
    await rows(page).filter({ hasText: name }).filter({ hasText: 'New record' }).first().click();
    await page.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText(/^Applied /).waitFor();
    await page.getByRole('table', { name: 'Deliveries' }).getByText('Confirmed').first().waitFor();
    await page.goto(`${base}/record-requests`);
    await rows(page).filter({ hasText: code }).click();
    const made = page.getByRole('link', { name, exact: true });
    await made.waitFor();
    await shoot(page, 'wish-created');
    await made.click();
    await page.getByRole('tab', { name: 'Crosswalk' }).click();
    await page.getByRole('table', { name: 'Codes in the systems' }).getByText(code, { exact: true }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('what is applied', () => {
  it('is taken back by a request of its own, which another approves', async () => {
    const { page, faults, close } = await openAs(steward, '/queue');
    const row = await goToOffering(page, /^Take system's/);
    await page.keyboard.press('a');
    await row.getByText('Sent for approval').waitFor();
    await row.click();
    await page.getByRole('link', { name: 'Change request', exact: true }).click();
    await page.getByRole('button', { name: 'Withdraw' }).waitFor();
    const made = path(page);
    await approve(made);
    await page.goto(base + made);
    await page.getByRole('button', { name: 'Take back' }).click();
    await assertNoAxeViolations(page, 'taking a change back', '[role=dialog]');
    await giveReason(page, 'the plant was wrong after all', 'Take back');
    await page.getByRole('link', { name: 'takes back another request' }).waitFor();
    assert.notEqual(path(page), made);
    assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0, 'nobody approves their own');
    await shoot(page, 'reversal');
    await approve(path(page));
    await page.reload();
    await page.getByText(/^Applied /).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('a difference accepted for itself', () => {
  it('is taken back with the undo key, or ended for a reason', async () => {
    const { page, faults, close } = await openAs(steward, '/queue');
    const row = await goToOffering(page, /^Accept as is/);
    const accept = async () => {
      await page.keyboard.press('x');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('until the next delivery');
      await dialog.getByRole('button', { name: 'Accept as is' }).click();
      await row.getByText('Accepted as is').waitFor();
      await dialog.waitFor({ state: 'detached' });
    };
    await accept();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('u');
    await row.getByText('Accepted as is').waitFor({ state: 'detached' });
    assert.equal(await row.getAttribute('aria-selected'), 'true');

    await accept();
    await row.click();
    await page.getByRole('button', { name: /^End the acceptance/ }).click();
    await assertNoAxeViolations(page, 'ending an acceptance', '[role=dialog]');
    await shoot(page, 'acceptance-end');
    await giveReason(page, 'the delivery has come', 'End');
    await page.getByText('Ended: 1 discrepancy came back.').first().waitFor();
    await page.getByText(/The acceptance was ended: the delivery has come/).waitFor();
    await row.getByText('Accepted as is').waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('a plan', () => {
  it('says when it runs next, rests when a second person agrees, and goes on the same way', async () => {
    const { page, faults, close } = await openAs(admin, '/systems');
    const plan = page.getByRole('table', { name: 'Plans' }).getByRole('row').filter({ hasText: 'Odoo items' });
    const next = plan.getByRole('cell').nth(1).locator('time');
    await plan.getByText(/every day at/).waitFor();
    await next.waitFor();
    for (const [word, reason] of [['Pause', 'stock count'], ['Resume', 'the count is over']]) {
      await plan.getByRole('button', { name: `${word} Odoo items` }).click();
      await giveReason(page, reason, 'Propose');
      const proposed = page.getByRole('link', { name: 'Proposed: to the request' });
      await proposed.waitFor();
      await approve(await proposed.getAttribute('href'));
      await page.reload();
      if (word === 'Pause') {
        await plan.getByText('Paused').waitFor();
        assert.equal(await next.count(), 0);
        await assertNoAxeViolations(page, 'a plan that rests');
        await shoot(page, 'plan-paused');
      }
    }
    await next.waitFor();
    assert.equal(await plan.getByText('Paused').count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('what one steward may decide alone', () => {
  after(() => putPolicy({ approvers: 1 }));

  it('can be undone while the time for that runs down', async () => {
    await putPolicy({ approvers: 0, grace_alone_seconds: 600, sample_percent: 100 });
    const { page, faults, close } = await openAs(steward, '/queue');
    const row = await goToOffering(page, /^Keep golden/);
    await page.keyboard.press('c');
    await row.getByText('Decided, can be undone').waitFor();
    await page.getByText(/takes effect .*; until then it can be undone\./).waitFor();
    await row.click();
    await page.getByRole('link', { name: 'Change request', exact: true }).first().click();
    const timer = page.getByRole('timer');
    const left = async () => Number((await timer.textContent()).match(/\d+/)[0]);
    const first = await left();
    assert.ok(first > 0 && first <= 600, `${first} seconds`);
    await page.waitForFunction((before) => Number(document.querySelector('[role=timer]')?.textContent?.match(/\d+/)?.[0]) < before, first);
    await assertNoAxeViolations(page, 'a decision in its grace period');
    await shoot(page, 'grace');
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByText(/^Withdrawn by/).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  for (const [verdict, said] of [['Agree', 'agreed'], ['Disagree', 'disagreed']]) {
    it(`is looked at a second time by another, who may ${verdict.toLowerCase()}`, async () => {
      await putPolicy({ approvers: 0, grace_alone_seconds: 1, sample_percent: 100 });
      const { page, close } = await openAs(steward, '/queue');
      const row = await goToOffering(page, /^Keep golden/);
      const label = (await row.locator('.title').textContent()) ?? '';
      await page.keyboard.press('c');
      await row.getByText('Decided, can be undone').waitFor();
      await row.click();
      await page.getByRole('link', { name: 'Change request', exact: true }).first().click();
      await page.getByText(/^Applied /).waitFor();
      assert.equal(await page.getByRole('region').getByText('Second look wanted').count(), 0, 'the proposer is not told of the sample');
      await close();

      const other = await openAs(approver, '/requests?state=second_look');
      await rows(other.page).filter({ hasText: label }).first().click();
      await other.page.getByRole('button', { name: verdict, exact: true }).click();
      if (verdict === 'Disagree') await giveReason(other.page, 'the drawing says otherwise', 'Disagree');
      await other.page.getByText(new RegExp(` ${said}, `)).waitFor();
      await assertNoAxeViolations(other.page, `a second look, ${said}`);
      await shoot(other.page, `second-look-${said}`);
      assert.deepEqual(other.faults, []);
      await other.close();
    });
  }
});

describe('a run', () => {
  it('tells itself step by step, with the rows it could not take', async () => {
    const { page, faults, close } = await openAs(admin, '/runs');
    const done = rows(page).filter({ hasText: 'Spreadsheet Gliwice' }).filter({ hasText: 'Done' }).filter({ hasNotText: 'taken in' });
    await done.first().click();
    const steps = page.getByRole('list', { name: 'Step by step' }).locator('> li');
    await steps.first().waitFor();
    assert.deepEqual(await steps.getByRole('heading').allTextContents(), ['Read', 'Staged', 'Linked', 'Compared', 'Proposed']);
    assert.match((await steps.nth(0).textContent()) ?? '', /done in .* s.*\d+ read/);
    assert.match((await steps.nth(2).textContent()) ?? '', /\d+ codes nobody has mapped/);
    assert.match((await steps.nth(4).textContent()) ?? '', /\d+ raised/);
    await page.getByRole('link', { name: 'To the rows in quarantine' }).click();
    await page.getByRole('table', { name: 'Rows in quarantine' }).getByText(/more than once|told apart/).first().waitFor();
    await assertNoAxeViolations(page, 'a run step by step');
    assert.deepEqual(faults, []);
    await close();
  });

  it('that is held says what for, asks before it goes on, and goes on', async () => {
    const { page, faults, close } = await openAs(admin, '/runs');
    await rows(page).filter({ hasText: 'Held for a person' }).first().click();
    const held = page.getByRole('list', { name: 'Step by step' }).locator('> li').nth(1);
    await held.getByText(/^held/).waitFor();
    await page.getByRole('button', { name: /^Go on with the comparison/ }).click();
    const dialog = page.getByRole('dialog');
    const figure = async (what) => Number(await dialog.getByRole('row', { name: what }).getByRole('cell').first().textContent());
    const [known, found, gone] = [await figure('Known before the reading'), await figure('Known ones found again'), await figure('Known ones not found any more')];
    assert.ok(known > 0 && gone > 0 && known === found + gone, `${known} known, ${found} found again, ${gone} gone`);
    await dialog.getByText(new RegExp(`^Going on means that ${gone} records count as gone`)).waitFor();
    await assertNoAxeViolations(page, 'releasing a run', '[role=dialog]');
    await shoot(page, 'run-release');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await held.getByText(/^held/).waitFor();

    await page.getByRole('button', { name: /^Go on with the comparison/ }).click();
    await dialog.getByRole('button', { name: 'Go on: they are gone' }).click();
    await held.getByText(/^done/).waitFor();
    await held.getByText(new RegExp(`\\b${gone} gone`)).waitFor(); // counted once what was staged is known
    const proposed = page.getByRole('list', { name: 'Step by step' }).locator('> li').nth(4);
    await proposed.getByText(/^done/).waitFor();
    assert.match((await proposed.textContent()) ?? '', /[1-9]\d* raised/);

    // by now the plant has mended its file: the next run finds all of it again
    await page.getByRole('button', { name: 'Start a run' }).click();
    await dialog.getByLabel('Plan').selectOption({ label: 'Spreadsheet Gliwice items' });
    await dialog.getByRole('button', { name: 'Start a run' }).click();
    await dialog.waitFor({ state: 'detached' });
    await proposed.getByText(/^done/).waitFor();
    assert.match((await proposed.textContent()) ?? '', /[1-9]\d* closed by themselves/);
    assert.deepEqual(faults, []);
    await close();
  });
});

// The workbench in a real browser against a real server: one discrepancy from the queue to the confirmed delivery, by keys,
// and axe on every page in both colour schemes. kit.mjs says what is read from the environment.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  approver, assertNoAxeViolations, base, goToCurable, openPage, others, rows, settled, shoot, signIn, signOut, steward, title,
} from './kit.mjs';

describe('the loop', () => {
  let label = '';

  it('lets a steward decide by key, and says what was decided', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/queue');
    const row = await goToCurable(page);
    label = (await title(page).textContent()) ?? '';
    await page.keyboard.press('c');

    await row.getByText('Sent for approval').waitFor();
    await page.getByRole('status').getByText('Sent for approval').waitFor();
    assert.equal(await row.getAttribute('aria-selected'), 'false', 'the next one has opened');
    await signOut(page);
    assert.deepEqual(faults, []);
    await close();
  });

  it('lets another person approve it, and shows the delivery confirmed', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, approver, '/requests');
    await rows(page).filter({ hasText: label }).first().click();
    await title(page).filter({ hasText: label }).waitFor();
    await page.getByText(/^Updates /).first().waitFor();
    await page.getByRole('region').filter({ has: title(page) }).last().focus();
    await page.keyboard.press('a');

    await page.getByRole('table', { name: 'Deliveries' }).getByText('Confirmed').first().waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('undoes a decision while nobody has approved it', async () => {
    const { page, close } = await openPage();
    await signIn(page, steward, '/queue');
    const row = await goToCurable(page);
    await page.keyboard.press('c');
    await row.getByText('Sent for approval').waitFor();
    await page.keyboard.press('u');
    await row.getByText('Sent for approval').waitFor({ state: 'detached' });
    assert.equal(await row.getAttribute('aria-selected'), 'true', 'the undone one is open again');
    await close();
  });

  it('replaces the approval by the reason for those who may not, and lets the proposer withdraw', async () => {
    const { page, close } = await openPage();
    await signIn(page, steward, '/queue');
    const row = await goToCurable(page);
    const name = (await title(page).textContent()) ?? '';
    await page.keyboard.press('c');
    await row.getByText('Sent for approval').waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Change requests' }).click();
    await rows(page).filter({ hasText: name }).first().click();
    const withdraw = page.getByRole('button', { name: 'Withdraw' });
    await withdraw.waitFor();
    assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0);
    await withdraw.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('taken too fast');
    await dialog.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText(/^Withdrawn by/).waitFor();
    await close();
  });
});

describe('the operating pages', () => {
  it('takes a record request in plant words, and shows what is like it', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, others[0], '/record-requests');
    await page.getByRole('button', { name: 'Ask for a record' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your code').fill('BROWSER-1');
    await dialog.getByLabel(/^Name/).fill('Keilriemen für die Prüfung');
    await dialog.getByText(/^Records it may be|^Nothing like|already something like it/).first().waitFor();
    await dialog.getByLabel('What is it needed for?').fill('a machine of ours needs it');
    await dialog.getByRole('button', { name: 'Send the request' }).click();
    await dialog.waitFor({ state: 'detached' });
    await title(page).filter({ hasText: 'Keilriemen' }).waitFor();
    await assertNoAxeViolations(page, 'a record request');
    assert.deepEqual(faults, []);
    await close();
  });

  it('saves the work list as a file, and narrows it by day', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, others[0], '/worklist');
    await settled(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()]);
    assert.equal(download.suggestedFilename(), 'crosswalk-worklist.csv');
    await page.getByRole('button', { name: 'Overdue' }).click();
    await page.getByRole('button', { name: 'Overdue', pressed: true }).waitFor();
    await settled(page);
    await assertNoAxeViolations(page, 'the work list that is overdue');
    assert.deepEqual(faults, []);
    await close();
  });

  it('sends a request back, which its proposer works over and hands in again', async () => {
    const { page, close } = await openPage();
    await signIn(page, steward, '/queue');
    const row = await goToCurable(page);
    const name = (await title(page).textContent()) ?? '';
    await page.keyboard.press('c');
    await row.getByText('Sent for approval').waitFor();
    const second = await openPage();
    await signIn(second.page, approver, '/requests');
    await rows(second.page).filter({ hasText: name }).first().click();
    await second.page.getByRole('button', { name: /^Send back/ }).click();
    await second.page.getByRole('dialog').getByLabel('Reason').fill('say which drawing');
    await second.page.getByRole('dialog').getByRole('button', { name: 'Send back' }).click();
    await second.page.getByText(/^Sent back by/).waitFor();
    const address = new URL(second.page.url()).pathname;
    await second.close();
    await page.goto(base + address);
    await page.getByRole('button', { name: 'Work it over' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('drawing 7');
    await assertNoAxeViolations(page, 'working a request over');
    await dialog.getByRole('button', { name: 'Hand in again' }).click();
    await page.getByText('edition 2').waitFor();
    await close();
  });

  it('shows a key once', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, others[1], '/access');
    await page.getByRole('button', { name: 'Add a program' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^ID/).fill('browser-job');
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    assert.match(await dialog.getByLabel('Key', { exact: true }).inputValue(), /^xw_/);
    await assertNoAxeViolations(page, 'a fresh key');
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('browser-job').first().waitFor();
    assert.equal(await page.getByText(/xw_browser/).count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  it('says when plans run, and proposes to pause one', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, others[1], '/systems');
    await page.getByRole('table', { name: 'Plans' }).waitFor();
    const pause = page.getByRole('button', { name: /^Pause / });
    if ((await pause.count()) > 0) {
      await pause.first().click();
      await page.getByRole('dialog').getByLabel('Reason').fill('stock count');
      await page.getByRole('dialog').getByRole('button', { name: 'Propose' }).click();
      await page.getByRole('link', { name: 'Proposed: to the request' }).waitFor();
    }
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('many at once', () => {
  it('narrows the list to a pattern by key, decides all of it after showing what it holds, and takes it back', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/queue');
    await goToCurable(page);
    await page.keyboard.press('p');
    await page.waitForURL(/pattern=/);
    const all = page.getByRole('button', { name: /^Decide all/ });
    await all.waitFor();
    const count = Number((await all.textContent()).match(/\d+/)[0]);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('b');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(new RegExp(`^${count} discrepanc`)).waitFor();
    await assertNoAxeViolations(page, 'the batch dialogue', '[role=dialog]');
    await dialog.getByLabel('Decision for all of them').selectOption('keep_golden');
    await shoot(page, 'batch');
    await dialog.getByRole('button', { name: `Decide all ${count}` }).click();
    await dialog.getByText(/^\d+ decided\.$/).waitFor();
    await shoot(page, 'batch-outcome');
    await dialog.getByRole('button', { name: /^Undo/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: `Decide all ${count}` }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('accepts whatever looks alike, until a day and for a reason', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/queue');
    await goToCurable(page);
    await page.keyboard.press('x');
    const dialog = page.getByRole('dialog');
    const reach = dialog.getByLabel('What is accepted');
    await reach.selectOption('record');
    await dialog.getByLabel('Reason').fill('as agreed with the plant');
    await shoot(page, 'accept');
    await dialog.getByRole('button', { name: 'Accept as is' }).click();
    await page.getByRole('status').getByText(/accepted\. Load the list again/).waitFor();
    await page.getByRole('region').getByText('Accepted as is').first().waitFor();

    await page.getByLabel('Show', { exact: true }).selectOption('accepted');
    await page.getByRole('button', { name: 'Acceptances' }).click();
    await dialog.getByText('as agreed with the plant').first().waitFor();
    await assertNoAxeViolations(page, 'the acceptances');
    await dialog.getByRole('button', { name: 'End' }).first().click();
    await dialog.getByLabel('Reason').fill('no longer so');
    await dialog.getByRole('button', { name: 'End' }).click();
    await page.getByRole('status').getByText(/came back\.$/).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('codes and what they stand for', () => {
  it('are found, opened with their history, and handed over by a change request', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/mappings');
    await rows(page).first().click();
    await page.getByRole('table', { name: 'History' }).waitFor();
    const own = (await page.getByRole('listbox').getByRole('option').first().locator('.what .mono').textContent()).trim();
    await page.getByRole('button', { name: 'Hand over to another record' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Record', { exact: true }).fill('screw');
    const choose = dialog.getByRole('button', { name: /^Choose / });
    await choose.first().waitFor();
    const other = choose.filter({ hasNotText: own }).first();
    const picked = (await other.getAttribute('aria-label')) === `Choose ${own}` ? choose.nth(1) : other;
    await picked.click();
    await dialog.getByLabel('Reason').fill('the plant re-used the number');
    await assertNoAxeViolations(page, 'the handover');
    await shoot(page, 'mapping-replace');
    await dialog.getByRole('button', { name: 'Send for approval' }).click();
    await page.getByText(/^Proposed: /).waitFor();
    await page.getByRole('link', { name: 'Open the change request' }).click();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('only tried');
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText(/^Withdrawn by/).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('that nobody has mapped are counted, mapped to a record that is searched for, or put aside', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward);
    const asked = await page.evaluate(async () => {
      const call = (path, body) => fetch(`/api/v1${path}`, {
        method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'X-Crosswalk-Request': '1' },
      });
      const { items } = await (await fetch('/api/v1/systems')).json();
      const system = items.find((one) => one.plant !== '').id;
      const ask = (codes) => call('/translate', { from: { system }, to: { system: 'canonical' }, domain: 'item', codes });
      return [(await ask(['NEVER-1', 'NEVER-2'])).status, (await ask(['NEVER-1'])).status];
    });
    assert.deepEqual(asked, [200, 200]);
    await page.goto(`${base}/unmapped?text=NEVER`);
    await rows(page).first().getByText('asked 2 times').waitFor();
    await rows(page).first().click();
    await title(page).filter({ hasText: 'NEVER-1' }).waitFor();
    await page.getByText('The question is refused.').waitFor();
    await assertNoAxeViolations(page, 'an unmapped code');
    await shoot(page, 'unmapped');
    await page.getByRole('button', { name: 'Map to a record' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Record', { exact: true }).fill('screw');
    await dialog.getByRole('button', { name: /^Choose / }).first().click();
    await dialog.getByLabel('Reason').fill('the plant says so');
    await dialog.getByRole('button', { name: 'Send for approval' }).click();
    await page.getByText(/^Proposed: /).waitFor();

    await rows(page).filter({ hasText: 'NEVER-2' }).click();
    await page.getByRole('button', { name: 'Put aside' }).last().click();
    await dialog.getByLabel('Reason').fill('a typing error');
    await dialog.getByRole('button', { name: 'Put aside' }).click();
    await page.getByText('NEVER-2 was put aside.').first().waitFor();
    await page.getByRole('button', { name: 'Put aside' }).click();
    await rows(page).filter({ hasText: 'NEVER-2' }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('a record', () => {
  it("is found by a plant's code, and shows each of its parts", async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/mappings');
    const code = (await rows(page).first().locator('.title').textContent()).trim();
    await page.goto(`${base}/records?text=${encodeURIComponent(code)}`);
    await rows(page).first().click();
    await page.getByRole('table', { name: 'What it is' }).waitFor();
    await shoot(page, 'record-values');
    for (const [tab, sign] of [['Crosswalk', 'Codes in the systems'], ['What each system says', 'What each system says'], ['Lineage', 'Lineage'], ['Versions', 'Versions']]) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('table', { name: sign }).waitFor();
      await assertNoAxeViolations(page, `a record's ${tab}`);
      await shoot(page, `record-${tab.toLowerCase().replaceAll(' ', '-')}`);
    }
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Use at plants', selected: true }).waitFor();
    await page.getByRole('button', { name: 'Declare the use at a plant' }).click();
    const form = page.getByRole('form', { name: 'Declare the use at a plant' });
    await form.getByLabel('Plant').selectOption({ index: 1 });
    await form.getByLabel('State').selectOption('phasing_out');
    await form.getByLabel('Reason').fill('replaced next year');
    await assertNoAxeViolations(page, "a record's uses");
    await form.getByRole('button', { name: 'Send for approval' }).click();
    await page.getByText(/^Proposed: /).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('codes', () => {
  it('are drawn without alternates: M16x80 stays M16x80', async () => {
    const { page, close } = await openPage();
    await signIn(page, steward, '/queue');
    await rows(page).first().waitFor();
    const settings = await page.evaluate(() =>
      [...document.querySelectorAll('body, .code, .title, button, input')].map((element) => getComputedStyle(element).fontFeatureSettings),
    );
    for (const one of settings) assert.match(one, /"calt" 0/);
    await close();
  });
});

describe('a session that has ended', () => {
  it('is renewed over the page, which keeps its state', async () => {
    const { page, close } = await openPage();
    await signIn(page, steward, '/queue');
    await rows(page).first().waitFor();
    await page.context().clearCookies();
    // not a click: a call that was under way may have brought the dialogue up already, and it covers the button
    await page.getByRole('button', { name: /^Reload/ }).dispatchEvent('click');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill(steward.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rows(page).first().waitFor();
    await close();
  });
});

for (const scheme of ['light', 'dark']) {
  describe(`accessibility, ${scheme}`, () => {
    it('holds on the sign-in page', async () => {
      const { page, close } = await openPage(scheme);
      await page.goto(base);
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      await assertNoAxeViolations(page, 'sign-in');
      await close();
    });

    for (const account of [steward, approver, ...others]) {
      it(`holds on every page that ${account.login} can open`, async () => {
        const { page, faults, close } = await openPage(scheme);
        await signIn(page, account);
        const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
        const count = await links.count();
        assert.ok(count > 0);
        for (let index = 0; index < count; index++) {
          const name = (await links.nth(index).getAttribute('title')) ?? '';
          await links.nth(index).click();
          await page.getByRole('heading', { level: 1, name }).waitFor();
          await settled(page);
          assert.equal(await page.getByRole('alert').count(), 0, `no fault on ${name}`);
          await assertNoAxeViolations(page, name);
          if ((await page.getByRole('listbox').count()) > 0 && (await rows(page).count()) > 0) {
            await rows(page).first().click();
            await title(page).waitFor();
            await settled(page);
            await assertNoAxeViolations(page, `${name}, opened`);
            await shoot(page, `${name.toLowerCase().replaceAll(' ', '-')}-${scheme}`);
          }
        }
        assert.deepEqual(faults, []);
        await close();
      });
    }
  });
}

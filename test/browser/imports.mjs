// The Excel round trip in a real browser against a real server: a plant lead's workbook as such workbooks are, its layout corrected
// and handed in by keys alone, what was wrong mended in the error workbook and uploaded again; an export edited in one cell; what
// is refused and what is given up; and axe on every page of it in both colour schemes. kit.mjs says what is read from the environment.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { assertNoAxeViolations, base, call, openPage, others, settled, shoot, signIn, steward } from './kit.mjs';
import { cellsOf, edited, sheetsOf, workbook } from './workbook.mjs';

const [lead] = others;
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Makes this run's file, heads and codes others than any before: the same file again is the same import, known heads are not asked for. */
const stamp = String(Date.now()).slice(-5);
const list = (page) => page.getByRole('listbox', { name: 'Rows' });
const lines = (page) => list(page).getByRole('option');
const counted = (page) => page.getByRole('group', { name: 'What was understood' });
const state = (page, words) => page.locator('.import-bar .tag').getByText(words, { exact: true });

/** Waits until so many rows are of a status. */
const counts = (page, status, count) => counted(page).getByRole('button', { name: new RegExp(`^${status} ${count}$`) }).waitFor();

/** Goes by Tab to an element, as somebody does who has no mouse. */
async function tabTo(page, target) {
  await target.waitFor();
  for (let tries = 0; tries < 200; tries++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never comes to ${target}`);
}

async function pressOn(page, target, key = 'Enter') {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Saves what a button gives out, and returns its bytes. */
async function downloaded(page, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), file: readFileSync(await download.path()) };
}

/** A system of a plant nearly all of whose codes have leading zeros, one of its mappings, and records that none of its codes stands for. */
async function world(page) {
  const { items: systems } = await call(page, 'GET', '/systems');
  for (const system of systems.filter((one) => one.plant !== '')) {
    const { items: mappings } = await call(page, 'GET', `/mappings?system=${system.id}&state=active&limit=200`);
    const padded = mappings.filter((one) => /^0+[1-9]\d*$/.test(one.code));
    if (padded.length * 10 < mappings.length * 9 || padded.length === 0) continue;
    const { items: records } = await call(page, 'GET', '/records/item?state=active&limit=200');
    const taken = new Set(mappings.map((one) => one.record_code));
    return { system, known: padded[0], free: records.filter((one) => !taken.has(one.code)).slice(0, 4).map((one) => one.code) };
  }
  return assert.fail('no plant has codes with leading zeros');
}

/** A workbook as a plant lead keeps one: titles above the head, words of one's own in it, a number that was a code, sums below. */
function ugly({ known, free }) {
  return workbook('Liste 3', [
    ['Zuordnungsliste unseres Werks, bitte nur hier pflegen!'],
    [],
    [`Kürzel hier ${stamp}`, 'Benennung', 'Kürzel dort', 'erledigt?'],
    [Number(known.code), 'steht schon da', known.record_code, 'ja'],
    [`00${stamp}1`, 'neu', free[0], ''],
    [`00${stamp}2\u00a0`, 'neu', free[1], 'offen'],
    [`00${stamp}3`, 'vertippt', 'BLT-99999', ''],
    ['Summe', null, null, 4],
  ]);
}

/** Chooses a file and sends it off, as a mapping of a system. */
async function upload(page, name, file, system) {
  await page.goto(`${base}/imports`);
  await page.getByLabel('Excel workbook or CSV file').setInputFiles({ name, mimeType: name.endsWith('.csv') ? 'text/csv' : xlsx, buffer: file });
  await page.getByLabel('Whose is it?').selectOption({ label: system.name });
  await page.getByRole('button', { name: 'Upload and check' }).click();
}

/** Hands an open import in by keys, and waits until it is. */
async function handIn(page, reason) {
  await pressOn(page, page.getByRole('button', { name: 'Hand in', exact: true }));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  await page.keyboard.type(reason);
  await assertNoAxeViolations(page, 'handing in', '[role=dialog]');
  await shoot(page, 'import-submit');
  await pressOn(page, dialog.getByRole('button', { name: 'Hand in', exact: true }));
  await dialog.waitFor({ state: 'detached' });
  await state(page, 'Handed in').waitFor();
}

describe('a plant lead’s own workbook', () => {
  it('is corrected, mended and handed in by keys alone; what was wrong comes back in an error workbook and continues', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, lead);
    const plant = await world(page);
    await upload(page, 'Zuordnung (final) 2.xlsx', ugly(plant), plant.system);
    await state(page, 'Asks how to read it').waitFor();

    await pressOn(page, page.getByRole('button', { name: 'Line 3 is the head' }));
    for (const [column, meaning] of [['A', "Plant's code"], ['B', 'Name'], ['C', 'Canonical code'], ['D', 'Not read']]) {
      await tabTo(page, page.getByLabel(new RegExp(`^What column ${column} holds`)));
      await page.keyboard.type(meaning);
      assert.equal(await page.evaluate(() => document.activeElement.selectedOptions[0].textContent), meaning);
    }
    await assertNoAxeViolations(page, 'the layout of a file');
    await shoot(page, 'import-layout');
    await pressOn(page, page.getByRole('button', { name: 'Read the file this way' }));

    await counts(page, 'New', 3);
    await counts(page, 'Wrong', 1);
    await counts(page, 'Same as now', 0); // the row of sums is none
    await assertNoAxeViolations(page, 'the preview of a file');
    await shoot(page, 'import-preview');
    await pressOn(page, page.getByRole('group', { name: 'Noticed' }).getByRole('button', { name: /^Leading zeros lost/ }));
    await pressOn(page, page.getByRole('button', { name: `Take ${plant.known.code}` }));
    await counts(page, 'Same as now', 1);
    await counts(page, 'New', 2);
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox' || document.activeElement === document.body);

    await pressOn(page, counted(page).getByRole('button', { name: /^All/ }));
    await tabTo(page, list(page));
    await page.keyboard.press('j');
    await page.getByRole('heading', { level: 2, name: `00${stamp}1` }).waitFor();
    await handIn(page, 'our codes of this month');
    await page.getByText(/^Handed in\. 1 row was left/).waitFor();
    await page.getByRole('link', { name: 'Open the change request' }).first().waitFor();

    const faulty = await downloaded(page, () => pressOn(page, page.getByRole('button', { name: 'Error workbook' })));
    assert.equal(faulty.name, 'Zuordnung (final) 2-checked.xlsx');
    const cells = cellsOf(faulty.file, 'Liste 3');
    assert.equal(cells.C7, 'BLT-99999', 'the file is the lead’s own');
    assert.match(Object.entries(cells).filter(([at]) => /^[E-Z]7$/.test(at)).map(([, text]) => text).join(' '), /BLT-99999/, 'the reason stands beside the row');

    await page.getByLabel('Upload the mended file').setInputFiles({ name: 'Zuordnung (final) 3.xlsx', mimeType: xlsx, buffer: edited(faulty.file, 'Liste 3', { C7: plant.free[2] }) });
    await page.getByText('Revision 2').waitFor();
    await counts(page, 'New', 1);
    await counts(page, 'Wrong', 0);
    await counts(page, 'Same as now', 3); // with the two that were handed in before
    await shoot(page, 'import-revision');
    await handIn(page, 'the code is right now');
    await page.getByRole('link', { name: 'Change request 2' }).waitFor();
    await settled(page);
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('an export of the mappings', () => {
  it('changes what was edited in it, and nothing else', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, steward, '/mappings');
    const plant = await world(page);
    await page.goto(`${base}/mappings?system=${plant.system.id}`);
    const { file } = await downloaded(page, () => page.getByRole('button', { name: 'Edit in Excel' }).click());
    const sheet = sheetsOf(file).find((name) => Object.values(cellsOf(file, name)).includes(plant.known.code));
    assert.ok(sheet, 'one of the sheets holds the codes');
    const cells = cellsOf(file, sheet);
    const row = /\d+$/.exec(Object.keys(cells).find((at) => cells[at] === plant.known.code))[0];
    const target = Object.keys(cells).find((at) => at.replace(/[A-Z]+/, '') === row && cells[at] === plant.known.record_code);
    await upload(page, 'export.xlsx', edited(file, sheet, { [target]: plant.free[3] }), plant.system);
    await counts(page, 'Changed', 1);
    for (const status of ['Wrong', 'Conflict', 'New']) await counts(page, status, 0);
    await counted(page).getByRole('button', { name: /^Changed/ }).click();
    await page.getByRole('table', { name: 'What would change' }).getByRole('row', { name: /^Canonical code/ }).waitFor();
    const { rows } = await call(page, 'GET', `${new URL(page.url()).pathname}/rows?status=changed`);
    assert.deepEqual(rows.map((one) => [one.code, one.changes.map((change) => [change.attribute, change.before, change.after])]), [
      [plant.known.code, [['target', { code: plant.known.record_code }, { code: plant.free[3] }]]],
    ]);
    await shoot(page, 'import-export');
    await handIn(page, 'it has become another part');
    await page.getByRole('link', { name: 'Open the change request' }).first().click();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('only tried');
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText(/^Withdrawn by/).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

describe('a file that does not go all the way', () => {
  it('is refused with a sentence where it can never be read', async () => {
    const { page, close } = await openPage();
    await signIn(page, lead);
    const { system } = await world(page);
    const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)]);
    await upload(page, 'liste.xls', old, system);
    await page.getByRole('alert').getByText(/\.xlsx/).waitFor();
    await assertNoAxeViolations(page, 'a refused file');
    await shoot(page, 'import-refused');
    await page.getByLabel('Excel workbook or CSV file').setInputFiles({ name: 'leer.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) });
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await page.getByRole('alert').getByText('The file is empty.').waitFor();
    await close();
  });

  it('is given up, and changes nothing', async () => {
    const { page, faults, close } = await openPage();
    await signIn(page, lead);
    const { system, free } = await world(page);
    const many = Array.from({ length: 60_000 }, (_, index) => `8${String(index).padStart(7, '0')};${free[0]}`);
    await upload(page, 'viele.csv', Buffer.from(`Artikelnummer;Odoo code\n${many.join('\n')}\n`), system);
    await page.getByRole('button', { name: 'Give up' }).click();
    const sure = page.getByRole('dialog').getByRole('button', { name: 'Give up' });
    const ended = page.getByText(/^The import was given up\./).last();
    await sure.or(ended).first().waitFor();
    // whether it was read by then: only what somebody may have worked on is asked for
    if ((await sure.count()) > 0) await sure.click();
    await state(page, 'Given up').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Hand in', exact: true }).count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });
});

for (const scheme of ['light', 'dark']) {
  describe(`the pages of imports, ${scheme}`, () => {
    it('are accessible, and fit a narrow screen', async () => {
      const { page, faults, close } = await openPage(scheme);
      await page.setViewportSize({ width: 1024, height: 768 });
      await signIn(page, lead, '/imports');
      for (const name of ['Imports', 'Zuordnung (final)', 'columns']) {
        if (name === 'columns') await page.getByRole('button', { name: 'Sheet and columns' }).click();
        else if (name !== 'Imports') await page.getByRole('link', { name }).first().click();
        await settled(page);
        await assertNoAxeViolations(page, `${name}, ${scheme}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} fits the screen`);
        await shoot(page, `imports-${name.replaceAll(/\W+/g, '-')}-${scheme}`);
      }
      assert.deepEqual(faults, []);
      await close();
    });
  });
}

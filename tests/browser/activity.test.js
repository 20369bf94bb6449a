// What happened in the workspace: all of it, of one account, by one person, and since a day.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectClean, launch, settled, signIn, tab } from './support/browser.js';
import { address, LIONS, Person, serve, TIGERS } from './support/roster.js';

let roster; let browser; let olga; let mia; let page;

before(async () => { [roster, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  await roster?.stop();
});
beforeEach(async () => {
  olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', last_name: 'Owens', workspace_name: 'Northside High' });
  mia = await olga.colleague(address('mia'), { first_name: 'Mia', last_name: 'Miles' }, 2);
  await olga.connects('workspace', LIONS);
  await mia.connects('workspace', TIGERS);
  page = await tab(browser, roster.url);
});

const sentences = () => page.locator('.rows .what p:first-child').allTextContents();
const link = (name) => page.getByRole('link', { name, exact: true });

test('the latest is told first, and one account has its own activity', async () => {
  await signIn(page, olga, 'workspace');
  await link('Activity').click();
  await page.getByText('Mia Miles connected @tigers').waitFor();
  assert.deepEqual((await sentences()).slice(0, 2), ['Mia Miles connected @tigers', 'Olga Owens connected @lions']);
  await page.goto('/#/workspace');
  await link('Activity: Northside Lions').click();
  await link('Show everything').waitFor();
  await settled(page);
  assert.deepEqual(await sentences(), ['Olga Owens connected @lions']);
  expectClean(page);
});

test('a person and a day are chosen', async () => {
  await signIn(page, olga, 'workspace/activity');
  await page.getByLabel('By').selectOption('Mia Miles');
  await page.getByText('Olga Owens connected @lions').waitFor({ state: 'detached' });
  assert.equal((await sentences())[0], 'Mia Miles connected @tigers');
  await page.getByLabel('Since').fill('2199-01-01');
  await page.getByText('Nothing has happened.').waitFor();
  expectClean(page);
});

test('a member is told of their own accounts only', async () => {
  const max = await olga.colleague(address('max'), { first_name: 'Max' });
  await max.connects('personal', { ...LIONS, twitter_uid: 'max-uid', twitter_nickname: 'maxown', screen_name: 'Max' });
  await signIn(page, max, 'personal');
  await link('Activity: Max').click();
  await page.getByText('Max connected @maxown').waitFor();
  await link('Show everything').click();
  await settled(page);
  assert.deepEqual(await sentences(), ['Max connected @maxown']);
  expectClean(page);
});

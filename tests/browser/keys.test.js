// API keys: created, shown once, deleted; the section is hidden if the service has none.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { address, Person, serve } from './support/roster.js';

let roster; let browser; let olga; let page;

before(async () => { [roster, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  await roster?.stop();
});
beforeEach(async () => {
  olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', last_name: 'Owens', workspace_name: 'Northside High' });
  page = await tab(browser, roster.url);
});

const button = (name) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');

test('a key is made, shown once, and deleted', async () => {
  await signIn(page, olga, 'workspace/general');
  await button('Make a key').click();
  await dialog().getByRole('button', { name: 'Make', exact: true }).click();
  await dialog().getByText('Give it a name.').waitFor();
  await dialog().getByLabel('Name').fill('n8n');
  for (const scope of ['read', 'write']) await dialog().getByLabel(new RegExp(`^${scope}`)).uncheck();
  await dialog().getByRole('button', { name: 'Make', exact: true }).click();
  await dialog().getByText('Tick at least one.').waitFor();
  await look(page, 'dialog-key-problems');
  await dialog().getByLabel(/^read/).check();
  await dialog().getByLabel('Ends').selectOption('In 90 days');
  await dialog().getByRole('button', { name: 'Make', exact: true }).click();
  await dialog().getByText('it is not shown again').waitFor();
  assert.match(await dialog().getByLabel('the key', { exact: true }).inputValue(), /^roster_/);
  await look(page, 'dialog-key-once');
  await button('Done').click();
  await page.getByRole('heading', { name: 'n8n' }).waitFor();
  await page.getByText('never used').waitFor();
  await look(page, 'workspace-keys');
  const { api_keys: [key] } = await olga.call('GET', 'api_keys');
  assert.deepEqual([key.name, key.scopes, key.usable], ['n8n', ['read'], true]);
  await button('Delete the key n8n').click();
  await look(page, 'dialog-key-delete');
  await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
  await page.locator('.notice').getByText('The key n8n is deleted.').waitFor();
  assert.deepEqual((await olga.call('GET', 'api_keys')).api_keys, []);
  expectClean(page);
});

test('a service without keys shows nothing of them', async () => {
  await page.route('**/api/v4/api_keys**', (route) => route.fulfill({ status: 404, json: { success: false, message: ['Not found'] } }));
  await signIn(page, olga, 'workspace/general');
  await settled(page);
  assert.equal(await page.getByRole('heading', { name: 'API keys' }).count(), 0);
  expectClean(page);
});

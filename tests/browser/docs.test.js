// The page at /docs: it shows the whole description and really sends requests.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectClean, launch, look, tab } from './support/browser.js';
import { Person, serve } from './support/roster.js';

let roster; let browser; let page; let olga; let specification;

before(async () => {
  roster = await serve();
  browser = await launch();
  olga = await Person.registers(roster.url, { email: 'olga@northside.example.test', first_name: 'Olga', last_name: 'Owens' });
  specification = await (await fetch(`${roster.url}/openapi.json`)).json();
  page = await tab(browser, roster.url);
  await page.goto('/docs');
  await page.getByRole('heading', { name: 'Roster' }).waitFor();
});
after(async () => {
  await browser?.close();
  await roster?.stop();
});

const action = (name) => page.locator(`#${name}`);

test('lists every action and every schema', async () => {
  const actions = Object.values(specification.paths).flatMap((methods) => Object.values(methods));
  assert.equal(await page.locator('.action').count(), actions.length);
  for (const { operationId } of actions) assert.equal(await action(operationId).count(), 1, operationId);
  assert.equal(await page.locator('.schema').count(), Object.keys(specification.components.schemas).length);
  await look(page, 'docs');
});

test('finds actions by what they are called', async () => {
  await page.getByRole('searchbox').fill('walkthrough');
  assert.deepEqual(await page.locator('.action').evaluateAll((found) => found.map(({ id }) => id)), ['show_walkthrough', 'update_walkthrough', 'patch_walkthrough']);
  await page.getByRole('searchbox').fill('no such thing');
  await page.getByText('No action matches.').waitFor();
  await page.getByRole('searchbox').fill('');
});

test('shows what an action takes and answers with', async () => {
  const connect = action('create_workspaces_twitter_accounts');
  await connect.locator('summary').first().click();
  await connect.getByText('Takes credentials: Authorization or Authentication.').waitFor();
  const { responses } = specification.paths['/api/v4/workspaces/twitter_accounts'].post;
  const shown = await connect.locator('details > summary > b').allTextContents();
  assert.deepEqual(shown.filter((text) => /^\d+$/.test(text)), Object.keys(responses));
  await connect.locator('details', { hasText: 'application/json' }).first().locator('summary').first().click();
  await connect.locator('summary', { hasText: 'NewTwitterAccount' }).first().click();
  await connect.locator('.shape li', { hasText: 'twitter_account' }).first().waitFor();
  assert.match(page.url(), /#\/workspace%20accounts\/create_workspaces_twitter_accounts$/);
  await look(page, 'docs-action');
});

test('sends a request with a token and a body', async () => {
  await page.locator('.credentials summary').click();
  await page.getByLabel('Authorization').fill(olga.token);
  const connect = action('create_workspaces_twitter_accounts');
  await connect.getByRole('button', { name: 'Send' }).click();
  await connect.getByText('201 Created').waitFor();
  assert.match(await connect.locator('.result pre').first().textContent(), /"success": true/);
  await connect.getByRole('textbox', { name: 'JSON' }).fill('{');
  await connect.getByRole('button', { name: 'Send' }).click();
  await connect.getByText('400 Bad Request').waitFor();
  await connect.getByLabel('Body as').selectOption('multipart/form-data');
  for (const name of ['twitter_token', 'twitter_uid', 'screen_name', 'logo_url', 'twitter_nickname']) {
    await connect.getByLabel(`twitter_account[${name}]`).fill('2');
  }
  await connect.getByLabel('twitter_account[account_verified]').selectOption('false');
  await connect.getByLabel('twitter_account[location]').selectOption('signUpForm');
  await connect.getByRole('button', { name: 'Send' }).click();
  await connect.getByText('201 Created').waitFor();
});

test('sends a request with a path and a query', async () => {
  const show = action('show_workspaces_twitter_accounts_by_id');
  await show.locator('summary').first().click();
  await show.getByLabel('id', { exact: false }).first().fill('1');
  await show.getByRole('button', { name: 'Send' }).click();
  await show.getByText('200 OK').waitFor();
  await show.getByText('As curl').click();
  assert.match(await show.locator('.result pre').last().textContent(), /curl -X GET '.*\/api\/v4\/workspaces\/twitter_accounts\/1'/);
  expectClean(page);
});

test('shows both descriptions, and the way back to the pages', async () => {
  const other = await tab(browser, roster.url);
  await other.goto('/docs');
  await other.getByRole('link', { name: '/rest, for n8n and scripts' }).click();
  const response = await fetch(`${roster.url}/open-api/core`, { headers: { Authorization: `Bearer ${olga.token}` } });
  const core = await response.json();
  const operations = Object.values(core.paths).flatMap((methods) => Object.values(methods));
  await other.locator('#findManyPeople').waitFor();
  assert.deepEqual(await other.locator('.action').evaluateAll((found) => found.map(({ id }) => id)), operations.map(({ operationId }) => operationId));
  assert.equal(await other.locator('.schema').count(), Object.keys(core.components.schemas).length);
  await other.getByText('What happens to connectedAccounts').click();
  await other.getByText('X-Twenty-Webhook-Signature').waitFor();
  await other.locator('.credentials summary').click();
  await other.getByLabel('bearerAuth').fill(olga.token);
  await look(other, 'docs-rest');
  const create = other.locator('#createOnePerson');
  await create.locator('summary').first().click();
  assert.match(other.url(), /\/docs\?api=rest#\/people\/createOnePerson$/);
  await create.getByRole('button', { name: 'Send' }).click();
  await create.getByText('201 Created').waitFor();
  await other.reload();
  await other.locator('#createOnePerson .attempt').waitFor();
  await other.getByRole('link', { name: 'API v4' }).click();
  await other.locator('#create_registrations').waitFor();
  await other.getByRole('link', { name: 'Back to Roster' }).click();
  await other.getByRole('heading', { name: 'Create your workspace' }).waitFor();
  expectClean(other);
});

test('opens at the action that its address names', async () => {
  const other = await tab(browser, roster.url);
  await other.goto('/docs#/teams/index_teams');
  await other.locator('#index_teams .attempt').waitFor();
  expectClean(other);
});

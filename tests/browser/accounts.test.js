// Connecting accounts in each of the six places, every conflict and its solution, and managing connected accounts.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { account, address, LIONS, Person, serve, TIGERS } from './support/roster.js';

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
const opener = () => page.locator('.tools, .empty').getByRole('button');
const said = (text) => page.locator('.notice').getByText(text).waitFor();

async function fill({ twitter_token: token, twitter_uid: uid, screen_name: name, twitter_nickname: handle, logo_url: logo }, scope = dialog()) {
  await scope.getByLabel('Name', { exact: true }).fill(name);
  await scope.getByLabel('Handle').fill(handle);
  await scope.getByLabel('Account ID').fill(uid);
  await scope.getByLabel('Access token', { exact: true }).fill(token);
  await scope.getByLabel('Picture address').fill(logo);
}

async function connect(given, scope = dialog()) {
  await fill(given, scope);
  await scope.getByRole('button', { name: 'Connect', exact: true }).click();
}

const posted = () => page.waitForRequest((request) => request.method() === 'POST').then((request) => request.postDataJSON());

test('each of the places sends its own location', async () => {
  const places = [
    ['walkthrough', 'progressMeter', () => page.locator('.meter').getByRole('button', { name: 'Connect an account' })],
    ['walkthrough', 'guidedWalkthrough', () => page.locator('.steps').getByRole('button', { name: 'Connect an account', exact: true })],
    ['workspace', 'workspaceSettingsPage', opener],
    ['branding', 'templateBranding', opener],
    ['personal', 'personalSettingsPage', opener],
  ];
  for (const [path, location, found] of places) {
    const newcomer = await Person.registers(roster.url, { email: address('newcomer') });
    await signIn(page, newcomer, path);
    await found().click();
    const sent = posted();
    await connect(LIONS);
    assert.equal((await sent).twitter_account.location, location);
    await said('Northside Lions is connected.');
  }
  await signIn(page, olga, 'sign-up/connect');
  const sent = posted();
  await connect(LIONS, page.getByRole('main'));
  assert.equal((await sent).twitter_account.location, 'signUpForm');
  expectClean(page);
});

test('pasted JSON fills the form in', async () => {
  await signIn(page, olga, 'workspace');
  await opener().click();
  await page.getByText('Have it as JSON?').click();
  await page.getByLabel('JSON of the account').fill('{twitter');
  await page.getByText('This is not JSON.').waitFor();
  await page.getByLabel('JSON of the account').fill(JSON.stringify({ twitter_account: LIONS }));
  await page.getByText('6 fields are filled in below.').waitFor();
  await look(page, 'dialog-connect-pasted');
  await dialog().getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('heading', { name: 'Northside Lions' }).waitFor();
  await page.locator('.rows').getByText('Verified').waitFor();
  expectClean(page);
});

test('what people have at hand is read, too', async () => {
  await signIn(page, olga, 'workspace');
  await opener().click();
  await page.getByText('Have it as JSON?').click();
  const read = async (text) => {
    await page.getByLabel('JSON of the account').fill(text);
    await page.getByText(/filled in below/).waitFor();
    const values = ['Name', 'Handle', 'Account ID'].map((label) => dialog().getByLabel(label, { exact: true }).inputValue());
    return Promise.all(values);
  };
  const request = `curl -d '{"twitter_account": {"twitter_uid": 1380000000000000001, "screen_name": "Lions: home", "twitter_nickname": "lions", "location": signUpForm}}'`;
  assert.deepEqual(await read(request), ['Lions: home', 'lions', '1380000000000000001']);
  const second = { data: { id: '2244994945', name: 'Northside Tigers', username: 'tigers', verified: true } };
  assert.deepEqual(await read(JSON.stringify(second)), ['Northside Tigers', 'tigers', '2244994945']);
  const first = { id: 12, id_str: '12', name: 'Bears', screen_name: 'bears', profile_image_url_https: 'https://pictures.example.test/bears.png' };
  assert.deepEqual(await read(JSON.stringify(first)), ['Bears', 'bears', '12']);
  expectClean(page);
});

test('an access token brings the ID along, and a picture is not needed', async () => {
  await signIn(page, olga, 'workspace');
  await opener().click();
  await dialog().getByLabel('Name', { exact: true }).fill('Northside Lions');
  await dialog().getByLabel('Handle').fill('lions');
  await dialog().getByLabel('Access token', { exact: true }).fill('2244994945-a-token');
  assert.equal(await dialog().getByLabel('Account ID').inputValue(), '2244994945');
  const sent = posted();
  await dialog().getByRole('button', { name: 'Connect', exact: true }).click();
  assert.match((await sent).twitter_account.logo_url, /default_profile/);
  await page.locator('.account .picture').getByText('NL').waitFor();
  expectClean(page);
});

test('what one holds oneself is moved to the workspace, and refreshed', async () => {
  const { id } = await olga.connects('personal', LIONS);
  await signIn(page, olga, 'workspace');
  await opener().click();
  await connect({ ...LIONS, screen_name: 'Lions of Northside' });
  await dialog().getByText('you must first remove it from your Personal accounts').waitFor();
  await look(page, 'conflict-held-by-you');
  const calls = [];
  page.on('request', (request) => request.method() !== 'GET' && calls.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await button('Move it to the workspace').click();
  await page.getByRole('heading', { name: 'Lions of Northside' }).waitFor();
  assert.deepEqual(calls, ['POST /api/v4/account_transfers', 'POST /api/v4/workspaces/twitter_accounts']);
  const { twitter_accounts: held } = await olga.call('GET', 'workspaces/twitter_accounts');
  assert.deepEqual(held.map((one) => [one.id, one.screen_name]), [[id, 'Lions of Northside']]);
  expectClean(page);
});

test('what the workspace holds is moved to oneself', async () => {
  const { id } = await olga.connects('workspace', LIONS);
  await signIn(page, olga, 'personal');
  await opener().click();
  await connect(LIONS);
  await dialog().getByText('you must first remove it from your Workspace accounts').waitFor();
  await button('Move it to my accounts').click();
  await page.getByRole('heading', { name: 'Northside Lions' }).waitFor();
  assert.equal((await olga.call('GET', 'twitter_accounts')).twitter_accounts[0].id, id);
  expectClean(page);
});

test('what colleagues hold names them, with addresses to copy, and can be tried again', async () => {
  const mia = await olga.colleague(address('mia'));
  const max = await olga.colleague(address('max'));
  const held = [await mia.connects('personal', LIONS), await max.connects('personal', LIONS)];
  await signIn(page, olga, 'workspace');
  await opener().click();
  await connect(LIONS);
  assert.equal(await page.getByLabel('their addresses', { exact: true }).inputValue(), `${mia.email}, ${max.email}`);
  await look(page, 'conflict-held-by-members');
  await mia.call('DELETE', `twitter_accounts/${held[0].id}`);
  await max.call('DELETE', `twitter_accounts/${held[1].id}`);
  await dialog().getByRole('button', { name: 'Connect', exact: true }).click();
  await said('Northside Lions is connected.');
  expectClean(page);
});

test('what one and a colleague hold tells after the move whom to ask', async () => {
  const mia = await olga.colleague(address('mia'));
  await olga.connects('personal', LIONS);
  await mia.connects('personal', LIONS);
  await signIn(page, olga, 'workspace');
  await opener().click();
  await connect(LIONS);
  await button('Move it to the workspace').click();
  assert.equal(await page.getByLabel('the address', { exact: true }).inputValue(), mia.email);
  await page.goto('/#/personal');
  await button('Move to the workspace: Northside Lions').click();
  assert.equal(await page.getByLabel('the address', { exact: true }).inputValue(), mia.email);
  expectClean(page);
});

test('a member learns whom to ask for what the workspace holds', async () => {
  const mia = await olga.colleague(address('mia'));
  await olga.connects('workspace', LIONS);
  await signIn(page, mia, 'personal');
  await opener().click();
  await connect(LIONS);
  assert.equal(await page.getByLabel('the address', { exact: true }).inputValue(), olga.email);
  await look(page, 'conflict-member');
  expectClean(page);
});

test('parameter problems land under their fields', async () => {
  await signIn(page, olga, 'workspace');
  await opener().click();
  await connect({ ...LIONS, screen_name: 'x'.repeat(256) });
  await page.getByText('This is too long (maximum is 255 characters).').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'screen_name');
  expectClean(page);
});

test('an account is named, shared, reconnected, moved and disconnected', async () => {
  const coaches = await olga.team('Coaches');
  const lions = await olga.connects('workspace', LIONS);
  await olga.shares(lions, [coaches]);
  await olga.connects('workspace', TIGERS);
  await signIn(page, olga, 'workspace');

  await button('Add a nickname of Northside Lions').click();
  await page.getByLabel('Nickname of Northside Lions', { exact: true }).fill('Game day');
  const update = page.waitForRequest((request) => request.method() === 'PUT');
  await page.keyboard.press('Enter');
  assert.deepEqual((await update).postDataJSON(), { twitter_account: { nickname: 'Game day', team_ids: [coaches.id] } });
  await page.getByText('“Game day”').waitFor();

  await button('Share: Northside Tigers').click();
  await dialog().getByLabel('New team').fill('Media day');
  await dialog().getByRole('button', { name: 'Make' }).click();
  await dialog().getByLabel('Coaches').check();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await said('Northside Tigers is shared.');
  const shared = (await olga.call('GET', 'workspaces/twitter_accounts')).twitter_accounts[1].teams.map(({ name }) => name);
  assert.deepEqual(shared.sort(), ['Coaches', 'Media day']);

  await button('Disconnect: Northside Lions').click();
  await dialog().getByText('Coaches can use it no longer.').waitFor();
  await dialog().getByRole('button', { name: 'Disconnect' }).click();
  await said('Northside Lions is disconnected.');
  await page.getByRole('heading', { name: 'Northside Lions' }).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');

  await button('Move to me: Northside Tigers').click();
  await dialog().getByText('Only you will see it.').waitFor();
  await dialog().getByRole('button', { name: 'Move to me' }).click();
  await page.getByRole('heading', { name: 'No account yet' }).waitFor();
  await page.goto('/#/personal');
  await button('Move to the workspace: Northside Tigers').click();
  await said('Northside Tigers is the workspace’s now.');
  expectClean(page);
});

test('an account without a working token says so, and is reconnected', async () => {
  const lions = await olga.connects('workspace', LIONS);
  await page.route('**/api/v4/workspaces/twitter_accounts?page=1', async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    json.twitter_accounts.forEach((one) => { one.auth_failed_at = '2026-11-03T10:00:00.000Z'; });
    await route.fulfill({ response: answer, json });
  }, { times: 1 });
  await signIn(page, olga);
  await page.goto('/#/workspace');
  await page.getByText('It has had no working token since 3 Nov 2026.').waitFor();
  await look(page, 'workspace-reconnect');
  await button('Reconnect').click();
  assert.equal(await dialog().getByLabel('Name', { exact: true }).inputValue(), 'Northside Lions');
  await dialog().getByLabel('Account ID').fill(LIONS.twitter_uid);
  await dialog().getByLabel('Access token', { exact: true }).fill('a newer token');
  await dialog().getByRole('button', { name: 'Reconnect' }).click();
  await said('Northside Lions is connected.');
  assert.equal((await olga.call('GET', 'workspaces/twitter_accounts')).twitter_accounts[0].id, lions.id);
  expectClean(page);
});

test('reconnecting with the ID of another account says so', async () => {
  await olga.connects('personal', LIONS);
  await page.route('**/api/v4/twitter_accounts?page=1', async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    json.twitter_accounts.forEach((one) => { one.auth_failed_at = '2026-11-03T10:00:00.000Z'; });
    await route.fulfill({ response: answer, json });
  });
  await signIn(page, olga, 'personal');
  await button('Reconnect').click();
  await dialog().getByLabel('Access token', { exact: true }).fill('2244994945-a-token');
  await dialog().getByRole('button', { name: 'Reconnect' }).click();
  await said('That was another account');
  expectClean(page);
});

test('long lists load as one scrolls, and can be searched', async () => {
  for (let number = 1; number <= 57; number += 1) await olga.connects('workspace', account(`fan${number}`, `Fan ${number}`, { logo_url: 'none' }));
  const asked = [];
  page.on('request', (request) => asked.push(...(/workspaces\/twitter_accounts\?(.*)$/.exec(request.url())?.slice(1) ?? [])));
  await signIn(page, olga, 'workspace');
  await page.getByRole('heading', { name: 'Fan 25' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Fan 26' }).count(), 0);
  await button(/^Show more/).scrollIntoViewIfNeeded();
  await page.getByRole('heading', { name: 'Fan 50' }).waitFor();
  await button(/^Show more/).scrollIntoViewIfNeeded();
  await page.getByRole('heading', { name: 'Fan 57' }).waitFor();
  assert.deepEqual(asked, ['page=1', 'page=2', 'page=3']);
  await page.getByLabel('Find an account').fill('FAN5');
  await page.getByText('9 accounts').waitFor();
  await page.getByRole('heading', { name: 'Fan 57' }).waitFor();
  await page.getByLabel('Find an account').fill('nobody');
  await page.getByText('No account has this in a name.').waitFor();
  await page.getByLabel('Find an account').fill('');
  await page.getByText('57 accounts').waitFor();
  expectClean(page);
});

test('a template is offered a page of accounts, and those that are looked for', async () => {
  for (let number = 1; number <= 57; number += 1) await olga.connects('workspace', account(`fan${number}`, `Fan ${number}`, { logo_url: 'none' }));
  const asked = [];
  page.on('request', (request) => asked.push(...(/workspaces\/twitter_accounts\?(.*)$/.exec(request.url())?.slice(1) ?? [])));
  await signIn(page, olga, 'branding');
  await page.getByRole('radio', { name: 'Fan 25 (@fan25)' }).waitFor();
  assert.deepEqual(asked, ['page=1']);
  await page.getByLabel('Find an account').fill('fan 57');
  await page.getByRole('radio', { name: 'Fan 57 (@fan57)' }).check();
  const poster = page.getByRole('figure');
  await poster.getByText('@fan57').waitFor();
  await page.getByLabel('Find an account').fill('');
  await button(/^Show more/).scrollIntoViewIfNeeded();
  await page.getByRole('radio', { name: 'Fan 50 (@fan50)' }).waitFor();
  await poster.getByText('@fan57').waitFor();
  await settled(page);
  expectClean(page);
});

test('a template takes its handle and picture from a workspace account', async () => {
  await olga.connects('workspace', LIONS);
  await olga.connects('workspace', TIGERS);
  await signIn(page, olga, 'branding');
  await page.getByRole('radio', { name: 'Northside Tigers (@tigers)' }).check();
  await page.getByRole('combobox', { name: 'Template' }).selectOption('Final score');
  const poster = page.getByRole('figure');
  await poster.getByText('@tigers').waitFor();
  await poster.getByText('Final').waitFor();
  assert.equal(await poster.locator('img').getAttribute('src'), TIGERS.logo_url);
  await settled(page);
  expectClean(page);
});

// Connecting on X's own page, there and back in one tab: each ending has its page, and no secret stays in the address.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { account, address, endConsents, PASSWORD, Person, serve } from './support/roster.js';
import { startX } from './support/x.js';

let browser;
let roster;
let x;
let page;
let olga;
let viewport;
const WIDTHS = [320, 1280];

before(async () => {
  [browser, x] = await Promise.all([launch(), startX()]);
  roster = await serve(x.settings);
  x.expect(`${roster.url}/oauth/twitter/callback`);
});

after(async () => {
  await browser?.close();
  await roster?.stop();
  x?.stop();
});

beforeEach(async () => {
  Object.assign(x.state, { account: { id: '2244994945', username: 'falcons', name: 'Falcons Athletics' }, denies: false, fails: {}, meanwhile: null, referrers: [], asked: [] });
  olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', workspace_name: 'Northside High' });
  page = await tab(browser, roster.url, { viewport }, [x.url]);
});

const button = (name) => page.getByRole('button', { name, exact: true });
const heading = (name) => page.getByRole('heading', { name, level: 1 });

/** Opens the dialog of the workspace's accounts and leaves for X. */
async function leave() {
  await signIn(page, olga, 'workspace');
  await button('Connect an account').first().click();
  await button('Connect an X account').click();
}

/** What a person could copy from the address bar or find in the history. */
async function expectNoSecret() {
  const history = await page.context().newCDPSession(page);
  const { entries } = await history.send('Page.getNavigationHistory');
  await history.detach();
  const visited = entries.map(({ url }) => url).filter((url) => url.startsWith(roster.url));
  assert.equal(visited.at(-1), page.url());
  for (const { hash, search } of visited.map((url) => new URL(url))) {
    assert.ok(!/code=|state=/.test(hash), hash);
    assert.equal(search, '');
  }
}

async function done() {
  expectClean(page);
  assert.deepEqual(x.state.referrers.filter(Boolean), [], 'X learns no address of ours but the callback');
  await page.context().close();
}

for (const width of WIDTHS) describe(`${width} px wide`, () => {
  before(() => { viewport = { width, height: 900 }; });

  test('sign-up, X, and back: the account is named before it is connected', async () => {
    await page.goto('/');
    await page.getByLabel('E-mail').fill(address('nina'));
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('School or organization').fill('Westfield Prep');
    await button('Sign up').click();
    await heading('Connect an X account').waitFor();
    await page.getByText('whoever is signed in at x.com').waitFor();
    await look(page, 'consent-begin', WIDTHS);
    await button('Connect an X account').click();
    await heading('@falcons – connect this one?').waitFor();
    await expectNoSecret();
    await look(page, 'consent-confirm', WIDTHS);
    await page.reload();
    await heading('@falcons – connect this one?').waitFor();
    await button('Connect').click();
    await heading('Getting started').waitFor();
    await page.getByText('Falcons Athletics is connected.').waitFor();
    assert.equal(x.state.asked.filter((asked) => asked === 'POST /2/oauth2/token').length, 1);
    await done();
  });

  test('an account connected from the settings is in the list', async () => {
    await leave();
    await heading('@falcons – connect this one?').waitFor();
    await button('Connect').click();
    await page.getByText('Falcons Athletics is connected.').waitFor();
    await page.getByRole('heading', { name: /Falcons Athletics/, level: 2 }).waitFor();
    const { twitter_accounts: [one] } = await olga.call('GET', 'workspaces/twitter_accounts');
    assert.deepEqual([one.screen_name, one.twitter_nickname, one.account_verified], ['Falcons Athletics', 'falcons', true]);
    await done();
  });

  test('access that is denied says so, and starts again', async () => {
    x.state.denies = true;
    await leave();
    await heading('X did not grant access').waitFor();
    await expectNoSecret();
    await look(page, 'consent-denied', WIDTHS);
    x.state.denies = false;
    await button('Start again').click();
    await heading('@falcons – connect this one?').waitFor();
    x.state.account = { id: '7', username: 'hawks', name: 'Hawks' };
    await button('Use another account').click();
    await heading('@hawks – connect this one?').waitFor();
    await button('Cancel').click();
    await button('Connect an account').first().waitFor();
    assert.equal((await olga.call('GET', 'workspaces/twitter_accounts')).meta.total_count, 0);
    await done();
  });

  test('an attempt whose time is over when the browser returns, and one that waited too long for a yes', async () => {
    x.state.meanwhile = () => endConsents(roster.folder);
    await leave();
    await heading('That took too long').waitFor();
    await expectNoSecret();
    assert.ok(!x.state.asked.includes('POST /2/oauth2/token'), 'X is not asked');
    x.state.meanwhile = null;
    await button('Start again').click();
    await heading('@falcons – connect this one?').waitFor();
    endConsents(roster.folder);
    await button('Connect').click();
    await heading('That took too long').waitFor();
    await page.getByText('This attempt to connect an account has expired.').waitFor();
    await page.reload();
    await heading('That took too long').waitFor();
    assert.equal((await olga.call('GET', 'workspaces/twitter_accounts')).meta.total_count, 0);
    await button('Start again').click();
    await heading('@falcons – connect this one?').waitFor();
    await button('Connect').click();
    await page.getByText('Falcons Athletics is connected.').waitFor();
    await done();
  });

  test('a state that nobody began, and one of somebody else', async () => {
    await signIn(page, olga);
    await page.goto('/oauth/twitter/callback?state=1-guessed&code=guessed');
    await heading('That took too long').waitFor();
    await expectNoSecret();
    await look(page, 'consent-expired', WIDTHS);
    const mia = await olga.colleague(address('mia'), { first_name: 'Mia' });
    const { consent } = await mia.call('POST', 'consents', { consent: { network: 'twitter', side: 'personal' } });
    const state = new URL(consent.authorize_url).searchParams.get('state');
    await page.goto('/health/live');
    await page.goto(`/oauth/twitter/callback?state=${state}&code=of-an-attacker`);
    await heading('Please start again').waitFor();
    await expectNoSecret();
    assert.ok(!x.state.asked.includes('POST /2/oauth2/token'), 'X is not asked');
    await done();
  });

  test('every other refusal has its page', async () => {
    const refusals = [
      [422, 'consent_expired', 'That took too long'], [422, 'code_refused', 'X did not accept the code'],
      [422, 'offline_access_missing', 'The access would not last'], [422, 'account_suspended', 'The account is suspended'],
      [404, 'network_not_configured', 'X is not set up here'],
    ];
    for (const [status, code, title] of refusals) {
      await page.route('**/api/v4/consents/*', (route) => route.fulfill({
        status, contentType: 'application/json', body: JSON.stringify({ success: false, message: ['Because.'], errors: [{ field: 'consent', code, message: 'Because.' }] }),
      }));
      await leave();
      await heading(title).waitFor();
      await page.getByText('Because.').waitFor();
      await button('Start again').waitFor();
      await page.unroute('**/api/v4/consents/*');
    }
    await done();
  });

  test('X that is down for a moment is asked again', async () => {
    x.state.fails['/2/users/me'] = 503;
    await leave();
    await heading('X cannot be reached').waitFor();
    await look(page, 'consent-unavailable', WIDTHS);
    x.state.fails = {};
    await button('Try again').click();
    await heading('@falcons – connect this one?').waitFor();
    await done();
  });

  test('a session that ended on the way starts again, and one that ended later goes on', async () => {
    await page.route('**/api/v4/consents/*', async (route) => {
      await olga.call('DELETE', 'sessions');
      await route.continue();
    }, { times: 1 });
    await leave();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Sign in and go on' }).click();
    await heading('Please start again').waitFor();
    await button('Start again').click();
    await heading('@falcons – connect this one?').waitFor();
    await page.evaluate(() => sessionStorage.removeItem('roster.session'));
    await page.reload();
    await heading('Sign in to go on').waitFor();
    await page.getByLabel('E-mail').fill(olga.email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button('Sign in').click();
    await heading('@falcons – connect this one?').waitFor();
    await done();
  });

  test('an account that has gone meanwhile is connected as a new one', async () => {
    const { id } = await olga.connects('workspace', account('@falcons', 'Falcons', { twitter_uid: '2244994945' }));
    await signIn(page, olga, 'workspace');
    await button('Reconnect: Falcons').click();
    await page.getByText('To connect @falcons again').waitFor();
    await page.route('**/api/v4/consents/*', async (route) => {
      await olga.call('DELETE', `workspaces/twitter_accounts/${id}`);
      await route.continue();
    }, { times: 1 });
    await button('Reconnect on X').click();
    await heading('The account is not here any more').waitFor();
    await button('Connect it as a new account').click();
    await heading('@falcons – connect this one?').waitFor();
    await done();
  });

  test('an account is connected again from its row, and another one is refused', async () => {
    await olga.connects('workspace', account('falcons', 'Falcons', { twitter_uid: '2244994945' }));
    await signIn(page, olga, 'workspace');
    x.state.account = { id: '7', username: 'hawks', name: 'Hawks' };
    await button('Reconnect: Falcons').click();
    await page.getByText('be signed in as it at x.com').waitFor();
    await button('Reconnect on X').click();
    await heading('That is another account').waitFor();
    await page.getByText('X has named @hawks, but this account is @falcons.').waitFor();
    await expectNoSecret();
    await look(page, 'consent-different', WIDTHS);
    x.state.account = { id: '2244994945', username: 'falcons', name: 'Falcons Athletics' };
    await button('Start again').click();
    await heading('@falcons – connect this one?').waitFor();
    await button('Reconnect').click();
    await page.getByText('Falcons Athletics is connected again.').waitFor();
    const { twitter_accounts: accounts } = await olga.call('GET', 'workspaces/twitter_accounts');
    assert.deepEqual(accounts.map(({ screen_name }) => screen_name), ['Falcons Athletics']);
    await done();
  });

  test('an account with the same handle and another id stays, and is named', async () => {
    await olga.connects('personal', account('falcons', 'Fans of the Falcons', { twitter_uid: '7' }));
    await signIn(page, olga, 'personal');
    await button('Connect an account').first().click();
    await button('Connect an X account').click();
    await heading('@falcons – connect this one?').waitFor();
    await button('Connect').click();
    await heading('@falcons is in the list more than once').waitFor();
    await page.getByText('Fans of the Falcons').waitFor();
    await look(page, 'consent-namesakes', WIDTHS);
    await button('Go on').click();
    await page.getByRole('heading', { name: 'Falcons Athletics', level: 2 }).waitFor();
    assert.equal((await olga.call('GET', 'twitter_accounts')).meta.total_count, 2);
    await done();
  });

  test('an account that the person holds is moved, and then connected', async () => {
    await olga.connects('personal', account('falcons', 'Falcons', { twitter_uid: '2244994945' }));
    await leave();
    await heading('@falcons – connect this one?').waitFor();
    await page.getByText('You have it already').waitFor();
    await button('Connect').click();
    await page.getByText('you must first remove it from your Personal accounts').waitFor();
    await button('Move it to the workspace').click();
    await page.getByText('Falcons Athletics is connected.').waitFor();
    assert.equal((await olga.call('GET', 'twitter_accounts')).meta.total_count, 0);
    await done();
  });

  test('a token can still be pasted', async () => {
    await signIn(page, olga, 'workspace');
    await button('Connect an account').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'I have a token' }).click();
    await dialog.getByLabel('Name').fill('Lions');
    await dialog.getByLabel('Handle').fill('lions');
    await dialog.getByLabel('Access token', { exact: true }).fill('TOKEN');
    await dialog.getByLabel('Account ID').fill('7');
    await look(page, 'consent-token', WIDTHS);
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('Lions is connected.').waitFor();
    await settled(page);
    await done();
  });
});

// Exceptional states: a lost connection, an ended session, hostile texts, and the headers of the pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { payloads } from './support/payloads.js';
import { account, address, LIONS, PASSWORD, Person, serve } from './support/roster.js';

let roster; let browser;

before(async () => { [roster, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  await roster?.stop();
});

const owner = (more) => Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', workspace_name: 'Northside High', ...more });

test('a lost connection keeps what is typed, and goes on when it is back', async () => {
  const olga = await owner();
  const page = await tab(browser, roster.url);
  await signIn(page, olga, 'workspace/general');
  await page.getByLabel('Name', { exact: true }).fill('Southside High');
  await page.context().setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The service cannot be reached.').waitFor();
  await look(page, 'offline');
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Southside High');
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();
  await look(page, 'offline-list');
  await page.context().setOffline(false);
  await page.getByRole('heading', { name: 'Olga' }).waitFor();
  await page.getByRole('link', { name: 'General' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Southside High');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal((await olga.call('GET', 'workspaces')).name, 'Southside High');
  expectClean(page);
});

test('a session that ends is renewed in place, and the action goes on', async () => {
  const olga = await owner();
  const { user: elsewhere } = await olga.call('POST', 'sessions', { user: { email: olga.email, password: PASSWORD } });
  const page = await tab(browser, roster.url);
  await signIn(page, { ...olga, token: elsewhere.auth_token }, 'workspace');
  const [, second] = (await olga.call('GET', 'sessions')).sessions;
  await page.locator('.empty').getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: 'Connect an X account' });
  await dialog.getByLabel('Name', { exact: true }).fill('Northside Lions');
  await dialog.getByLabel('Handle').fill('lions');
  await dialog.getByLabel('Account ID').fill('1');
  await dialog.getByLabel('Access token', { exact: true }).fill('t');
  await dialog.getByLabel('Picture address').fill('https://pictures.example.test/lions.png');
  await olga.call('DELETE', `sessions/${second.id}`);
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  const again = page.getByRole('dialog', { name: 'Please sign in again' });
  await again.waitFor();
  await look(page, 'sign-in-again');
  await again.getByLabel('Password', { exact: true }).fill('not the password');
  await again.getByRole('button', { name: 'Sign in and go on' }).click();
  await again.getByText('Invalid Email or password.').waitFor();
  await again.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await again.getByRole('button', { name: 'Sign in and go on' }).click();
  await page.getByRole('heading', { name: 'Northside Lions' }).waitFor();
  expectClean(page);
});

test('a session that ends may also be left', async () => {
  const olga = await owner();
  const page = await tab(browser, roster.url);
  await signIn(page, olga, 'workspace');
  await olga.call('DELETE', 'sessions');
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
  expectClean(page);
});

test('a service without its connection at the start says so, and goes on', async () => {
  const olga = await owner();
  const page = await tab(browser, roster.url);
  await signIn(page, olga, 'workspace');
  await page.route('**/api/v4/**', (route) => route.fulfill({ status: 503, json: { success: false, message: ['The service is busy. Try again in 2 seconds.'] } }));
  await page.reload();
  await page.getByText('The service is busy.').waitFor();
  await look(page, 'unreachable');
  await page.unroute('**/api/v4/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Workspace accounts' }).waitFor();
});

test('a dialog that asks to sign in again can wait, and nothing typed is lost', async () => {
  const olga = await owner();
  const page = await tab(browser, roster.url);
  await signIn(page, olga, 'workspace/general');
  await page.getByLabel('Name', { exact: true }).fill('Southside High');
  await olga.call('DELETE', 'sessions');
  const again = page.getByRole('dialog', { name: 'Please sign in again' });
  for (const finish of [() => page.keyboard.press('Escape'), () => again.getByRole('button', { name: 'Close' }).click()]) {
    await page.getByRole('button', { name: 'Save' }).click();
    await again.waitFor();
    await finish();
    await again.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Southside High');
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await again.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await again.getByRole('button', { name: 'Sign in and go on' }).click();
  await page.getByText('Saved.').waitFor();
  const { user } = await olga.call('POST', 'sessions', { user: { email: olga.email, password: PASSWORD } });
  assert.equal(user.workspace.name, 'Southside High');
  expectClean(page);
});

test('nothing jumps while a slow service answers', async () => {
  const olga = await owner();
  const lions = await olga.connects('workspace', LIONS);
  await olga.shares(lions, [await olga.team('Coaches')]);
  await olga.connects('personal', account('owens', 'Coach Owens'));
  const page = await tab(browser, roster.url);
  await page.addInitScript(() => {
    globalThis.jumped = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { globalThis.jumped += entry.value; }))
      .observe({ type: 'layout-shift', buffered: true });
  });
  await page.route('**/api/v4/**', async (route) => {
    await new Promise((resolve) => { setTimeout(resolve, 150); });
    await route.continue();
  });
  await signIn(page, olga);
  for (const path of ['workspace', 'workspace/people', 'workspace/teams', 'workspace/general', 'personal', 'personal/security', 'branding', 'walkthrough']) {
    await page.goto(`/#/${path}`);
    await page.reload();
    await settled(page);
    const jumped = await page.evaluate(() => globalThis.jumped);
    assert.ok(jumped < 0.05, `${path} jumps by ${jumped}`);
  }
});

test('hostile texts are texts', async () => {
  const all = payloads();
  assert.ok(all.length >= 60);
  const olga = await owner();
  const page = await tab(browser, roster.url);
  for (const [index, text] of all.entries()) {
    const short = text.slice(0, 250);
    await olga.connects('workspace', account(short, short, { logo_url: text, twitter_uid: `w${index}` }));
    await olga.connects('personal', account(short, short, { logo_url: text, twitter_uid: `p${index}` }));
  }
  await signIn(page, olga, 'workspace/people');
  for (const text of all) {
    const name = text.slice(0, 250);
    await olga.call('PUT', 'workspaces', { workspace: { name } });
    await olga.call('PUT', 'users', { user: { first_name: name, last_name: name } });
    await page.reload();
    await page.waitForFunction((shown) => document.querySelector('.title p')?.textContent === shown && document.querySelector('.row:not(.ghost)'), name);
  }
  await page.getByLabel('E-mail addresses').fill(all.map((text) => `${text.replace(/[\s,;]/g, '/')}@example.test`).join('\n'));
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.locator('.sent').waitFor();
  for (const path of ['workspace', 'personal', 'branding', 'walkthrough', 'workspace/people', 'workspace/general', 'personal/profile', 'sign-up/connect']) {
    await page.goto(`/#/${path}`);
    await settled(page);
    for (const more = page.getByRole('button', { name: /^Show more/ }); await more.count() > 0;) {
      await more.first().scrollIntoViewIfNeeded().catch(() => {});
    }
    await settled(page);
  }
  await page.goto(`/#/invites/1/${encodeURIComponent(all[0])}`);
  await settled(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await page.goto('/#/');
  await page.getByLabel('E-mail').fill('<img src=x onerror=alert(1)>@example.test');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('School or organization').fill(all[0]);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByText('Email is invalid').waitFor();
  assert.equal(await page.evaluate(() => globalThis.executed ?? 0), 0);
  expectClean(page);
});

test('are served compressed, for ever, under a strict policy, and in 47 KB', async () => {
  const start = await fetch(`${roster.url}/`);
  const html = await start.text();
  const policy = start.headers.get('content-security-policy');
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.match(policy, /default-src 'none'.*img-src 'self' https: http: data:/);
  const tag = start.headers.get('etag');
  assert.equal((await fetch(`${roster.url}/`, { headers: { 'If-None-Match': tag } })).status, 304);
  const paths = [...new Set([...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path))];
  let total = gzipSync(html).length;
  for (const path of paths) {
    const answer = await fetch(`${roster.url}/${path}`, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get('content-encoding'), 'gzip');
    assert.match(answer.headers.get('cache-control'), /immutable/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    total += gzipSync(await answer.text(), { level: 9 }).length;
  }
  assert.ok(total <= 47 * 1024, `${total} bytes`);
  assert.equal((await fetch(`${roster.url}/assets/another/app.js`)).status, 404);
});

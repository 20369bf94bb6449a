// Sign-up, sign-in, sign-out, a forgotten password, and joining through an invite.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectClean, launch, settled, signIn, tab } from './support/browser.js';
import { mailbox } from './support/mailbox.js';
import { account, address, LIONS, PASSWORD, Person, serve } from './support/roster.js';

let roster; let browser;

before(async () => { [roster, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  await roster?.stop();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Presses Tab until the named control has the focus, as somebody without a mouse does. */
async function tabTo(page, role, name) {
  const wanted = page.getByRole(role, { name, exact: true });
  for (let presses = 0; presses < 40; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${role} ${name} cannot be reached with the keyboard`);
}

test('a newcomer signs up and connects an account with the keyboard alone, within a minute', async () => {
  const page = await tab(browser, roster.url);
  const since = Date.now();
  const type = async (name, text) => {
    await tabTo(page, 'textbox', name);
    await page.keyboard.type(text);
  };
  await page.goto('/');
  await type('E-mail', address('newcomer'));
  await type('Password', PASSWORD);
  await type('School or organization optional', 'Westfield Prep');
  await page.keyboard.press('Enter');
  await heading(page, 'Connect an X account');
  assert.equal(await page.title(), 'Connect an X account – Roster');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'the focus follows the view');
  await type('Name', 'Westfield Wolves');
  await type('Handle', 'westfieldwolves');
  await type('Access token', '4711-a-token');
  await type('Picture address optional', 'https://pictures.example.test/wolves.png');
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await tabTo(page, 'button', 'Connect');
  await page.keyboard.press('Enter');
  assert.equal((await sent).postDataJSON().twitter_account.location, 'signUpForm');
  await heading(page, 'Getting started');
  await page.getByText('1 of 4 steps done').waitFor();
  assert.ok(Date.now() - since < 60_000, 'under a minute');
  expectClean(page);
});

test('connecting may be skipped, and nothing typed is lost on an error', async () => {
  const taken = await Person.registers(roster.url, { email: address('taken') });
  const page = await tab(browser, roster.url);
  await page.goto('/');
  await page.getByLabel('E-mail').fill(taken.email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('School or organization').fill('Westfield Prep');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByText('Password is too short (minimum is 8 characters)').waitFor();
  assert.equal(await page.getByLabel('School or organization').inputValue(), 'Westfield Prep');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'password');
  await page.getByRole('button', { name: 'Show password' }).click();
  assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByText('Email has already been taken').waitFor();
  await page.getByLabel('E-mail').fill(address('fresh'));
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('link', { name: 'Skip', exact: true }).click();
  await page.getByText('0 of 4 steps done').waitFor();
  expectClean(page);
});

test('signing in and out; a page that needs it is there afterwards', async () => {
  const olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga' });
  const page = await tab(browser, roster.url);
  await page.goto('/#/personal/profile');
  await page.getByLabel('E-mail').fill(olga.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Invalid Email or password.').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.className), /summary/);
  assert.equal(await page.getByLabel('E-mail').inputValue(), olga.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'Profile');
  await page.reload();
  await heading(page, 'Profile');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading(page, 'Sign in');
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
  expectClean(page);
});

test('a forgotten password, by the link of the mail', async () => {
  const mail = await mailbox();
  let service;
  try {
    service = await serve({ ROSTER_SMTP_URL: mail.url, ROSTER_MAIL_FROM: 'roster@example.test' });
    const olga = await Person.registers(service.url, { email: address('olga') });
    const page = await tab(browser, service.url);
    await page.goto('/#/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(olga.email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByText('is on its way').waitFor();
    const link = await mail.link();
    await page.goto(`/${new URL(link).hash}`);
    await page.getByRole('textbox', { name: 'New password' }).fill('a goalpost in the rain');
    await page.getByRole('button', { name: 'Change password' }).click();
    await heading(page, 'Sign in');
    await page.goto(`/${new URL(link).hash}`);
    await page.getByRole('textbox', { name: 'New password' }).fill('another goalpost');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('link', { name: 'Ask for another link' }).waitFor();
    expectClean(page);
  } finally {
    await service?.stop();
    mail.close();
  }
});

test('a link for an address that nobody confirmed says what ended with the sessions', async () => {
  const mail = await mailbox();
  let service;
  try {
    service = await serve({ ROSTER_SMTP_URL: mail.url, ROSTER_MAIL_FROM: 'roster@example.test' });
    const olga = await Person.registers(service.url, { email: address('olga') });
    await olga.call('POST', 'api_keys', { api_key: { name: 'n8n', scopes: ['read'] } });
    const page = await tab(browser, service.url);
    await page.goto('/#/passwords');
    await page.getByLabel('E-mail').fill(olga.email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByText('is on its way').waitFor();
    await page.goto(`/${new URL(await mail.link()).hash}`);
    await page.getByRole('textbox', { name: 'New password' }).fill('a goalpost in the rain');
    await page.getByRole('button', { name: 'Change password' }).click();
    await heading(page, 'Your password is changed');
    await page.getByText('That is why 1 API key ended with the sessions.').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await heading(page, 'Sign in');
    expectClean(page);
  } finally {
    await service?.stop();
    mail.close();
  }
});

test('from an invite to its acceptance, in two browsers', async () => {
  const olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', last_name: 'Owens', workspace_name: 'Northside High' });
  const guest = address('guest');
  const here = await tab(browser, roster.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await signIn(here, olga, 'workspace/people');
  const sent = here.waitForRequest((request) => request.method() === 'POST');
  await here.getByLabel('E-mail addresses').fill(`${guest}, nobody at home`);
  await here.getByRole('button', { name: 'Invite', exact: true }).click();
  assert.equal((await sent).postDataJSON().location, 'workspaceSettingsPage');
  await here.getByText('No address:').waitFor();
  await here.getByRole('button', { name: `Copy the link for ${guest}` }).click();
  const link = await here.evaluate(() => navigator.clipboard.readText());

  const there = await tab(browser, roster.url);
  await there.goto(`/${new URL(link).hash}`);
  await heading(there, 'Join Northside High');
  await there.getByLabel('First name').fill('Gus');
  await there.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await there.getByRole('button', { name: 'Join' }).click();
  await heading(there, 'Getting started');
  await here.reload();
  await here.getByRole('heading', { name: 'Gus' }).waitFor();
  expectClean(here);
  expectClean(there);
});

test('accepting with an account one has, and what may stand in the way', async () => {
  const olga = await Person.registers(roster.url, { email: address('olga'), workspace_name: 'Northside High' });
  const sam = await Person.registers(roster.url, { email: address('sam'), first_name: 'Sam', workspace_name: 'Westfield Prep' });
  await olga.connects('workspace', LIONS);
  await sam.connects('personal', LIONS);
  const wolves = await sam.connects('workspace', account('wolves', 'Westfield Wolves'));
  const { url } = await olga.invite(sam.email);
  const page = await tab(browser, roster.url);
  await signIn(page, olga);
  await page.goto(`/${new URL(url).hash}`);
  await page.getByRole('button', { name: `Sign out and go on as ${sam.email}` }).click();
  await page.getByRole('button', { name: 'I have an account' }).click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Join Northside High' }).click();
  await page.getByText('still holds 1 account').waitFor();
  await page.getByRole('link', { name: 'See these accounts' }).waitFor();
  await sam.call('DELETE', `workspaces/twitter_accounts/${wolves.id}`);
  await page.getByRole('button', { name: 'Join Northside High' }).click();
  await page.getByText('already holds Northside Lions').waitFor();
  await page.getByRole('button', { name: 'Disconnect it from my accounts, and join' }).click();
  await heading(page, 'Getting started');
  assert.equal((await sam.call('GET', 'users')).workspace.name, 'Northside High');
  await page.goto(`/${new URL(url).hash}`);
  await heading(page, 'This invite is no longer open');
  await settled(page);
  expectClean(page);
});

test('declining an invite', async () => {
  const olga = await Person.registers(roster.url, { email: address('olga') });
  const { url } = await olga.invite(address('guest'));
  const page = await tab(browser, roster.url);
  await page.goto(`/${new URL(url).hash}`);
  await page.getByRole('button', { name: 'Decline' }).click();
  await page.getByText('The invite is declined.').waitFor();
  assert.deepEqual((await olga.call('GET', 'invites')).invites, []);
});

// Long lists of people, invites and teams: pages load as one scrolls, a search field, and what an action loads again.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { account, address, LIONS, Person, serve } from './support/roster.js';

let roster; let browser; let olga; let page; let asked; let atOnce;

before(async () => { [roster, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  await roster?.stop();
});
beforeEach(async () => {
  olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', workspace_name: 'Northside High' });
  page = await tab(browser, roster.url);
  watch();
});

const button = (name) => page.getByRole('button', { name, exact: true });
const heading = (name) => page.getByRole('heading', { name, exact: true });
const said = (text) => page.locator('.notice').getByText(text).waitFor();
const number = (index) => String(index).padStart(2, '0');

/** Notes what is asked of a list, and how many pages of one are on their way at once. */
function watch() {
  asked = [];
  atOnce = 0;
  const underWay = new Set();
  const query = (request) => /api\/v4\/(workspaces|teams|invites|teams\/\d+|workspaces\/twitter_accounts)(?:\?(.*))?$/.exec(request.url());
  page.on('request', (request) => {
    const [, list, rest] = query(request) ?? [];
    if (!list || request.method() !== 'GET') return;
    asked.push(`${list.replace(/\d+/, ':id')} ${rest}`);
    underWay.add(request);
    atOnce = Math.max(atOnce, [...underWay].filter((other) => query(other)[1] === list).length);
  });
  ['requestfinished', 'requestfailed'].forEach((end) => page.on(end, (request) => underWay.delete(request)));
}

const pagesOf = (list) => asked.filter((one) => one.startsWith(`${list} `)).map((one) => /page=(.*)$/.exec(one)?.[1]);

const more = (name, next) => async () => {
  await page.getByRole('button', { name: /^Show more/ }).last().scrollIntoViewIfNeeded().catch(() => {});
  await name(next).waitFor();
};

async function colleagues(count) {
  const people = [];
  for (let index = 1; index <= count; index += 1) people.push(await olga.colleague(address('mate'), { first_name: `Mate ${number(index)}` }));
  return people;
}

test('the people of a workspace', async () => {
  await colleagues(60);
  await signIn(page, olga, 'workspace/people');
  await heading('Mate 25').waitFor();
  assert.equal(await heading('Mate 26').count(), 0);
  assert.deepEqual(pagesOf('workspaces'), ['1']);
  await more(heading, 'Mate 50')();
  await more(heading, 'Olga You')();
  assert.deepEqual(pagesOf('workspaces'), ['1', '2', '3']);

  asked.length = 0;
  await page.getByRole('combobox', { name: 'Role of Mate 40' }).selectOption('Admin');
  await button('Save').click();
  await said('Mate 40 is admin now.');
  assert.deepEqual(pagesOf('workspaces'), ['2'], 'the page of the changed row alone');
  await button('Remove Mate 03').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await said('Mate 03 is removed.');
  await heading('Mate 03').waitFor({ state: 'detached' });
  assert.deepEqual(pagesOf('workspaces'), ['2', '1']);
  assert.equal(await page.locator('.person').count(), 60, 'no row is lost, and none is shown twice');
  assert.equal(await heading('Mate 26').count(), 1);

  await page.getByLabel('Find a person').fill('mAtE 5');
  await heading('Mate 49').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.person').count(), 10);
  await page.getByLabel('Find a person').fill('nobody at all');
  await page.getByText('Nobody has this in their name or address.').waitFor();
  await page.getByLabel('Find a person').fill(olga.email);
  await heading('Olga You').waitFor();
  assert.equal(atOnce, 1);
  assert.ok(asked.every((one) => /page=\d+$/.test(one)), `${asked}`);
  await settled(page);
  expectClean(page);
});

test('a row that is removed before the next page loads takes none with it', async () => {
  await colleagues(30);
  await signIn(page, olga, 'workspace/people');
  await heading('Mate 25').waitFor();
  await button('Remove Mate 02').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await said('Mate 02 is removed.');
  await heading('Mate 26').waitFor();
  await more(heading, 'Olga You')();
  assert.equal(await page.locator('.person').count(), 30);
  assert.equal(await button(/^Show more/).count(), 0);
  expectClean(page);
});

test('rows that others add or remove meanwhile are neither lost nor skipped', async () => {
  const mates = await colleagues(60);
  await signIn(page, olga, 'workspace/people');
  await heading('Mate 25').waitFor();
  await more(heading, 'Mate 50')();
  await olga.colleague(address('aaron'), { first_name: 'Aaron' });
  await page.getByRole('combobox', { name: 'Role of Mate 10' }).selectOption('Admin');
  await button('Save').click();
  await heading('Aaron').waitFor();
  assert.equal(await heading('Mate 25').count(), 1);
  await olga.call('DELETE', `workspace_users/${mates[0].id}`);
  await more(heading, 'Olga You')();
  await heading('Mate 01').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.person').count(), 61);
  expectClean(page);
});

test('open invites', async () => {
  const invited = Array.from({ length: 57 }, (_, index) => address(`guest${number(index + 1)}`));
  await olga.call('POST', 'invites', { user_emails: invited });
  await signIn(page, olga, 'workspace/people');
  const row = (name) => button(`Take back the invite for ${name}`);
  await row(invited[24]).waitFor();
  await more(row, invited[49])();
  await more(row, invited[56])();
  assert.deepEqual(pagesOf('invites'), ['1', '2', '3']);
  assert.deepEqual(pagesOf('workspaces'), ['1'], 'people are listed without the invites');
  await row(invited[30]).click();
  await said(`The invite for ${invited[30]} is taken back.`);
  assert.deepEqual(pagesOf('invites'), ['1', '2', '3', '2']);
  await row(invited[30]).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('button', { name: /^Take back/ }).count(), 56);
  await page.getByLabel('E-mail addresses').fill(address('last'));
  await button('Invite').click();
  await page.getByRole('button', { name: /^Take back.*last/ }).waitFor();
  assert.deepEqual(pagesOf('invites'), ['1', '2', '3', '2', '1', '2', '3'], 'a new one may be anywhere');
  await page.getByLabel('Find an invite').fill('GUEST07');
  await row(invited[20]).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('button', { name: /^Take back/ }).count(), 1);
  assert.equal(atOnce, 1);
  expectClean(page);
});

test('teams, and the people of one', async () => {
  for (let index = 1; index <= 60; index += 1) await olga.team(`Team ${number(index)}`);
  const people = await colleagues(30);
  const [first] = (await olga.call('GET', 'teams?sort_type=name')).slice(0, 1);
  await olga.call('POST', 'team_users', { team_id: first.id, user_emails: people.map(({ email }) => email) });
  await signIn(page, olga, 'workspace/teams');
  const row = (name) => button(`Open ${name}`);
  await row('Team 25').waitFor();
  await look(page, 'teams-many');
  await more(row, 'Team 50')();
  await more(row, 'Team 60')();
  assert.deepEqual(pagesOf('teams').slice(0, 3), ['1', '2', '3']);

  await row('Team 01').click();
  await button('Make admin: Mate 25').waitFor();
  assert.equal(await button('Make admin: Mate 26').count(), 0);
  await page.locator('.inside').getByRole('button', { name: /^Show more/ }).scrollIntoViewIfNeeded();
  await button('Make admin: Mate 30').waitFor();
  asked.length = 0;
  await button('Make admin: Mate 28').click();
  await button('Make member: Mate 28').waitFor();
  await settled(page);
  assert.deepEqual(asked.toSorted(), ['teams filter=workspace&sort_type=name&sort_to=asc&page=1', 'teams/:id page=2']);
  await button('Remove Mate 02 from Team 01').click();
  await page.getByText('30 people').waitFor();
  assert.equal(await page.locator('.roll li').count(), 30);
  await page.getByLabel('Find somebody in Team 01').fill('mate 1');
  await button('Make admin: Mate 20').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.roll li').count(), 10);

  asked.length = 0;
  await page.getByLabel('Name of the team').fill('Zebras');
  await button('Rename').click();
  await row('Team 02').waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.team h2')].at(-1).textContent.startsWith('Zebras'));
  assert.deepEqual(pagesOf('teams'), ['1', '2', '3'], 'a renamed team may be anywhere');
  await page.getByLabel('Find a team').fill('zeb');
  await row('Team 02').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.team').count(), 1);
  await page.getByLabel('Find a team').fill('no such team');
  await page.getByText('No team has this in its name.').waitFor();
  assert.equal(atOnce, 1);
  expectClean(page);
});

test('an account is shared with a team that is far down', async () => {
  await olga.connects('workspace', LIONS);
  for (let index = 1; index <= 30; index += 1) await olga.team(`Team ${number(index)}`);
  await signIn(page, olga, 'workspace');
  await button('Share: Northside Lions').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /^Team 01/ }).check();
  await dialog.getByLabel('Find a team').fill('team 30');
  await dialog.getByRole('checkbox', { name: /^Team 30/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await said('Northside Lions is shared.');
  const { twitter_accounts: [lions] } = await olga.call('GET', 'workspaces/twitter_accounts');
  assert.deepEqual(lions.teams.map(({ name }) => name), ['Team 01', 'Team 30']);
  assert.ok(asked.filter((one) => one.startsWith('teams ')).every((one) => /page=\d+$/.test(one)), `${asked}`);
  expectClean(page);
});

test('an action on an account far down loads its page alone', async () => {
  for (let index = 1; index <= 57; index += 1) await olga.connects('workspace', account(`fan${index}`, `Fan ${index}`, { logo_url: 'none' }));
  await signIn(page, olga, 'workspace');
  await heading('Fan 25').waitFor();
  await more(heading, 'Fan 50')();
  await more(heading, 'Fan 57')();
  asked.length = 0;
  await button('Disconnect: Fan 30').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await said('Fan 30 is disconnected.');
  await heading('Fan 30').waitFor({ state: 'detached' });
  assert.deepEqual(pagesOf('workspaces/twitter_accounts'), ['2']);
  assert.equal(await page.locator('.account').count(), 56);
  await page.getByText('56 accounts').waitFor();
  assert.equal(atOnce, 1);
  expectClean(page);
});

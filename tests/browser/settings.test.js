// People, teams and personal settings, and the walkthrough with its meter.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectClean, launch, signIn, tab } from './support/browser.js';
import { account, address, LIONS, PASSWORD, Person, serve } from './support/roster.js';

let roster; let browser; let olga; let page;

before(async () => { [roster, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  await roster?.stop();
});
beforeEach(async () => {
  olga = await Person.registers(roster.url, { email: address('olga'), workspace_name: 'Northside High' });
  page = await tab(browser, roster.url);
});

const button = (name) => page.getByRole('button', { name, exact: true });
const said = (text) => page.locator('.notice').getByText(text).waitFor();
const state = (step) => page.locator('.step', { has: page.getByRole('heading', { name: step }) });

test('roles are given, people leave, and an only owner is told why not', async () => {
  const mia = await olga.colleague(address('mia'), { first_name: 'Mia' });
  const max = await olga.colleague(address('max'), { first_name: 'Max' });
  await signIn(page, olga, 'workspace/people');
  await page.getByLabel('Role of Mia').selectOption('Admin');
  await button('Save').click();
  await said('Mia is admin now.');
  assert.equal((await mia.call('GET', 'users')).workspace_role.name, 'admin');
  await button('Remove Max').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await said('Max is removed.');
  assert.equal((await max.call('GET', 'users')).workspace.name, 'Max Workspace');
  await button('Leave the workspace').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await page.getByText('Make someone else an owner').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Role of Mia').selectOption('Owner');
  await button('Save').click();
  await said('Mia is owner now.');
  await button('Leave the workspace').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await said('You have a workspace of your own now.');
  expectClean(page);
});

test('invites are renewed and taken back', async () => {
  const guest = address('guest');
  const first = await olga.invite(guest);
  await signIn(page, olga, 'workspace/people');
  await button(`New link for ${guest}`).click();
  const link = await page.getByLabel(`the link for ${guest}`, { exact: true }).inputValue();
  assert.match(link, new RegExp(`/#/invites/${first.id}/`));
  await button(`Take back the invite for ${guest}`).click();
  await said(`The invite for ${guest} is taken back.`);
  assert.deepEqual((await olga.call('GET', 'invites')).invites, []);
  expectClean(page);
});

test('teams are made, filled, renamed and deleted', async () => {
  const mia = await olga.colleague(address('mia'), { first_name: 'Mia' });
  await signIn(page, olga, 'workspace/teams');
  await page.getByLabel('New team').fill('Coaches');
  await button('Make').click();
  await button('Open Coaches').click();
  await page.getByLabel('Add by e-mail').fill(mia.email);
  await button('Add').click();
  await button('Make admin: Mia').click();
  await button('Make member: Mia').waitFor();
  await page.getByLabel('Name of the team').fill('All coaches');
  await button('Rename').click();
  await button('Close All coaches').waitFor();
  await button('Remove Mia from All coaches').click();
  await button('Delete All coaches').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'No team yet' }).waitFor();
  expectClean(page);
});

test('profile, address, password, sessions, and being forgotten', async () => {
  await signIn(page, olga, 'personal/profile');
  await page.getByLabel('First name').fill('Olga');
  await page.getByLabel('Last name').fill('Owens');
  await button('Save').click();
  await said('Saved.');
  const fresh = address('olga');
  await page.getByLabel('E-mail').fill(fresh);
  await page.getByRole('textbox', { name: 'Current password' }).fill('wrong');
  await button('Save').click();
  await page.getByText('Current password is invalid').waitFor();
  await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
  await button('Save').click();
  await page.getByRole('textbox', { name: 'Current password' }).waitFor({ state: 'detached' });
  const shown = await olga.call('GET', 'users');
  assert.deepEqual([shown.first_name, shown.last_name, shown.email], ['Olga', 'Owens', fresh]);

  await olga.call('POST', 'sessions', { user: { email: fresh, password: PASSWORD } });
  await page.getByRole('link', { name: 'Security' }).click();
  await page.getByRole('button', { name: /^End the session/ }).click();
  await said('That session has ended.');
  await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
  await page.getByRole('textbox', { name: 'New password' }).fill('a goalpost in the rain');
  await button('Change password').click();
  await said('Your password is changed.');
  await button('Erase my account').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Current password' }).fill('a goalpost in the rain');
  await dialog.getByRole('button', { name: 'Erase my account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Create your workspace' }).waitFor();
  await assert.rejects(olga.call('GET', 'users'), /401/);
  expectClean(page);
});

test('the walkthrough follows what is there, and what is skipped can be taken up again', async () => {
  await signIn(page, olga, 'walkthrough');
  await button('Skip: Invite your colleagues').click();
  await state('Invite your colleagues').getByText('Skipped', { exact: true }).waitFor();
  await button('Take up again: Invite your colleagues').click();
  await button('Skip: Invite your colleagues').waitFor();
  const invited = page.waitForRequest((request) => request.url().endsWith('/invites'));
  await state('Invite your colleagues').getByRole('button', { name: 'Invite colleagues', exact: true }).click();
  await page.getByRole('dialog').getByLabel('E-mail addresses').fill(address('guest'));
  await page.getByRole('dialog').getByRole('button', { name: 'Invite', exact: true }).click();
  assert.equal((await invited).postDataJSON().location, 'guidedWalkthrough');
  await page.keyboard.press('Escape');
  await page.getByText('1 of 4 steps done').waitFor();

  const lions = await olga.connects('workspace', LIONS);
  await olga.shares(lions, [await olga.team('Coaches')]);
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await page.getByText('3 of 4 steps done').waitFor();
  await page.locator('.meter').getByRole('link', { name: 'Fill in your name' }).click();
  await page.getByLabel('First name').fill('Olga');
  await button('Save').click();
  await page.locator('.meter').waitFor({ state: 'detached' });
  await page.goto('/#/walkthrough');
  await page.getByText('That is all. You are ready.').waitFor();
  expectClean(page);
});

test('the meter is hidden for good, and brought back', async () => {
  await signIn(page, olga, 'workspace');
  await page.locator('.meter').getByRole('button', { name: 'Hide the progress meter' }).click();
  await said('Hidden.');
  await page.reload();
  await page.getByRole('heading', { name: 'No account yet' }).waitFor();
  assert.equal(await page.locator('.meter').count(), 0);
  await page.goto('/#/personal/profile');
  await button('Show it again').click();
  await page.locator('.meter').getByText('0 of 4 steps done').waitFor();
  expectClean(page);
});

test('a member sees what is shared, and nothing an admin does', async () => {
  const mia = await olga.colleague(address('mia'));
  const lions = await olga.connects('workspace', LIONS);
  await olga.connects('workspace', account('hidden', 'Hidden Account'));
  await olga.shares(lions, [await olga.team('Coaches', [mia.email])], 'Game day');
  await signIn(page, mia, 'workspace');
  await page.getByRole('heading', { name: 'Northside Lions' }).waitFor();
  assert.equal(await page.getByText('Hidden Account').count(), 0);
  assert.deepEqual(await page.locator('.rows').getByRole('button').allTextContents(), []);
  expectClean(page);
});

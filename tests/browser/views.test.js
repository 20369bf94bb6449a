// Every view: no violation found by axe, no horizontal overflow, and screenshots.
import { after, before, test } from 'node:test';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { account, address, LIONS, Person, serve, TIGERS } from './support/roster.js';

let roster; let browser; let olga; let mia; let page;

before(async () => {
  roster = await serve();
  browser = await launch();
  olga = await Person.registers(roster.url, { email: 'olga@northside.example.test', first_name: 'Olga', last_name: 'Owens', workspace_name: 'Northside High Athletics' });
  const adam = await olga.colleague('adam@northside.example.test', { first_name: 'Adam', last_name: 'Adler' }, 2);
  mia = await olga.colleague('mia@northside.example.test', { first_name: 'Mia', last_name: 'Miles' });
  await olga.invite('nina@northside.example.test');
  const coaches = await olga.team('Coaches', [mia.email]);
  const media = await adam.team('Media day');
  const lions = await olga.connects('workspace', LIONS);
  await adam.connects('workspace', account('nshs_athletics', 'Northside High School Athletics and Activities', { logo_url: 'LOGO_URL' }));
  await olga.shares(lions, [coaches, media], 'Game day');
  await olga.connects('personal', TIGERS);
  await olga.connects('personal', account('coachowens', 'Coach Owens', { logo_url: 'LOGO_URL' }));
  page = await tab(browser, roster.url);
});
after(async () => {
  await browser?.close();
  await roster?.stop();
});

async function shown(name) {
  await settled(page);
  await look(page, name);
}

const press = (name) => page.getByRole('button', { name, exact: true }).click();

test('before signing in', async () => {
  for (const [name, path] of [['sign-up', ''], ['sign-in', 'sign-in'], ['forgotten', 'passwords'], ['reset', 'passwords/TOKEN'], ['invite-gone', 'invites/1/TOKEN']]) {
    await page.goto(`/#/${path}`);
    await shown(name);
  }
  const { url } = await olga.invite('gus@northside.example.test');
  await page.goto(`/${new URL(url).hash}`);
  await shown('invite');
  await press('I have an account');
  await shown('invite-known');
  expectClean(page);
});

test('what is answered before signing in', async () => {
  await page.goto('/#/');
  await press('Sign up');
  await shown('sign-up-problems');
  await page.goto('/#/sign-in');
  await page.getByLabel('E-mail').fill(olga.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await press('Sign in');
  await shown('sign-in-refused');
  await page.goto('/#/passwords');
  await page.getByLabel('E-mail').fill(olga.email);
  await press('Send me a link');
  await shown('forgotten-sent');
  await page.goto('/#/passwords/TOKEN');
  await page.getByRole('textbox', { name: 'New password' }).fill('a goalpost in the rain');
  await press('Change password');
  await shown('reset-refused');
  expectClean(page);
});

test('an owner among colleagues', async () => {
  await signIn(page, olga);
  const views = ['workspace', 'workspace/people', 'workspace/teams', 'workspace/activity', 'workspace/general', 'personal', 'personal/profile', 'personal/security', 'branding', 'walkthrough', 'sign-up/connect', 'nowhere'];
  for (const path of views) {
    await page.goto(`/#/${path}`);
    await shown(path.replace('/', '-'));
  }
  expectClean(page);
});

test('dialogs about accounts', async () => {
  await signIn(page, olga, 'workspace');
  for (const [name, button] of [['share', 'Share: Northside Lions'], ['to-personal', 'Move to me: Northside Lions'], ['disconnect', 'Disconnect: Northside Lions'], ['connect', 'Connect an account']]) {
    await press(button);
    await shown(`dialog-${name}`);
    if (name !== 'connect') await page.keyboard.press('Escape');
  }
  await page.getByText('Where do I find the token and the ID?').click();
  await press('Connect');
  await shown('dialog-connect-problems');
  await page.keyboard.press('Escape');
  await press('Edit nickname of Northside Lions');
  await shown('nickname');
  await page.goto('/#/personal');
  await press('Disconnect: Coach Owens');
  await shown('dialog-disconnect-personal');
  expectClean(page);
});

test('dialogs about people', async () => {
  await signIn(page, olga, 'workspace/people');
  await press('Remove Mia Miles');
  await shown('dialog-remove');
  await page.keyboard.press('Escape');
  await press('Leave the workspace');
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await shown('dialog-leave-refused');
  await page.keyboard.press('Escape');
  await press('New link for nina@northside.example.test');
  await page.getByLabel('E-mail addresses').fill('rita@northside.example.test, mia@northside.example.test, nobody');
  await press('Invite');
  await shown('invites-sent');
  await page.goto('/#/workspace/teams');
  await press('Open Coaches');
  await shown('team-open');
  await press('Delete Coaches');
  await shown('dialog-delete-team');
  await page.keyboard.press('Escape');
  await page.goto('/#/personal/profile');
  await page.getByLabel('E-mail').fill('olga@elsewhere.example.test');
  await page.getByRole('textbox', { name: 'Current password' }).fill('not the password');
  await press('Save');
  await shown('profile-refused');
  await page.goto('/#/personal/security');
  await press('Erase my account');
  await shown('dialog-erase');
  expectClean(page);
});

test('a newcomer, and a member', async () => {
  const newcomer = await Person.registers(roster.url, { email: address('newcomer'), workspace_name: 'Westfield Prep' });
  await signIn(page, newcomer, 'walkthrough');
  await shown('walkthrough-new');
  await page.locator('.steps').getByRole('button', { name: 'Invite colleagues' }).click();
  await shown('dialog-invite');
  await page.keyboard.press('Escape');
  for (const path of ['workspace', 'workspace/teams', 'personal', 'branding', 'sign-up/connect']) {
    await page.goto(`/#/${path}`);
    await shown(`empty-${path.replace('/', '-')}`);
  }
  await signIn(page, mia, 'workspace');
  await shown('member-workspace');
  for (const path of ['workspace/people', 'workspace/general', 'personal']) {
    await page.goto(`/#/${path}`);
    await shown(`member-${path.replace('/', '-')}`);
  }
  expectClean(page);
});

test('an invite met by somebody who is signed in', async () => {
  const sam = await Person.registers(roster.url, { email: address('sam'), workspace_name: 'Westfield Prep' });
  await sam.connects('workspace', account('wolves', 'Westfield Wolves', { logo_url: 'LOGO_URL' }));
  const { hash } = new URL((await olga.invite(sam.email)).url);
  await signIn(page, olga);
  await page.goto(`/${hash}`);
  await shown('invite-for-another');
  await signIn(page, sam);
  await page.goto(`/${hash}`);
  await shown('invite-accept');
  await press('Join Northside High Athletics');
  await shown('invite-blocked');
  expectClean(page);
});

test('names that are as long as they may be', async () => {
  const long = 'Northside-Consolidated-School-District-Athletics-and-Activities-'.repeat(2);
  const vera = await Person.registers(roster.url, { email: `${'vera'.repeat(14)}@${'northside'.repeat(5)}.example.test`, first_name: long, last_name: long, workspace_name: long });
  const lions = await vera.connects('workspace', account('n'.repeat(120), long, { logo_url: 'LOGO_URL', account_verified: true }));
  await vera.shares(lions, [await vera.team(long)], long);
  await vera.connects('personal', account('t'.repeat(120), long.replace(/-/g, ' '), { logo_url: 'LOGO_URL' }));
  await signIn(page, vera, 'workspace');
  for (const path of ['workspace', 'workspace/people', 'workspace/teams', 'workspace/activity', 'workspace/general', 'personal', 'branding']) {
    await page.goto(`/#/${path}`);
    await settled(page);
    await look(page, `long-${path.replace('/', '-')}`);
  }
  await page.goto('/#/workspace');
  await press(`Disconnect: ${long}`);
  await shown('dialog-long');
  expectClean(page);
});

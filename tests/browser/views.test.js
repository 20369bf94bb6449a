// Every view, as people see it: no violation axe knows of, nothing that sticks out, and pictures to look at.
import { after, before, test } from 'node:test';
import { expectAccessible, expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
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
  await expectAccessible(page, name);
}

test('before signing in', async () => {
  for (const [name, path] of [['sign-up', ''], ['sign-in', 'sign-in'], ['forgotten', 'passwords'], ['reset', 'passwords/TOKEN'], ['invite-gone', 'invites/1/TOKEN']]) {
    await page.goto(`/#/${path}`);
    await shown(name);
  }
  const { url } = await olga.invite('gus@northside.example.test');
  await page.goto(`/${new URL(url).hash}`);
  await shown('invite');
  await page.goto('/#/');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await shown('sign-up-problems');
  expectClean(page);
});

test('an owner among colleagues', async () => {
  await signIn(page, olga);
  const views = ['workspace', 'workspace/people', 'workspace/teams', 'workspace/general', 'personal', 'personal/profile', 'personal/security', 'branding', 'walkthrough', 'sign-up/connect', 'nowhere'];
  for (const path of views) {
    await page.goto(`/#/${path}`);
    await shown(path.replace('/', '-'));
  }
  expectClean(page);
});

test('dialogs', async () => {
  await signIn(page, olga, 'workspace');
  for (const [name, button] of [['share', 'Share: Northside Lions'], ['to-personal', 'Move to me: Northside Lions'], ['disconnect', 'Disconnect: Northside Lions'], ['connect', 'Connect an account']]) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await shown(`dialog-${name}`);
    if (name !== 'connect') await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await shown('dialog-connect-problems');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Edit nickname of Northside Lions' }).click();
  await shown('nickname');
  await page.goto('/#/workspace/teams');
  await page.getByRole('button', { name: 'Open Coaches' }).click();
  await shown('team-open');
  await page.goto('/#/personal/security');
  await page.getByRole('button', { name: 'Erase my account' }).click();
  await shown('dialog-erase');
  expectClean(page);
});

test('a newcomer, and a member', async () => {
  const newcomer = await Person.registers(roster.url, { email: address('newcomer'), workspace_name: 'Westfield Prep' });
  await signIn(page, newcomer, 'walkthrough');
  await shown('walkthrough-new');
  for (const path of ['workspace', 'workspace/teams', 'personal', 'branding']) {
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

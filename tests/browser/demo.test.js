// `roster demo --with-x`: anybody tries what connecting an account is like, on a page that says that it is not X.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectClean, launch, look, signIn, tab } from './support/browser.js';
import { PASSWORD, Person, serve } from './support/roster.js';

const WIDTHS = [320, 1280];
let browser;
let roster;
let dana;
let standIn;

before(async () => {
  [browser, roster] = await Promise.all([launch(), serve({}, ['demo', '--with-x', '--password', PASSWORD])]);
  dana = await Person.signsIn(roster.url, 'dana@northfield.example', PASSWORD);
  const { consent } = await dana.call('POST', 'consents', { consent: { network: 'twitter', side: 'workspace' } });
  standIn = new URL(consent.authorize_url);
});

after(async () => {
  await browser?.close();
  await roster?.stop();
});

test('the stand-in listens on this machine only', () => {
  assert.equal(standIn.hostname, '127.0.0.1');
  assert.equal(standIn.searchParams.get('redirect_uri'), `${roster.url}/oauth/twitter/callback`);
});

for (const [width, name, handle] of [[320, 'Northfield Soccer', '@NFS_Soccer'], [1280, 'Northfield Basketball', '@NFS_Hoops']]) {
  test(`an account is connected without an app of X, ${width} px wide`, async () => {
    const page = await tab(browser, roster.url, { viewport: { width, height: 900 } }, [standIn.origin]);
    const button = (text) => page.getByRole('button', { name: text, exact: true });
    const heading = (text) => page.getByRole('heading', { name: text, level: 1 });
    await signIn(page, dana, 'workspace');
    await button('Connect an account').first().click();
    await button('Connect an X account').click();
    await page.getByText('This is not X.').waitFor();
    await look(page, 'stand-in', WIDTHS);
    await button('Cancel').click();
    await heading('X did not grant access').waitFor();
    await button('Start again').click();
    await page.getByLabel(name).check();
    await button('Authorize app').click();
    await heading(`${handle} – connect this one?`).waitFor();
    await button('Connect').click();
    await page.getByText(`${name} is connected.`).waitFor();
    await page.getByRole('heading', { name: new RegExp(name), level: 2 }).waitFor();
    expectClean(page);
    await page.context().close();
  });
}

test('an account that a colleague has for himself is refused', async () => {
  const page = await tab(browser, roster.url, {}, [standIn.origin]);
  const button = (text) => page.getByRole('button', { name: text, exact: true });
  await signIn(page, dana, 'workspace');
  await button('Connect an account').first().click();
  await button('Connect an X account').click();
  await page.getByLabel('Tom Okafor').check();
  await button('Authorize app').click();
  await button('Connect').click();
  await page.getByText('already connected to tom@northfield.example').waitFor();
  expectClean(page);
  await page.context().close();
});

// Webhooks: added, tested, sent again, switched on and deleted, by admins.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { expectClean, launch, look, settled, signIn, tab } from './support/browser.js';
import { address, Person, serve } from './support/roster.js';

let receiver; let status; let roster; let browser; let olga; let page;

before(async () => {
  receiver = createServer((request, response) => request.resume().once('end', () => response.writeHead(status).end()));
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  [roster, browser] = await Promise.all([serve({ ROSTER_WEBHOOK_HOSTS: `127.0.0.1:${receiver.address().port}` }), launch()]);
});
after(async () => {
  await browser?.close();
  await roster?.stop();
  receiver?.close();
});
beforeEach(async () => {
  status = 200;
  olga = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', last_name: 'Owens', workspace_name: 'Northside High' });
  page = await tab(browser, roster.url);
});

const button = (name) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');

test('a webhook is added, tested, switched off by its receiver, switched on and deleted', async () => {
  await signIn(page, olga, 'workspace/webhooks');
  await button('Add a webhook').click();
  await dialog().getByRole('button', { name: 'Add', exact: true }).click();
  await dialog().getByText('Give it an address.').waitFor();
  await look(page, 'dialog-webhook-problems');
  await dialog().getByLabel('Address').fill(`http://127.0.0.1:${receiver.address().port}/hook`);
  await dialog().getByLabel('What it is for').fill('n8n');
  await dialog().getByLabel('Secret').fill('secret');
  await dialog().getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { name: 'n8n On' }).waitFor();
  await look(page, 'workspace-webhooks');

  await button('Deliveries of n8n').click();
  await button('Send a test').click();
  await page.getByText('webhook.test').waitFor();
  const delivered = page.getByText(/^Delivered, .*1 attempt, status 200/);
  while (await delivered.count() === 0) await button('Look again').click().then(() => settled(page));
  await look(page, 'workspace-webhooks-deliveries');

  await button('Change n8n').click();
  await button('Show the key for Standard Webhooks').click();
  assert.equal(await dialog().getByLabel('the key', { exact: true }).inputValue(), 'whsec_c2VjcmV0');
  await look(page, 'dialog-webhook-key');
  await button('Cancel').click();

  status = 410;
  await olga.connects('personal', { twitter_uid: '1', twitter_token: 't', twitter_nickname: 'falcons', screen_name: 'Falcons', logo_url: 'https://example.com/l.png', location: 'personalSettingsPage' });
  const off = async () => (await olga.call('GET', 'webhooks')).webhooks[0].state === 'off';
  while (!await off()) await new Promise((done) => { setTimeout(done, 50); });
  await page.reload();
  await page.getByText('It is off, because the receiver answered 410').waitFor();
  await look(page, 'workspace-webhooks-off');
  status = 200;
  await button('Switch on n8n').click();
  await page.locator('.notice').getByText('The webhook is switched on.').waitFor();
  await button('Deliveries of n8n').click();
  await button('Send again: connectedAccount.created').click();
  await page.getByText(/^(Waits|Delivered), .*status/).first().waitFor();

  await button('Delete n8n').click();
  await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
  await page.locator('.notice').getByText('The webhook is deleted.').waitFor();
  assert.deepEqual((await olga.call('GET', 'webhooks')).webhooks, []);
  expectClean(page);
});

test('a member sees no webhooks', async () => {
  const mia = await olga.colleague(address('mia'));
  await signIn(page, mia, 'workspace');
  await settled(page);
  assert.equal(await page.getByRole('link', { name: 'Webhooks' }).count(), 0);
  expectClean(page);
});

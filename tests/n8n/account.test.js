// The life of a connected account, changed from n8n and from V4 at the same time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { account, address } from '../browser/support/roster.js';
import { open } from './support/door.js';

const LEAVE = '={{ undefined }}';

let door;
before(async () => { door = await open(); });
after(() => door?.stop());

const run = (operation, inputs) => door.n8n.run('Connected Accounts', operation, inputs);
const create = async (inputs) => run('Create One Connected Account', inputs);
const held = async () => (await door.owner.call('GET', 'workspaces/twitter_accounts')).twitter_accounts;

test('it is connected, found, changed, compared and disconnected', async () => {
  const made = await create({ handle: '@Falcons', provider: 'Twitter', accessToken: 'at', refreshToken: 'rt', scopes: '["tweet.read"]' });
  assert.equal(made.error, undefined, JSON.stringify(made.body));
  const { createConnectedAccount: { id, provider, accessToken } } = made.body.data;
  assert.deepEqual([provider, accessToken], ['twitter', 'at']);
  assert.equal((await held()).length, 1);

  const found = await run('Find Many Connected Accounts', { filter: 'provider[eq]:"twitter"', order_by: 'createdAt' });
  assert.deepEqual(found.body.data.connectedAccounts.map((one) => one.id), [id]);

  const failedAt = '2026-01-31T08:00:00.000Z';
  const changed = await run('Update One Connected Account', { id, authFailedAt: failedAt });
  assert.deepEqual(
    ['authFailedAt', 'handle', 'accessToken', 'scopes'].map((name) => changed.body.data.updateConnectedAccount[name]),
    [failedAt, made.body.data.createConnectedAccount.handle, 'at', ['tweet.read']],
  );
  assert.ok((await held())[0].auth_failed_at);

  const failed = await run('Find Many Connected Accounts', { filter: 'authFailedAt[is]:NOT_NULL' });
  assert.equal(failed.body.totalCount, 1);

  const alike = await run('Find Connected Account Duplicates', { data: 'null', ids: `["${id}"]` });
  assert.deepEqual(alike.body.data.map(({ totalCount }) => totalCount), [0]);

  const gone = await run('Delete One Connected Account', { id });
  assert.deepEqual(gone.body, { data: { deleteConnectedAccount: { id } } });
  assert.deepEqual(await held(), []);
});

test('a repeat refreshes and erases nothing', async () => {
  const first = await create({ handle: 'hawks', provider: 'x', accessToken: 'at', refreshToken: 'rt' });
  const again = await create({ handle: 'hawks', provider: 'twitter', accessToken: LEAVE, refreshToken: '' });
  const [one, two] = [first, again].map(({ body }) => body.data.createConnectedAccount);
  assert.deepEqual([two.id, two.accessToken, two.refreshToken], [one.id, 'at', 'rt']);
});

test('it moves to a member and back', async () => {
  const members = (await door.n8n.run('Workspace Members', 'Find Many Workspace Members')).body.data.workspaceMembers;
  const { id } = (await create({ handle: 'owls', provider: 'twitter' })).body.data.createConnectedAccount;
  const taken = await run('Update One Connected Account', { id, accountOwnerId: members[0].id });
  assert.equal(taken.body.data.updateConnectedAccount?.accountOwner.id, members[0].id, JSON.stringify(taken.body));
  const back = await run('Update One Connected Account', { id, accountOwnerId: '={{ null }}' });
  assert.equal(back.body.data.updateConnectedAccount.accountOwnerId, null);
});

test('what a member holds the workspace cannot have', async () => {
  const mia = await door.owner.colleague(address('mia'));
  await mia.connects('personal', account('eagles', 'Northside Eagles'));
  const refused = await create({ handle: 'eagles', provider: 'twitter' });
  assert.equal(refused.status, 422, JSON.stringify(refused.body));
  assert.ok(refused.body.messages[0].includes(mia.email), refused.body.messages[0]);
});

test('a hundred at once are all made', async () => {
  const items = Array.from({ length: 100 }, (_, at) => ({ json: { handle: `player${at}` } }));
  const { error, items: made } = await door.n8n.run('Connected Accounts', 'Create One Connected Account', { handle: '={{ $json.handle }}', provider: 'instagram' }, items);
  assert.equal(error, undefined);
  assert.equal(new Set(made.map(({ data }) => data.createConnectedAccount.id)).size, 100);
});

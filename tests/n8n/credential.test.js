// The test button of n8n's credential.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { open } from './support/door.js';
import { actionsOf } from './support/node.js';

let door;
before(async () => { door = await open(); });
after(() => door?.stop());

test('the node has every action', () => {
  const actions = actionsOf(door.node);
  assert.equal(actions.length, 253);
  assert.equal(new Set(actions.map(({ resource }) => resource)).size, 37);
});

test('a good key works', async () => {
  assert.equal(await door.n8n.testCredential(), 200);
});

test('a wrong key does not, nor one with a typo, nor an empty one', async () => {
  const { key } = door.key;
  for (const wrong of ['wrong', `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`, 'roster_', '']) {
    assert.equal(await door.engine(wrong).testCredential(), 401, wrong);
  }
});

test('a key that was taken back does not', async () => {
  const { api_key: key } = await door.owner.call('POST', 'api_keys', { api_key: { name: 'gone', scopes: ['read'] } });
  assert.equal(await door.engine(key.key).testCredential(), 200);
  await door.owner.call('DELETE', `api_keys/${key.id}`);
  assert.equal(await door.engine(key.key).testCredential(), 401);
});

test('a session works as its owner', async () => {
  assert.equal(await door.engine(door.owner.token).testCredential(), 200);
});

test('the description is an action of its own', async () => {
  const { body } = await door.n8n.run('General', 'Get Open Api Schema');
  assert.equal(body.info.title, 'Roster');
  assert.equal(Object.keys(body.paths).length, 145);
});

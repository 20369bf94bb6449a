// All 252 actions of the node: first with unedited fields, then with every field filled in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { address } from '../browser/support/roster.js';
import { open } from './support/door.js';
import { actionsOf } from './support/node.js';
import { all, filled, typed } from './support/objects.js';

const NOBODY = '20202020-0687-4c41-b707-ed1bfca972a7';
/** What a record cannot be made without, and a form leaves empty. */
const REQUIRED = { expiresAt: '2030-01-01T00:00:00.000Z', fieldMetadataId: NOBODY, objectMetadataId: NOBODY, userId: NOBODY };
/** Objects that refuse a form nobody filled in, or a program altogether. */
const REFUSED = { apiKeys: 403, connectedAccounts: 400, workspaceMembers: 422 };

let door;
let actions;
let n8n;
const ids = {};
before(async () => {
  door = await open();
  actions = actionsOf(door.node);
  n8n = door.n8n;
  const { body } = await run('findMany', 'workspaceMembers');
  ids.workspaceMember = body.data.workspaceMembers[0].id;
});
after(() => door?.stop());

const VERBS = {
  findMany: (plural) => ['GET', `=/rest/${plural}`],
  createOne: (plural) => ['POST', `=/rest/${plural}`],
  createMany: (plural) => ['POST', `=/rest/batch/${plural}`],
  findOne: (plural) => ['GET', `=/rest/${plural}/{{$parameter["id"]}}`],
  deleteOne: (plural) => ['DELETE', `=/rest/${plural}/{{$parameter["id"]}}`],
  updateOne: (plural) => ['PATCH', `=/rest/${plural}/{{$parameter["id"]}}`],
  duplicates: (plural) => ['POST', `=/rest/${plural}/duplicates`],
};

/** Runs an action, and holds a refusal to the door's face and to what the description says. */
async function run(verb, plural, inputs = {}) {
  const [method, url] = VERBS[verb](plural);
  const action = actions.find((one) => one.method === method && one.url === url);
  const answer = await n8n.run(action.resource, action.operation, inputs);
  if (answer.error) {
    const context = `${method} ${url}: ${answer.error.message} ${JSON.stringify(answer.body)}`;
    assert.ok(answer.status >= 400 && answer.status < 500, context);
    assert.equal(answer.body.statusCode, answer.status, context);
    assert.ok(answer.body.messages?.length > 0 || answer.body.message, context);
    const { responses } = door.document.paths[url.slice(1).replace('{{$parameter["id"]}}', '{id}')][method.toLowerCase()];
    assert.ok(responses[answer.status], `${context} is not described`);
  }
  return answer;
}

async function good(verb, plural, inputs) {
  const { error, body } = await run(verb, plural, inputs);
  assert.equal(error, undefined, `${verb} ${plural}: ${JSON.stringify(body)}`);
  return body;
}

const required = ({ required: names = [] }) => Object.fromEntries(names.filter((name) => REQUIRED[name]).map((name) => [name, REQUIRED[name]]));
const only = (body, key) => {
  assert.deepEqual([Object.keys(body), Object.keys(body.data)], [['data'], [key]]);
  return body.data[key];
};
const isPage = ({ data, pageInfo, totalCount }, plural) => {
  assert.ok(Array.isArray(data[plural]));
  assert.equal(typeof pageInfo.hasNextPage, 'boolean');
  assert.ok(totalCount >= data[plural].length);
};

test('every action of every object is there', () => {
  const wanted = all.flatMap(({ plural }) => Object.values(VERBS).map((verb) => verb(plural).join(' ')));
  const found = new Set(actions.map(({ method, url }) => `${method} ${url}`));
  assert.equal(wanted.length, 252);
  assert.deepEqual(wanted.filter((action) => !found.has(action)), []);
});

for (const object of all) {
  const { plural, singular } = object;
  test(`${plural}: nothing touched`, async () => {
    const made = await run('createOne', plural, required(object));
    assert.equal(made.status, REFUSED[plural], JSON.stringify(made.body));
    const id = made.error ? NOBODY : only(made.body, object.create).id;
    if (!made.error && singular !== 'workspaceMember') ids[singular] = id;
    isPage(await good('findMany', plural), plural);
    const expected = made.error ? 400 : undefined;
    assert.equal((await run('findOne', plural, { id })).status, expected);
    const update = await run('updateOne', plural, { id });
    assert.equal(update.status, expected, JSON.stringify(update.body));
    // A list has to be entered as JSON: the form shows one record and sends both `data` and `ids`.
    assert.equal((await run('createMany', plural)).status, 400);
    assert.equal((await run('duplicates', plural)).status, 400);
  });
}

for (const object of all.filter(({ singular }) => singular !== 'workspaceMember')) {
  const { plural, singular } = object;
  test(`${plural}: filled in`, async () => {
    // A key cannot create keys; a person can.
    n8n = object.model === 'key' ? door.engine(door.owner.token) : door.n8n;
    const sent = filled(object, ids);
    const record = only(await good('createOne', plural, { ...typed(sent), depth: 2 }), object.create);
    for (const { name, kind } of object.fields.filter(({ kind }) => kind === 'relation' || kind === 'enum' || kind === 'integer')) {
      assert.equal(record[name], sent[name], `${name}, ${kind}`);
    }
    for (const { relation } of object.fields.filter(({ kind }) => kind === 'relation')) assert.ok(relation in record, relation);
    for (const { name } of object.toMany) assert.ok(Array.isArray(record[name]), name);

    const page = await good('findMany', plural, { filter: `id[eq]:"${record.id}"`, order_by: 'createdAt[DescNullsLast]', limit: 1 });
    isPage(page, plural);
    assert.deepEqual(page.data[plural].map(({ id }) => id), [record.id]);
    assert.equal(only(await good('findOne', plural, { id: record.id, depth: 0 }), singular).id, record.id);

    const changed = object.model === 'key' ? { name: 'changed' } : typed(filled(object, ids));
    assert.equal(only(await good('updateOne', plural, { ...changed, id: record.id }), object.update).id, record.id);

    const { data } = await good('duplicates', plural, { data: 'null', ids: JSON.stringify([record.id]) });
    assert.deepEqual(data.map((entry) => Array.isArray(entry[object.duplicates])), [true]);
    await good('duplicates', plural, { data: JSON.stringify([filled(object, ids)]), ids: 'null' });

    const many = only(await good('createMany', plural, { body: JSON.stringify([filled(object, ids), filled(object, ids)]) }), object.createMany);
    assert.equal(many.length, 2);
    for (const { id } of [record, ...many]) {
      assert.deepEqual(only(await good('deleteOne', plural, { id }), object.delete), { id });
      assert.equal((await run('findOne', plural, { id })).status, 400);
    }
  });
}

test('workspaceMembers: looked at, changed and removed', async () => {
  const plural = 'workspaceMembers';
  const mia = await door.owner.colleague(address('mia'), { first_name: 'Mia' });
  const { data } = await good('findMany', plural, { filter: `userEmail[eq]:"${mia.email}"` });
  const [{ id }] = data[plural];
  assert.equal(only(await good('findOne', plural, { id, depth: 2 }), 'workspaceMember').name.firstName, 'Mia');
  const changed = only(await good('updateOne', plural, { id, name: '{"firstName":"Maria"}', timeFormat: 'HOUR_12', locale: 'en' }), 'updateWorkspaceMember');
  assert.deepEqual([changed.name.firstName, changed.timeFormat, changed.userEmail], ['Maria', 'HOUR_12', mia.email]);
  await good('duplicates', plural, { data: 'null', ids: JSON.stringify([id]) });
  assert.equal((await run('createMany', plural, { body: JSON.stringify([{ userId: NOBODY }]) })).status, 422);
  assert.deepEqual(only(await good('deleteOne', plural, { id }), 'deleteWorkspaceMember'), { id });
});

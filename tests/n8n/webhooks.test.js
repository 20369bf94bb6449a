// Deliveries, verified with the library of Standard Webhooks.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { Webhook } from 'standardwebhooks';

import { Person, address, serve } from '../browser/support/roster.js';

const SECRET = 'sécret, 1';
const KEY = `whsec_${Buffer.from(SECRET, 'utf8').toString('base64')}`;

let receiver;
let roster;
before(async () => {
  receiver = createServer(async (request, response) => {
    const chunks = await request.toArray();
    response.end();
    receiver.emit('delivery', { headers: request.headers, body: Buffer.concat(chunks).toString() });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  roster = await serve({ ROSTER_WEBHOOK_HOSTS: `127.0.0.1:${receiver.address().port}` });
});
after(async () => {
  await roster?.stop();
  receiver?.close();
});

test('a delivery is verified by its library, and a changed one is not', async () => {
  const owner = await Person.registers(roster.url, { email: address('olga') });
  const targetUrl = `http://127.0.0.1:${receiver.address().port}/hook`;
  const delivery = once(receiver, 'delivery');
  await create(owner, 'webhooks', { targetUrl, operations: ['company.*'], secret: SECRET });
  await create(owner, 'companies', { name: 'Fälcons 🦅' });
  const [{ headers, body }] = await delivery;
  assert.equal(JSON.parse(body).record.name, 'Fälcons 🦅');
  assert.deepEqual(new Webhook(KEY).verify(body, headers), JSON.parse(body));
  assert.throws(() => new Webhook(KEY).verify(`${body} `, headers));
  assert.throws(() => new Webhook('whsec_d3Jvbmc=').verify(body, headers));
});

async function create(owner, plural, record) {
  const response = await fetch(`${roster.url}/rest/${plural}`, {
    method: 'POST', body: JSON.stringify(record), headers: { Authorization: `Bearer ${owner.token}`, 'Content-Type': 'application/json' },
  });
  assert.equal(response.status, 201, await response.text());
}

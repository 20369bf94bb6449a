// Deliveries, verified with the library of Standard Webhooks, and as receivers verify those of Twenty.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
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
  const { headers, body } = await delivered();
  assert.equal(JSON.parse(body).record.name, 'Fälcons 🦅');
  assert.deepEqual(new Webhook(KEY).verify(body, headers), JSON.parse(body));
  assert.throws(() => new Webhook(KEY).verify(`${body} `, headers));
  assert.throws(() => new Webhook('whsec_d3Jvbmc=').verify(body, headers));
});

// https://docs.twenty.com/developers/extend/webhooks: the text is made of the parsed body.
test('a delivery is verified as one of Twenty', async () => {
  const { headers, body } = await delivered();
  const text = `${headers['x-twenty-webhook-timestamp']}:${JSON.stringify(JSON.parse(body))}`;
  const signature = (secret) => createHmac('sha256', secret).update(text).digest('hex');
  assert.equal(headers['x-twenty-webhook-signature'], signature(SECRET));
  assert.notEqual(headers['x-twenty-webhook-signature'], signature('wrong'));
});

async function delivered() {
  const owner = await Person.registers(roster.url, { email: address('olga') });
  const targetUrl = `http://127.0.0.1:${receiver.address().port}/hook`;
  const delivery = once(receiver, 'delivery');
  await create(owner, 'webhooks', { targetUrl, operations: ['company.*'], secret: SECRET });
  await create(owner, 'companies', { name: 'Fälcons 🦅', employees: 12, annualRecurringRevenue: { amountMicros: 1500000, currencyCode: 'USD' } });
  const [request] = await delivery;
  return request;
}

async function create(owner, plural, record) {
  const response = await fetch(`${roster.url}/rest/${plural}`, {
    method: 'POST', body: JSON.stringify(record), headers: { Authorization: `Bearer ${owner.token}`, 'Content-Type': 'application/json' },
  });
  assert.equal(response.status, 201, await response.text());
}

// Tokens that stay alive at a network that ends a grant when a spent refresh token is presented to it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { address, Person, serve } from './support/roster.js';
import { startX } from './support/x.js';

const LIFETIME = 8;
const READERS = 10;

let roster;
let x;
let olga;
let key;

before(async () => {
  x = await startX();
  x.state.lifetime = LIFETIME;
  roster = await serve(x.settings);
  x.expect(`${roster.url}/oauth/twitter/callback`);
  olga = await Person.registers(roster.url, { email: address('olga'), workspace_name: 'Northside High' });
  key = (await olga.call('POST', 'api_keys', { api_key: { name: 'reader', scopes: ['read', 'tokens'] } })).api_key.key;
});

after(async () => {
  await roster?.stop();
  x?.stop();
});

/** Goes to X and back, as a browser does. */
async function connect() {
  const { id, authorize_url } = (await olga.call('POST', 'consents', { consent: { network: 'twitter', side: 'workspace' } })).consent;
  const cookies = new Map();
  let url = authorize_url;
  while (!url.startsWith(`${roster.url}/oauth/`)) {
    const headers = { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
    const answer = await fetch(url, { redirect: 'manual', headers });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split('=');
      cookies.set(name, value);
    }
    url = new URL(answer.headers.get('location'), url).href;
  }
  const { code, state } = Object.fromEntries(new URL(url).searchParams);
  await olga.call('PUT', `consents/${id}`, { consent: { state, code } });
  await olga.call('POST', 'workspaces/twitter_accounts', { twitter_account: { consent_id: id } });
}

async function read() {
  const answer = await fetch(`${roster.url}/rest/connectedAccounts`, { headers: { authorization: `Bearer ${key}` } });
  return (await answer.json()).data.connectedAccounts[0].accessToken;
}

const works = async (token) => (await fetch(`${x.url}/2/users/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
const exchanges = () => x.state.asked.filter((request) => request === 'POST /2/oauth2/token').length;

test('readers at the end of a token share one refresh, and the grant stays alive', async () => {
  await connect();
  for (let round = 1; round <= 2; round++) {
    await sleep(LIFETIME * 1000);
    const before = exchanges();
    const tokens = await Promise.all(Array.from({ length: READERS }, read));
    assert.ok(tokens.every(Boolean));
    assert.ok(await works(await read()), 'no spent refresh token was presented');
    // One of the readers, and perhaps one in the background.
    assert.ok(exchanges() - before <= 2, `${exchanges() - before} refreshes`);
  }
  assert.ok(exchanges() > 1);
});

test('while X is silent, a token that has ended is not shown, and the account is not called broken', async () => {
  x.state.fails['/2/oauth2/token'] = 503;
  await sleep(LIFETIME * 1000);
  assert.equal(await read(), '');
  const [{ connection }] = (await olga.call('GET', 'workspaces/twitter_accounts?page=1')).twitter_accounts;
  assert.equal(connection.by, 'consent');
  assert.notEqual(connection.state, 'needs_reconnect');
});

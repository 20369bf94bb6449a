// A real Roster with a workspace and an API key, and n8n's engine with a node built from Roster's description.
import { Person, address, serve } from '../../browser/support/roster.js';
import { Engine } from './engine.js';
import { nodeFrom } from './node.js';

const SCOPES = ['read', 'write', 'tokens', 'admin'];

export async function open() {
  const roster = await serve();
  const owner = await Person.registers(roster.url, { email: address('olga'), first_name: 'Olga', last_name: 'Berg' });
  const { api_key: key } = await owner.call('POST', 'api_keys', { api_key: { name: 'n8n', scopes: SCOPES } });
  const document = await describe(roster.url, key.key);
  const node = nodeFrom(document);
  const engine = (apiKey) => new Engine(node, roster.url, apiKey);
  return { ...roster, owner, key, document, node, engine, n8n: engine(key.key) };
}

async function describe(url, key) {
  const response = await fetch(`${url}/open-api/core`, { headers: { Authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

// Runs a workflow of a trigger and the node once, in n8n's own engine.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CREDENTIAL, narrowed } from './node.js';

// n8n keeps its settings in the home directory by default.
process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'roster-n8n-'));
process.env.N8N_ENCRYPTION_KEY = 'nothing is kept';
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS = 'true';
process.once('exit', () => rmSync(process.env.N8N_USER_FOLDER, { recursive: true, force: true }));

// The `import` entries of the packages point to sources that are not published.
const require = createRequire(import.meta.url);
const { ExecuteContext, ExecutionLifecycleHooks, RoutingNode, WorkflowExecute } = require('n8n-core');
const { Workflow } = require('n8n-workflow');

const TRIGGER = { name: 'Trigger', type: 'trigger', typeVersion: 1, id: '1', position: [0, 0], parameters: {} };

export class Engine {
  constructor(node, domain, apiKey) {
    Object.assign(this, { node, credential: { domain, apiKey } });
  }

  /** As if the user had filled in these inputs; all others keep the node's defaults. */
  async run(resource, operation, inputs = {}, items = [{ json: {} }]) {
    const type = narrowed(this.node, resource);
    const node = this.#placed(type, { resource, operation, ...inputs });
    const workflow = this.#workflow([TRIGGER, node], type, items);
    const run = await new WorkflowExecute(this.#surroundings(), 'manual').run(workflow, TRIGGER);
    const { runData, error } = run.data.resultData;
    const [result] = runData[node.name] ?? [{ error }];
    if (result.error) return { error: result.error, status: Number(result.error.httpCode), body: result.error.context?.data };
    return { items: result.data.main[0].map(({ json }) => json), body: result.data.main[0][0]?.json };
  }

  /** The button beside the credential. */
  async testCredential() {
    const asking = { description: { ...this.node.description, properties: [], requestDefaults: CREDENTIAL.test.request } };
    const node = this.#placed(asking, {});
    const workflow = this.#workflow([node], asking);
    const main = [[{ json: {} }]];
    const context = new ExecuteContext(workflow, node, this.#surroundings(), 'internal', { resultData: { runData: {} } }, 0, main[0], { main }, { node, data: { main }, source: null }, []);
    const decrypted = { id: '1', name: CREDENTIAL.name, type: CREDENTIAL.name, data: this.credential };
    return new RoutingNode(context, asking, decrypted).runNode().then(() => 200, (error) => Number(error.httpCode));
  }

  #placed({ description: { name } }, parameters) {
    return {
      name: 'Roster', type: name, typeVersion: 1, id: '2', position: [0, 0], parameters,
      credentials: { [CREDENTIAL.name]: { id: '1', name: CREDENTIAL.name } },
    };
  }

  #workflow(nodes, node, items) {
    const trigger = {
      description: { displayName: 'Trigger', name: 'trigger', group: [], version: 1, description: '', defaults: {}, inputs: [], outputs: ['main'], properties: [] },
      execute: async () => [items],
    };
    const type = (name) => (name === 'trigger' ? trigger : node);
    const nodeTypes = { getByName: type, getByNameAndVersion: type, getKnownTypes: () => ({}) };
    const connections = nodes.length > 1 ? { Trigger: { main: [[{ node: 'Roster', type: 'main', index: 0 }]] } } : {};
    return new Workflow({ id: '1', name: 'one node', nodes, connections, active: false, nodeTypes, settings: { executionOrder: 'v1' } });
  }

  #surroundings() {
    return {
      credentialsHelper: this.#credentials(),
      hooks: new ExecutionLifecycleHooks('manual', '1', {}),
      executionId: '1', currentNodeExecutionIndex: 0, currentNodeParameters: undefined, variables: {},
      instanceBaseUrl: '', restApiUrl: '', webhookBaseUrl: '', webhookWaitingBaseUrl: '', webhookTestBaseUrl: '', formWaitingBaseUrl: '',
    };
  }

  #credentials() {
    return {
      getParentTypes: () => [],
      getDecrypted: async () => this.credential,
      getCredentialsProperties: () => CREDENTIAL.properties,
      preAuthentication: async () => undefined,
      authenticate: async ({ apiKey }, _, request) => ({ ...request, headers: { ...request.headers, Authorization: `Bearer ${apiKey}` } }),
    };
  }
}

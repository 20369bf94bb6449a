// The published node, built from Roster's description, and its credential.
import openapi from '@devlikeapro/n8n-openapi-node';

const { N8NPropertiesBuilder } = openapi;
const quiet = { debug() {}, info() {}, warn(...what) { throw new Error(`not understood: ${JSON.stringify(what)}`); }, error() {} };

export const CREDENTIAL = {
  name: 'rosterApi',
  displayName: 'Roster API',
  properties: [
    { displayName: 'API key', name: 'apiKey', type: 'string', default: '' },
    { displayName: 'Domain', name: 'domain', type: 'string', default: '' },
  ],
  test: { request: { baseURL: '={{$credentials?.domain}}', url: '/open-api/core' } },
};

export function nodeFrom(document) {
  return {
    description: {
      displayName: 'Roster', name: 'roster', group: ['transform'], version: 1, description: '', defaults: { name: 'Roster' },
      inputs: ['main'], outputs: ['main'],
      credentials: [{ name: CREDENTIAL.name, required: true }],
      requestDefaults: {
        baseURL: '={{$credentials.domain}}',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      },
      properties: new N8NPropertiesBuilder(document, { logger: quiet }).build(),
    },
  };
}

/** The same node without what this resource does not show: the engine looks at every input of a node, shown or not. */
export function narrowed({ description }, resource) {
  const properties = description.properties.filter(({ displayOptions }) => !displayOptions || displayOptions.show.resource.includes(resource));
  return { description: { ...description, properties } };
}

/** What a user can choose, each with the inputs it shows. */
export function actionsOf(node) {
  const { properties } = node.description;
  const shown = (resource, operation) => properties.filter(({ type, displayOptions }) => (
    type !== 'notice' && displayOptions?.show.resource[0] === resource && displayOptions.show.operation?.[0] === operation));
  return properties
    .filter(({ name, type }) => name === 'operation' && type === 'options')
    .flatMap(({ options, displayOptions: { show: { resource: [resource] } } }) => options.map((option) => ({
      resource, operation: option.value, method: option.routing.request.method, url: option.routing.request.url, inputs: shown(resource, option.name),
    })));
}

// The page at /docs: reads one of the two API descriptions and sends requests. Credentials are in memory only.
import { Credentials } from './credentials.js';
import { DESCRIPTION, Doors } from './doors.js';
import { Operation } from './operation.js';
import { html, render, useEffect, useState } from './preact-htm.js';
import { Prose } from './prose.js';
import { Reference } from './schema.js';
import { Sent } from './sent.js';
import { actions } from './specification.js';

const root = document.getElementById('api');

function Page({ specification }) {
  const [search, setSearch] = useState('');
  const [credentials, setCredentials] = useState({});
  useEffect(showLinked, []);
  const { info, servers, tags, components, webhooks } = specification;
  const found = actions(specification).filter(({ words }) => words.includes(search.trim().toLowerCase()));
  return html`<main class="container">
    <${Doors} />
    <header>
      <h1>${info.title} <small>${info.version}</small></h1>
      <p>${info.summary}</p>
      <p>OpenAPI ${specification.openapi}: <a href=${DESCRIPTION.published.href}>${DESCRIPTION.name}</a> · ${info.license.name} · server <code>${servers[0].url}</code></p>
      <${Prose} text=${info.description} />
    </header>
    <${Credentials} schemes=${components.securitySchemes} credentials=${credentials} change=${setCredentials} />
    <label class="search">Search <input type="search" placeholder="a path, a method or a word" value=${search} onInput=${(event) => setSearch(event.target.value)} /></label>
    ${tags.map((tag) => html`<${Tag} key=${tag.name} tag=${tag} found=${found} specification=${specification} credentials=${credentials} />`)}
    ${!found.length && html`<p role="status">No action matches.</p>`}
    ${webhooks && html`<section>
      <h2>Requests to webhooks</h2>
      ${Object.entries(webhooks).map(([name, { post }]) => html`<${Sent} key=${name} name=${name} operation=${post} specification=${specification} />`)}
    </section>`}
    <section>
      <h2>Schemas</h2>
      ${Object.keys(components.schemas).map((name) => html`<${Reference} key=${name} kind="schema" id=${`schema-${name}`}
        schema=${{ $ref: `#/components/schemas/${name}` }} specification=${specification} />`)}
    </section>
  </main>`;
}

function Tag({ tag, found, specification, credentials }) {
  const tagged = found.filter(({ operation }) => operation.tags.includes(tag.name));
  return tagged.length > 0 && html`<section>
    <h2>${tag['x-displayName'] ?? tag.name}</h2>
    <${Prose} text=${tag.description} />
    ${tagged.map((action) => html`<${Operation} key=${action.operation.operationId} action=${action} specification=${specification} credentials=${credentials} />`)}
  </section>`;
}

/** Scrolls to the action that the URL's fragment names. */
function showLinked() {
  const name = location.hash.split('/').pop();
  if (name) document.getElementById(name)?.scrollIntoView();
}

async function start() {
  const response = await fetch(DESCRIPTION.source);
  if (!response.ok) throw new Error(`${DESCRIPTION.name}: ${response.status}`);
  const specification = await response.json();
  root.textContent = '';
  render(html`<${Page} specification=${specification} />`, root);
}

start().catch((error) => {
  root.textContent = `The description could not be loaded (${error.message}). Reload the page to try again.`;
});

// One action: parameters, answers, and a form to send it. Details are drawn when it is opened.
import { Attempt } from './attempt.js';
import { html, useState } from './preact-htm.js';
import { inline, Prose } from './prose.js';
import { Schema } from './schema.js';
import { pretty, resolve } from './specification.js';

export function Operation({ action, specification, credentials }) {
  const { path, method, operation } = action;
  const link = `#/${encodeURIComponent(operation.tags[0])}/${operation.operationId}`;
  const [open, setOpen] = useState(location.hash === link);
  const toggle = (event) => {
    if (event.currentTarget.open === open) return;
    setOpen(!open);
    history.replaceState(null, '', open ? location.pathname + location.search : link);
  };
  return html`<details class="action" id=${operation.operationId} open=${open} onToggle=${toggle}>
    <summary><b class=${`method ${method}`}>${method.toUpperCase()}</b> <code>${path}</code> <span>${operation.summary}</span></summary>
    ${open && html`<div class="body">
      <${Prose} text=${operation.description} />
      <${Security} required=${operation.security} />
      <${Attempt} action=${action} specification=${specification} credentials=${credentials} />
      <${Request} body=${operation.requestBody} specification=${specification} />
      <h3>Answers</h3>
      ${Object.entries(operation.responses).map(([status, response]) => html`<${Response} key=${status}
        status=${status} response=${resolve(specification, response)} specification=${specification} />`)}
    </div>`}
  </details>`;
}

function Security({ required = [] }) {
  const names = required.flatMap((schemes) => Object.keys(schemes));
  if (!names.length) return html`<p>Takes no credentials.</p>`;
  return html`<p>Takes credentials: ${names.map((header, at) => html`${at > 0 && ' or '}<code>${header}</code>`)}.</p>`;
}

export function Request({ body, specification }) {
  return body && html`<h3>Request body${body.required && html` <span class="required">required</span>`}</h3>
    <p>${inline(body.description)}</p>
    ${Object.entries(body.content).map(([type, { schema, example }]) => html`<details key=${type}>
      <summary><code>${type}</code></summary>
      <${Schema} schema=${schema} specification=${specification} />
      ${example && html`<pre>${pretty(example)}</pre>`}
    </details>`)}`;
}

function Response({ status, response, specification }) {
  return html`<details>
    <summary><b>${status}</b> ${inline(response.description)}</summary>
    ${Object.entries(response.headers ?? {}).map(([header, value]) => html`<p>
      <code>${header}</code>: ${inline(resolve(specification, value).description)}</p>`)}
    ${Object.entries(response.content ?? {}).map(([type, { schema, example, examples }]) => html`
      <p><code>${type}</code></p>
      <${Schema} schema=${schema} specification=${specification} />
      ${example !== undefined && html`<pre>${pretty(example)}</pre>`}
      ${Object.entries(examples ?? {}).map(([title, { value }]) => html`<p>${title}</p><pre>${pretty(value)}</pre>`)}`)}
  </details>`;
}

// Shows a JSON schema as nested lists; a `$ref` is expanded when it is opened.
import { html, useState } from './preact-htm.js';
import { inline } from './prose.js';
import { name, resolve } from './specification.js';

const BOUNDS = ['format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'minProperties'];

export function Schema({ schema, specification }) {
  if (schema?.$ref) return html`<${Reference} schema=${schema} specification=${specification} />`;
  const { description, properties, required = [], items, additionalProperties, example } = schema ?? {};
  const nested = (part) => html`<${Schema} schema=${part} specification=${specification} />`;
  return html`<div class="shape">
    <${Summary} schema=${schema} /> ${inline(description)}
    ${example !== undefined && html` <small>for example <code>${JSON.stringify(example)}</code></small>`}
    ${properties && html`<ul>${Object.entries(properties).map(([key, part]) => html`<li key=${key}>
      <code><b>${key}</b></code>${required.includes(key) && html`<span class="required"> required</span>`} ${nested(part)}</li>`)}</ul>`}
    ${items && html`<ul><li>each ${nested(items)}</li></ul>`}
    ${typeof additionalProperties === 'object' && html`<ul><li>every other key ${nested(additionalProperties)}</li></ul>`}
    ${['oneOf', 'anyOf', 'allOf'].map((kind) => schema?.[kind] && html`<p>${kind}</p>
      <ul>${schema[kind].map((part) => html`<li>${nested(part)}</li>`)}</ul>`)}
  </div>`;
}

/** The type and its bounds in one line. */
function Summary({ schema = {} }) {
  const type = [schema.type ?? []].flat().join(' or ');
  const bounds = BOUNDS.filter((key) => schema[key] !== undefined).map((key) => `${key} ${schema[key]}`);
  if (schema.uniqueItems) bounds.push('no item twice');
  if (schema.additionalProperties === false) bounds.push('no other keys');
  return html`<span class="type">${type}</span>
    ${bounds.map((bound) => html` <small><code>${bound}</code></small>`)}
    ${schema.enum && html` <small>one of ${schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code> `)}</small>`}
    ${schema.const !== undefined && html` <small>always <code>${JSON.stringify(schema.const)}</code></small>`}`;
}

/** Opened on demand: schemas may contain each other. */
export function Reference({ schema, specification, id, kind = 'reference' }) {
  const [open, setOpen] = useState(false);
  return html`<details class=${kind} id=${id} onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary><code>${name(schema)}</code> ${inline(schema.description)}</summary>
    ${open && html`<${Schema} schema=${resolve(specification, schema)} specification=${specification} />`}
  </details>`;
}

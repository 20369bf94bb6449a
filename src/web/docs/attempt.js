// A form that sends one action to the service and shows the answer.
import { headers } from './credentials.js';
import { html, useState } from './preact-htm.js';
import { inline } from './prose.js';
import { build } from './request.js';
import { Result } from './result.js';
import { exampleOf, pretty, resolve } from './specification.js';

export function Attempt({ action, specification, credentials }) {
  const { operation } = action;
  const content = operation.requestBody?.content ?? {};
  const [type, setType] = useState(Object.keys(content)[0]);
  const [values, setValues] = useState({});
  const [text, setText] = useState(pretty(exampleOf(specification, content[type])));
  const [result, setResult] = useState();
  const set = (key, value) => setValues((before) => ({ ...before, [key]: value }));
  const submit = async (event) => {
    event.preventDefault();
    const credential = headers(operation, specification.components.securitySchemes, credentials);
    const request = build(action, specification.servers[0].url, { values, type, text, credential });
    setResult({ request });
    setResult({ request, ...await send(request) });
  };
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(specification, parameter));
  return html`<form class="attempt" onSubmit=${submit}>
    ${parameters.map((parameter) => html`<${Field} key=${parameter.name} id=${`${parameter.in}:${parameter.name}`}
      label=${parameter.name} parameter=${parameter} values=${values} set=${set} />`)}
    ${type && html`<label>Body as <select value=${type} onChange=${(event) => setType(event.target.value)}>
      ${Object.keys(content).map((option) => html`<option>${option}</option>`)}</select></label>`}
    ${type === 'application/json' && html`<label>JSON
      <textarea rows=${Math.min(20, text?.split('\n').length ?? 3)} spellcheck=${false} value=${text} onInput=${(event) => setText(event.target.value)} /></label>`}
    ${type && type !== 'application/json' && html`<${Form} content=${content[type]} specification=${specification} values=${values} set=${set} />`}
    <button type="submit">Send</button>
    <${Result} result=${result} />
  </form>`;
}

/** One input for each field; those left empty are not sent. */
function Form({ content: { schema, example = {} }, specification, values, set }) {
  const { properties = {}, required = [] } = resolve(specification, schema);
  return Object.entries(properties).map(([name, field]) => html`<${Field} key=${name} id=${`form:${name}`} label=${name}
    parameter=${{ schema: field, description: field.description, example: example[name], required: required.includes(name) }}
    values=${values} set=${set} />`);
}

function Field({ id, label, parameter, values, set }) {
  const { description, required, example, schema = {} } = parameter;
  const value = values[id] ?? '';
  const change = (event) => set(id, event.target.value);
  return html`<label><code>${label}</code>${required && html`<span class="required"> required</span>`} ${inline(description)}
    ${schema.enum
      ? html`<select value=${value} onChange=${change}><option value="">not sent</option>${schema.enum.map((choice) => html`<option>${choice}</option>`)}</select>`
      : html`<input value=${value} placeholder=${example ?? schema.example ?? schema.type ?? ''} spellcheck=${false} onInput=${change} />`}
  </label>`;
}

async function send({ url, ...options }) {
  const begun = performance.now();
  try {
    const response = await fetch(url, { ...options, credentials: 'omit' });
    const body = await response.text();
    return { response, body, milliseconds: Math.round(performance.now() - begun) };
  } catch (error) {
    return { failure: error.message };
  }
}

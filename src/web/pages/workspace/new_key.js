// Creates an API key and shows it once.
import { post } from '../../api.js';
import { Dialog } from '../../dialog.js';
import { Field } from '../../fields.js';
import { Form, useForm } from '../../form.js';
import { Copy } from '../../parts/copy.js';
import { html, useEffect, useState } from '../../vendor/preact-htm.js';

const SCOPES = {
  read: 'Read records.',
  write: 'Create, change and delete records.',
  tokens: 'See the access tokens of workspace accounts.',
  admin: 'Change members, keys and webhooks.',
};
const DAY = 24 * 60 * 60 * 1000;
const ENDS = [['', 'Never'], [30, 'In 30 days'], [90, 'In 90 days'], [365, 'In a year']];

export function NewKey({ onClose, onMade }) {
  const [made, show] = useState(null);
  const form = useForm({
    scope: 'api_key',
    values: { name: '', scopes: ['read', 'write'], days: '' },
    submit: async ({ name, scopes, days }) => {
      const expires_at = days ? new Date(Date.now() + days * DAY).toISOString() : null;
      show((await post('api_keys', { api_key: { name, scopes, expires_at } })).api_key);
      await onMade();
    },
  });
  useEffect(() => { if (made) document.querySelector('dialog[open] h2').focus(); }, [made]);
  return html`<${Dialog} title=${made ? `The key ${made.name}` : 'Make an API key'} onClose=${onClose}>
    ${made ? html`<${Once} text=${made.key} onClose=${onClose} />` : html`
      <${Form} form=${form} action="Make" more=${html`<button type="button" class="plain" onClick=${onClose}>Cancel</button>`}>
        <${Field} name="name" label="Name" hint="What comes in with it." missing="Give it a name." autocomplete="off" />
        <${Scopes} form=${form} />
        <${Field} as="select" name="days" label="Ends">
          ${ENDS.map(([days, label]) => html`<option value=${days}>${label}</option>`)}<//><//>`}<//>`;
}

function Scopes({ form }) {
  const { scopes } = form.typed;
  const problem = form.problems.find(({ name }) => name === 'scopes');
  const toggle = (scope) => form.type('scopes', scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return html`<fieldset class="ticks"><legend>What it may do</legend>
    ${Object.entries(SCOPES).map(([scope, explained]) => html`<label><input type="checkbox" name="scopes" checked=${scopes.includes(scope)}
      aria-invalid=${problem ? 'true' : undefined} aria-describedby=${problem && 'scopes-problem'} onChange=${() => toggle(scope)} />
      <span>${scope} <small>${explained}</small></span></label>`)}
    ${problem && html`<small class="mistake" id="scopes-problem">Tick at least one.</small>`}</fieldset>`;
}

function Once({ text, onClose }) {
  return html`<p>Copy it now and keep it safe: it is not shown again.</p>
    <${Copy} label="the key" text=${text} what="The key is copied." />
    <div class="actions"><button type="button" onClick=${onClose}>Done</button></div>`;
}

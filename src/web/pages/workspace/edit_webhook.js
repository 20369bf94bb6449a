// Adds a webhook or changes one. Its secret is only read when somebody asks for it.
import { Refused, useAct } from '../../act.js';
import { rest } from '../../api.js';
import { Dialog } from '../../dialog.js';
import { Field } from '../../fields.js';
import { Form, useForm } from '../../form.js';
import { say } from '../../notice.js';
import { Copy } from '../../parts/copy.js';
import { html, useState } from '../../vendor/preact-htm.js';

const OBJECTS_AND_VERBS = 'Separated by spaces, such as connectedAccount.updated, connectedAccount.* or *.*';

export function EditWebhook({ it, onClose, onSaved }) {
  const form = useForm({
    values: { targetUrl: it?.target_url ?? '', description: it?.description ?? '', operations: (it?.operations ?? ['connectedAccount.*']).join(' '), secret: '' },
    submit: async ({ operations, ...fields }) => {
      const webhook = { ...fields, operations: operations.split(/[\s,]+/).filter(Boolean) };
      await (it ? rest('PATCH', `webhooks/${it.id}`, webhook) : rest('POST', 'webhooks', webhook));
      say(it ? 'The webhook is changed and switched on.' : 'The webhook is added.');
      onClose();
      await onSaved();
    },
  });
  const cancel = html`<button type="button" class="plain" onClick=${onClose}>Cancel</button>`;
  return html`<${Dialog} title=${it ? 'Change a webhook' : 'Add a webhook'} onClose=${onClose}>
    <${Form} form=${form} action=${it ? 'Save' : 'Add'} more=${cancel}>
      <${Field} name="targetUrl" label="Address" type="url" hint="An https URL without a password." missing="Give it an address." autocomplete="off" />
      <${Field} name="operations" label="What it asks for" hint=${OBJECTS_AND_VERBS} missing="Say what it asks for." autocomplete="off" />
      <${Field} name="description" label="What it is for" required=${false} autocomplete="off" />
      <${Field} name="secret" label="Secret" type="password" required=${false} autocomplete="new-password"
        hint=${it?.signed ? 'Leave it empty to keep the present one.' : 'The receiver checks signatures with it. Without one, calls are not signed.'} />
      ${it?.signed && html`<${Key} of=${it.id} />`}<//><//>`;
}

/** The secret as libraries of Standard Webhooks take it. */
function Key({ of: id }) {
  const [key, show] = useState('');
  const act = useAct(() => rest('GET', `webhooks/${id}?depth=0`), ({ data }) => {
    show(`whsec_${btoa(String.fromCharCode(...new TextEncoder().encode(data.webhook.secret)))}`);
  });
  if (key) return html`<${Copy} label="the key" text=${key} what="The key is copied." />`;
  return html`<p><button type="button" class="plain small" aria-busy=${act.busy} onClick=${act.run}>Show the key for Standard Webhooks</button></p>
    <${Refused} act=${act} />`;
}

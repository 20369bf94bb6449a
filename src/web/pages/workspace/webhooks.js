// The webhooks: whether they work, and their latest deliveries. Records of /rest, which has no other page.
import { Refused, useAct } from '../../act.js';
import { post, rest } from '../../api.js';
import { Confirm } from '../../dialog.js';
import { Loaded } from '../../load.js';
import { say } from '../../notice.js';
import { exactly, lately } from '../../parts/moment.js';
import { More, usePages } from '../../parts/paged.js';
import { html, useState } from '../../vendor/preact-htm.js';
import { EditWebhook } from './edit_webhook.js';

const WORDS = { waiting: 'Waits', delivered: 'Delivered', given_up: 'Given up', switched_off: 'Not sent: the webhook was switched off' };

export function Webhooks() {
  const [making, make] = useState(false);
  const webhooks = usePages('webhooks', 'webhooks');
  return html`<p>A webhook is called when something changes in this workspace, so that a workflow need not ask.</p>
    <${Loaded} of=${webhooks} rows=${1}>${({ rows }) => html`
      <ul class="rows">${rows.map((webhook) => html`<${Webhook} key=${webhook.id} it=${webhook} reload=${() => webhooks.reload()} />`)}</ul>
      <${More} of=${webhooks} />
      <button type="button" class="plain" onClick=${() => make(true)}>Add a webhook</button>`}<//>
    ${making && html`<${EditWebhook} it=${null} onClose=${() => make(false)} onSaved=${webhooks.reload} />`}`;
}

function Webhook({ it, reload }) {
  const [shown, show] = useState('');
  const close = () => show('');
  const act = useAct(() => rest('PATCH', `webhooks/${it.id}`, { targetUrl: it.target_url }), async () => {
    say('The webhook is switched on.');
    await reload();
  });
  const gone = async () => {
    close();
    say('The webhook is deleted.');
    await reload();
  };
  const name = it.description || it.target_url;
  return html`<li class="row"><div class="what"><h2>${name} <${State} of=${it} /></h2>
      ${it.description && html`<p class="fine">${it.target_url}</p>`}
      <p class="fine chips">${it.operations.map((operation) => html`<span class="chip">${operation}</span>`)}</p>
      ${it.off_because && html`<p class="fine">It is off, because ${it.off_because}.</p>`}
      <${Refused} act=${act} />
      ${shown === 'deliveries' && html`<${Deliveries} of=${it} />`}</div>
    <div class="does">
      ${it.state === 'off' && html`<button type="button" class="plain small" aria-label=${`Switch on ${name}`} aria-busy=${act.busy} onClick=${act.run}>Switch on</button>`}
      <button type="button" class="plain small" aria-label=${`Deliveries of ${name}`} aria-expanded=${shown === 'deliveries'}
        onClick=${() => show(shown === 'deliveries' ? '' : 'deliveries')}>Deliveries</button>
      <button type="button" class="plain small" aria-label=${`Change ${name}`} onClick=${() => show('edit')}>Change</button>
      <button type="button" class="grave plain small" aria-label=${`Delete ${name}`} onClick=${() => show('delete')}>Delete</button></div>
    ${shown === 'edit' && html`<${EditWebhook} it=${it} onClose=${close} onSaved=${reload} />`}
    ${shown === 'delete' && html`<${Confirm} title="Delete this webhook?" action="Delete" confirm=${() => rest('DELETE', `webhooks/${it.id}`)}
      onDone=${gone} onClose=${close}><p>${name} is called no more. Its deliveries are deleted, also those that wait.</p><//>`}</li>`;
}

function State({ of: { state, failing_since: since } }) {
  if (state === 'on') return html`<span class="mark">On</span>`;
  return html`<span class="mark broken">${state === 'off' ? 'Off' : `Failing since ${exactly(since)}`}</span>`;
}

function Deliveries({ of: { id, state } }) {
  const path = `webhooks/${id}/deliveries`;
  const deliveries = usePages(path, 'deliveries');
  const test = useAct(() => post(path), async () => {
    say('A test is on its way.');
    await deliveries.reload();
  });
  return html`${state !== 'off' && html`<p><button type="button" class="plain small" aria-busy=${test.busy} onClick=${test.run}>Send a test</button>
      <button type="button" class="plain small" onClick=${() => deliveries.reload()}>Look again</button></p>`}
    <${Refused} act=${test} />
    <${Loaded} of=${deliveries} rows=${3}>${({ rows }) => (rows.length === 0 ? html`<p class="empty">Nothing in the last week.</p>` : html`
      <ul class="rows">${rows.map((delivery) => html`<${Delivery} key=${delivery.id} it=${delivery} path=${path} isOff=${state === 'off'}
        reload=${() => deliveries.reload()} />`)}</ul>
      <${More} of=${deliveries} />`)}<//>`;
}

function Delivery({ it, path, isOff, reload }) {
  const act = useAct(() => post(`${path}/${it.id}/attempts`), reload);
  const answer = it.error ?? (it.status && `status ${it.status}`);
  const attempts = it.attempts === 1 ? '1 attempt' : `${it.attempts} attempts`;
  return html`<li class="row"><div class="what"><p>${it.event_name}</p>
      <p class="fine">${WORDS[it.state]}, ${exactly(it.created_at)}: ${attempts}${answer && `, ${answer}`}${it.next_attempt_at && it.attempts > 0
        && `, next ${lately(it.next_attempt_at)}`}</p>
      <${Refused} act=${act} /></div>
    ${it.state !== 'waiting' && !isOff && html`<div class="does"><button type="button" class="plain small" aria-busy=${act.busy}
      aria-label=${`Send again: ${it.event_name}`} onClick=${act.run}>Send again</button></div>`}</li>`;
}

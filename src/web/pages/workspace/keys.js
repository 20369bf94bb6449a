// The API keys. Hidden if the service answers 404 because it has none.
import { destroy } from '../../api.js';
import { Confirm } from '../../dialog.js';
import { Loaded } from '../../load.js';
import { say } from '../../notice.js';
import { day, lately } from '../../parts/moment.js';
import { More, usePages } from '../../parts/paged.js';
import { html, useState } from '../../vendor/preact-htm.js';
import { NewKey } from './new_key.js';

export function Keys() {
  const [making, make] = useState(false);
  const keys = usePages('api_keys', 'api_keys');
  if (keys.refusal?.status === 404) return null;
  return html`<section><h2>API keys</h2>
    <p>A program that works with this workspace, n8n for example, needs a key of its own.</p>
    <${Loaded} of=${keys} rows=${1}>${({ rows }) => html`
      <ul class="rows">${rows.map((key) => html`<${Key} key=${key.id} it=${key} reload=${() => keys.reload(key)} />`)}</ul>
      <${More} of=${keys} />
      <button type="button" class="plain" onClick=${() => make(true)}>Make a key</button>`}<//>
    ${making && html`<${NewKey} onClose=${() => make(false)} onMade=${keys.reload} />`}</section>`;
}

function Key({ it, reload }) {
  const [deleting, remove] = useState(false);
  const gone = async () => {
    remove(false);
    say(`The key ${it.name} is deleted.`);
    await reload();
  };
  const maker = it.created_by && ` by ${it.created_by.full_name || it.created_by.email}`;
  return html`<li class="row key"><div class="what"><h3>${it.name} ${!it.usable && html`<span class="mark broken">No longer works</span>`}</h3>
      <p class="fine chips">May ${it.scopes.map((scope) => html`<span class="chip">${scope}</span>`)}</p>
      <p class="fine">Made${maker} on ${day(it.created_at)}, ${it.last_used_at ? `last used ${lately(it.last_used_at)}` : 'never used'}${end(it)}</p></div>
    <div class="does"><button type="button" class="grave plain small" aria-label=${`Delete the key ${it.name}`}
      onClick=${() => remove(true)}>Delete</button></div>
    ${deleting && html`<${Confirm} title=${`Delete the key ${it.name}?`} action="Delete" confirm=${() => destroy(`api_keys/${it.id}`)}
      onDone=${gone} onClose=${() => remove(false)}>
      <ul><li>Programs that use it are refused at once.</li><li>It cannot be restored, but you can make a new key.</li></ul><//>`}</li>`;
}

function end({ expires_at: moment, usable }) {
  if (!moment) return '';
  return usable ? `. It works until ${day(moment)}` : `. It worked until ${day(moment)}`;
}

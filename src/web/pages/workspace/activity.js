// What happened in the workspace, the latest first: to one account, by one person, since one day, or all of it.
import { get } from '../../api.js';
import { Loaded, useLoad } from '../../load.js';
import { exactly } from '../../parts/moment.js';
import { More, usePages } from '../../parts/paged.js';
import { html, useState } from '../../vendor/preact-htm.js';

export function Activity({ account }) {
  const [person, choosePerson] = useState('');
  const [since, chooseDay] = useState('');
  const events = usePages(`events?${wanted(account, person, since)}`, 'events');
  return html`${account && html`<p>Of one account. <a href="#/workspace/activity">Show everything</a></p>`}
    <div class="tools"><${People} chosen=${person} choose=${choosePerson} />
      <label>Since <input type="date" value=${since} onInput=${(event) => chooseDay(event.target.value)} /></label></div>
    <${Loaded} of=${events} rows=${5}>${({ rows }) => (rows.length === 0 ? html`<p class="empty">Nothing has happened.</p>` : html`
      <ul class="rows">${rows.map(({ id, at, summary }) => html`<li class="row" key=${id}><div class="what"><p>${summary}</p>
        <p class="fine">${exactly(at)}</p></div></li>`)}</ul>
      <${More} of=${events} />`)}<//>`;
}

function wanted(account, person, since) {
  const query = new URLSearchParams();
  if (account) query.set('object', 'connectedAccount');
  if (account) query.set('record_id', account);
  if (person) query.set('user_id', person);
  // Midnight where the reader is; a day that is typed half is no date yet.
  const from = since && new Date(`${since}T00:00`);
  if (from && !Number.isNaN(from.getTime())) query.set('since', from.toISOString());
  return query;
}

function People({ chosen, choose }) {
  const { value } = useLoad(() => get('workspaces?invited=false'));
  return html`<label>By <select value=${chosen} onChange=${(event) => choose(event.target.value)}>
    <option value="">everybody</option>
    ${value?.workspace_users.map(({ id, user_full_name, email }) => html`<option value=${id}>${user_full_name || email}</option>`)}
  </select></label>`;
}

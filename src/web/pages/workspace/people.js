// The people of the workspace with their roles, and the pending invites.
import { Refused, useAct } from '../../act.js';
import { put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Loaded } from '../../load.js';
import { say } from '../../notice.js';
import { Address, Picture } from '../../parts/account.js';
import { More, Search, useSearch } from '../../parts/paged.js';
import { html, useState } from '../../vendor/preact-htm.js';
import { NewInvites, OpenInvites } from './invites.js';
import { Removal } from './removal.js';

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export function People({ user }) {
  const people = useSearch('workspaces?invited=false', 'workspace_users');
  const invites = useSearch('invites', 'invites');
  // A change of one's own role or workspace changes every row.
  const reload = (person) => (person.id === user.id ? Promise.all([people.reload(), invites.reload()]) : people.reload(person));
  return html`<${NewInvites} onInvited=${() => invites.reload()} />
    <${Loaded} of=${people} rows=${3}>${({ rows, answer }) => html`
      <${Search} of=${people} what="Find a person" nothing="Nobody has this in their name or address." />
      <ul class="rows">${rows.map((person) => html`
        <${Person} key=${`${person.id} ${person.workspace_role_name}`} person=${person} roles=${answer.workspace_roles} user=${user}
          reload=${() => reload(person)} />`)}</ul>
      <${More} of=${people} />`}<//>
    <${OpenInvites} invites=${invites} user=${user} />`;
}

function Person({ person, roles, user, reload }) {
  const [leaving, leave] = useState(false);
  const isSelf = person.id === user.id;
  const mayChange = isAdmin(user) && (person.touch_admin || isSelf);
  const name = person.user_full_name || person.email;
  return html`<li class="row person"><${Picture} url=${person.avatar_image ?? ''} name=${name} />
    <div class="what"><h2>${person.user_full_name || html`<${Address} of=${person.email} />`} ${isSelf && html`<span class="mark">You</span>`}</h2>
      ${person.user_full_name && html`<p class="handle"><${Address} of=${person.email} /></p>`}
      ${!mayChange && html`<p class="fine">${capital(person.workspace_role_name)}</p>`}</div>
    <div class="does">${mayChange && html`<${Role} person=${person} name=${name} roles=${roles} user=${user} reload=${reload} />`}
      ${(isSelf || mayChange) && html`<button type="button" class="grave plain small"
        aria-label=${isSelf ? 'Leave the workspace' : `Remove ${name}`} onClick=${() => leave(true)}>${isSelf ? 'Leave' : 'Remove'}</button>`}</div>
    ${leaving && html`<${Removal} person=${person} name=${name} isSelf=${isSelf} onClose=${() => leave(false)} reload=${reload} />`}</li>`;
}

function Role({ person, name, roles, user, reload }) {
  const now = roles.find((role) => role.name === person.workspace_role_name);
  const [chosen, choose] = useState(now.id);
  const act = useAct(() => put(`workspace_users/${person.id}`, { workspace_role_id: chosen }), async () => {
    say(`${name} is ${roles.find(({ id }) => id === chosen).name} now.`);
    await reload();
  });
  const offered = roles.filter((role) => role.name !== 'owner' || user.workspace_role.name === 'owner' || role === now);
  return html`<span class="joined"><select aria-label=${`Role of ${name}`} value=${chosen} onChange=${(event) => choose(Number(event.target.value))}>
      ${offered.map((role) => html`<option value=${role.id}>${capital(role.name)}</option>`)}</select>
    ${chosen !== now.id && html`<button type="button" class="small" aria-busy=${act.busy} onClick=${() => act.run()}>Save</button>`}</span>
    <${Refused} act=${act} />`;
}

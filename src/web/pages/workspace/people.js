// Who is in the workspace and in which role, and who is invited.
import { Refused, useAct } from '../../act.js';
import { destroy, get, put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Confirm } from '../../dialog.js';
import { Loaded, useLoad } from '../../load.js';
import { say } from '../../notice.js';
import { Picture } from '../../parts/account.js';
import { html, useState } from '../../vendor/preact-htm.js';
import { Invites } from './invites.js';

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export function People({ user }) {
  const workspace = useLoad(() => get('workspaces'));
  return html`<${Loaded} of=${workspace}>${({ workspace_users: all, workspace_roles: roles }) => html`
      <ul class="rows">${all.filter(({ invited }) => !invited).map((person) => html`
        <${Person} key=${`${person.id} ${person.workspace_role_name}`} person=${person} roles=${roles} user=${user} reload=${workspace.reload} />`)}</ul>`}<//>
    <${Invites} user=${user} />`;
}

function Person({ person, roles, user, reload }) {
  const [leaving, leave] = useState(false);
  const isSelf = person.id === user.id;
  const mayChange = isAdmin(user) && (person.touch_admin || isSelf);
  const name = person.user_full_name || person.email;
  return html`<li class="row"><${Picture} url=${person.avatar_image ?? ''} name=${name} />
    <div class="what"><h2>${name} ${isSelf && html`<span class="mark">You</span>`}</h2>
      ${person.user_full_name && html`<p class="handle">${person.email}</p>`}
      ${!mayChange && html`<p class="fine">${capital(person.workspace_role_name)}</p>`}</div>
    <div class="does">${mayChange && html`<${Role} person=${person} name=${name} roles=${roles} user=${user} reload=${reload} />`}
      ${(isSelf || mayChange) && html`<button type="button" class="grave plain small" aria-label=${isSelf ? 'Leave the workspace' : `Remove ${name}`}
        onClick=${() => leave(true)}>${isSelf ? 'Leave' : 'Remove'}</button>`}</div>
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

function Removal({ person, name, isSelf, onClose, reload }) {
  const done = async () => {
    onClose();
    say(isSelf ? 'You have a workspace of your own now.' : `${name} is removed.`);
    await reload();
  };
  const wayOut = ({ code }) => code === 'only_owner' && html`<small>Give a colleague the role Owner in this list, then leave.</small>`;
  return html`<${Confirm} title=${isSelf ? 'Leave this workspace?' : `Remove ${name}?`} action=${isSelf ? 'Leave' : 'Remove'}
    confirm=${() => destroy(`workspace_users/${person.id}`)} onDone=${done} onClose=${onClose} wayOut=${wayOut}>
    <ul><li>${isSelf ? 'You get' : 'They get'} a workspace of ${isSelf ? 'your' : 'their'} own, and ${isSelf ? 'your' : 'their'} personal accounts go along.</li>
      <li>The workspace’s accounts stay, also those ${isSelf ? 'you' : 'they'} connected.</li>
      <li>${isSelf ? 'Your' : 'Their'} places in teams end.</li></ul><//>`;
}

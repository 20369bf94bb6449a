// The teams and their people. Any member may create a team.
import { Refused, useAct } from '../../act.js';
import { destroy, post, put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Confirm } from '../../dialog.js';
import { Loaded } from '../../load.js';
import { say } from '../../notice.js';
import { addresses, Links } from '../../parts/invite.js';
import { More, Search, useSearch } from '../../parts/paged.js';
import { FindTeam, NewTeam, people, useTeams } from '../../parts/share.js';
import { html, useRef, useState } from '../../vendor/preact-htm.js';

export function Teams({ user }) {
  const teams = useTeams();
  return html`<section class="narrow"><h2>Make a team</h2><${NewTeam} onMade=${() => teams.reload()} /></section>
    <${Loaded} of=${teams}>${({ rows, isSearch }) => (rows.length === 0 && !isSearch
      ? html`<div class="empty"><h2>No team yet</h2><p>A team is a group of colleagues and the accounts they share: Coaches, Media day, Boosters.</p></div>`
      : html`<${FindTeam} of=${teams} />
        <ul class="rows">${rows.map((team) => html`<${Team} key=${team.id} team=${team} user=${user} reload=${teams.reload} />`)}</ul>
        <${More} of=${teams} />`)}<//>`;
}

function Team({ team, user, reload }) {
  const [open, setOpen] = useState(false);
  return html`<li class="row team"><div class="what"><h2>${team.name} ${team.user_in_team && html`<span class="mark">Yours</span>`}</h2>
      <p class="fine">${people(team)}</p></div>
    <div class="does"><button type="button" class="plain small" aria-expanded=${open} aria-label=${`${open ? 'Close' : 'Open'} ${team.name}`}
      onClick=${() => setOpen(!open)}>${open ? 'Close' : 'Open'}</button></div>
    ${open && html`<${Roll} team=${team} user=${user} reload=${reload} />`}</li>`;
}

function Roll({ team, user, reload }) {
  const shown = useSearch(`teams/${team.id}`, 'users');
  const [deleting, remove] = useState(false);
  const mayChange = team.admin_role_for_current_user || isAdmin(user);
  const again = (one) => Promise.all([shown.reload(one), reload(team)]);
  const gone = async () => {
    remove(false);
    say(`The team ${team.name} is deleted.`);
    await reload(team);
  };
  return html`<div class="inside"><${Loaded} of=${shown} rows=${1}>${({ rows }) => html`
      <${Search} of=${shown} what=${`Find somebody in ${team.name}`} nothing="Nobody has this in their name or address." />
      <ul class="roll">${rows.map((one) => html`<${Mate} key=${one.id ?? one.email} one=${one} team=${team} user=${user} mayChange=${mayChange}
        again=${() => again(isAdminOf(one) ? undefined : one)} />`)}</ul>
      <${More} of=${shown} />`}<//>
    ${mayChange && html`<${Add} team=${team} again=${again} /><${Rename} team=${team} reload=${reload} />
      <p><button type="button" class="grave plain small" onClick=${() => remove(true)}>Delete ${team.name}</button></p>`}
    ${deleting && html`<${Confirm} title=${`Delete ${team.name}?`} action="Delete" confirm=${() => destroy(`teams/${team.id}`)} onDone=${gone} onClose=${() => remove(false)}>
      <ul><li>Accounts are no longer shared with it.</li><li>Its people stay in the workspace.</li></ul><//>`}</div>`;
}

/** When the last admin leaves, somebody else becomes admin. */
const isAdminOf = (one) => one.team_role_name === 'admin';

const ROLES = { admin: 'Admin', member: 'Member' };

function Mate({ one, team, user, mayChange, again }) {
  const isSelf = one.id === user.id;
  const other = one.team_role_name === 'admin' ? 'member' : 'admin';
  const turn = useAct(() => put('team_users', { team_id: team.id, id: one.id, role: other }), again);
  const remove = useAct(() => destroy('team_users', { team_id: team.id, id: one.id }), again);
  const name = one.user_full_name || one.email;
  return html`<li><span>${name} <span class="mark">${one.invited ? 'Invited' : ROLES[one.team_role_name]}</span></span>
    ${!one.invited && html`<span class="does">
      ${mayChange && html`<button type="button" class="link" aria-label=${`Make ${other}: ${name}`} onClick=${() => turn.run()}>Make ${other}</button>`}
      ${(mayChange || isSelf) && html`<button type="button" class="link" aria-label=${isSelf ? `Leave ${team.name}` : `Remove ${name} from ${team.name}`} onClick=${() => remove.run()}>${isSelf ? 'Leave' : 'Remove'}</button>`}</span>`}
    <${Refused} act=${turn} /><${Refused} act=${remove} /></li>`;
}

/** The address with its domain as DNS knows it: the answer may have another spelling than what was typed. */
function folded(address) {
  const start = address.lastIndexOf('@') + 1;
  const url = `http://${address.slice(start)}`;
  return URL.canParse(url) ? address.slice(0, start).toLowerCase() + new URL(url).hostname : address;
}

function Add({ team, again }) {
  const input = useRef();
  const [links, setLinks] = useState(null);
  const act = useAct(() => post('team_users', { team_id: team.id, user_emails: addresses(input.current.value) }), async ({ team: { users }, links: renewed }) => {
    const given = addresses(input.current.value).map(folded);
    input.current.value = '';
    setLinks(renewed);
    const invited = users.filter((one) => one.invited && given.includes(folded(one.email))).map(({ email }) => email);
    say(invited.length === 0 ? 'Added.' : `${invited.join(', ')} joins by an invite; its link is under People.`);
    await again();
  });
  const submit = (event) => {
    event.preventDefault();
    if (input.current.value.trim()) act.run();
  };
  return html`<form onSubmit=${submit}><label>Add by e-mail
      <span class="joined"><input ref=${input} name="user_emails" autocomplete="off" autocapitalize="none" placeholder="coach@school.edu" />
        <button type="submit" class="plain" aria-busy=${act.busy}>Add</button></span></label>
    <${Refused} act=${act} /><${Links} links=${links} /></form>`;
}

/** A team with another name may be elsewhere in the list. */
function Rename({ team, reload }) {
  const input = useRef();
  const act = useAct(() => put(`teams/${team.id}`, { team: { name: input.current.value.trim() } }), async () => {
    say('Saved.');
    await reload();
  });
  const submit = (event) => {
    event.preventDefault();
    act.run();
  };
  return html`<form onSubmit=${submit}><label>Name of the team
    <span class="joined"><input ref=${input} name="name" defaultValue=${team.name} maxlength="255" autocomplete="off" />
      <button type="submit" class="plain" aria-busy=${act.busy}>Rename</button></span></label><${Refused} act=${act} /></form>`;
}

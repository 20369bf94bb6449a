// The teams and their people. Any member may create a team.
import { Refused, useAct } from '../../act.js';
import { destroy, get, post, put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Confirm } from '../../dialog.js';
import { Loaded, useLoad } from '../../load.js';
import { say } from '../../notice.js';
import { addresses, Links } from '../../parts/invite.js';
import { NewTeam, people } from '../../parts/share.js';
import { html, useRef, useState } from '../../vendor/preact-htm.js';

export function Teams({ user }) {
  const teams = useLoad(() => get('teams?filter=workspace&sort_type=name&sort_to=asc'));
  return html`<${Loaded} of=${teams}>${(all) => all.length === 0
      ? html`<div class="empty"><h2>No team yet</h2><p>A team is a group of colleagues and the accounts they share: Coaches, Media day, Boosters.</p></div>`
      : html`<ul class="rows">${all.map((team) => html`<${Team} key=${team.id} team=${team} user=${user} reload=${teams.reload} />`)}</ul>`}<//>
    <section class="narrow"><h2>Make a team</h2><${NewTeam} onMade=${teams.reload} /></section>`;
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
  const shown = useLoad(() => get(`teams/${team.id}`));
  const [deleting, remove] = useState(false);
  const mayChange = team.admin_role_for_current_user || isAdmin(user);
  const again = () => Promise.all([shown.reload(), reload()]);
  const gone = async () => {
    remove(false);
    say(`The team ${team.name} is deleted.`);
    await reload();
  };
  return html`<div class="inside"><${Loaded} of=${shown} rows=${1}>${({ users }) => html`
      <ul class="roll">${users.map((one) => html`<${Mate} key=${one.email} one=${one} team=${team} user=${user} mayChange=${mayChange} again=${again} />`)}</ul>`}<//>
    ${mayChange && html`<${Add} team=${team} again=${again} /><${Rename} team=${team} reload=${reload} />
      <p><button type="button" class="grave plain small" onClick=${() => remove(true)}>Delete ${team.name}</button></p>`}
    ${deleting && html`<${Confirm} title=${`Delete ${team.name}?`} action="Delete" confirm=${() => destroy(`teams/${team.id}`)} onDone=${gone} onClose=${() => remove(false)}>
      <ul><li>Accounts are no longer shared with it.</li><li>Its people stay in the workspace.</li></ul><//>`}</div>`;
}

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

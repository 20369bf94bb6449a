// Chooses the teams that share a workspace account; a new team can be created in the same dialog.
import { Refused, useAct } from '../act.js';
import { post, put } from '../api.js';
import { Dialog } from '../dialog.js';
import { Loaded } from '../load.js';
import { accountBody, accountPath } from '../networks.js';
import { say } from '../notice.js';
import { html, useRef, useState } from '../vendor/preact-htm.js';
import { More, Search, useSearch } from './paged.js';

export const useTeams = () => useSearch('teams?filter=workspace&sort_type=name&sort_to=asc');

export const FindTeam = ({ of }) => html`<${Search} of=${of} what="Find a team" nothing="No team has this in its name." />`;

export function ShareDialog({ account, network, onClose, reload }) {
  const [ids, setIds] = useState(account.teams.map(({ id }) => id));
  const teams = useTeams();
  const act = useAct(
    () => put(accountPath(network, 'workspace', account.id), accountBody(network, { team_ids: ids })),
    async () => {
      await reload();
      onClose();
      say(ids.length === 0 ? `${account.screen_name} is shared with nobody.` : `${account.screen_name} is shared.`);
    },
  );
  const toggle = (id) => setIds((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id]));
  const made = async (team) => {
    await teams.reload();
    setIds((now) => [...now, team.id]);
  };
  return html`<${Dialog} title=${`Share ${account.screen_name}`} onClose=${onClose}>
    <p>Members of the teams you tick see this account. Admins see every account anyway.</p>
    <${Loaded} of=${teams}>${({ rows, isSearch }) => html`<fieldset class="ticks"><legend>Teams</legend>
      ${rows.length === 0 && !isSearch && html`<p>There is no team yet. Make the first one here.</p>`}
      <${FindTeam} of=${teams} />
      <div class="scrolled">${rows.map((team) => html`<label key=${team.id}><input type="checkbox" checked=${ids.includes(team.id)} onChange=${() => toggle(team.id)} />
        <span>${team.name} <small>${people(team)}</small></span></label>`)}
        <${More} of=${teams} /></div></fieldset>`}<//>
    <${NewTeam} onMade=${made} />
    <${Refused} act=${act} />
    <div class="actions"><button type="button" aria-busy=${act.busy} onClick=${() => act.run()}>Save</button>
      <button type="button" class="plain" onClick=${onClose}>Cancel</button></div><//>`;
}

export function people(team) {
  const count = team.member_roles_count + team.admin_roles_count;
  return count === 1 ? '1 person' : `${count} people`;
}

/** The creator becomes the first team admin. */
export function NewTeam({ onMade }) {
  const name = useRef();
  const act = useAct(() => post('teams', { team: { name: name.current.value.trim() } }), async ({ team }) => {
    name.current.value = '';
    say(`The team ${team.name} is made.`);
    await onMade(team);
  });
  const submit = (event) => {
    event.preventDefault();
    if (name.current.value.trim()) act.run();
    else name.current.focus();
  };
  return html`<form class="new-team" onSubmit=${submit}><label>New team
    <span class="joined"><input ref=${name} name="team" maxlength="255" autocomplete="off" placeholder="Coaches" />
      <button type="submit" class="plain" aria-busy=${act.busy}>Make</button></span></label>
    <${Refused} act=${act} /></form>`;
}

// The workspace's accounts as rows. Admins look after them; members see those their teams share.
import { destroy, pages, post, put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Confirm } from '../../dialog.js';
import { Loaded, useLoad } from '../../load.js';
import { say } from '../../notice.js';
import { day, handle, Picture, State, Verified } from '../../parts/account.js';
import { ConnectDialog } from '../../parts/connect.js';
import { Nickname } from '../../parts/nickname.js';
import { ShareDialog } from '../../parts/share.js';
import { Ask } from '../../parts/way_out.js';
import { html, useState } from '../../vendor/preact-htm.js';

const LOCATION = 'workspaceSettingsPage';

export function Accounts({ user }) {
  const [shown, show] = useState(1);
  const [connecting, connect] = useState(false);
  const accounts = useLoad(() => pages('workspaces/twitter_accounts', 'twitter_accounts', shown), [shown]);
  const admin = isAdmin(user);
  return html`${admin && html`<div class="tools"><button type="button" onClick=${() => connect(true)}>Connect an account</button></div>`}
    <${Loaded} of=${accounts}>${({ rows, total }) => rows.length === 0 ? html`<${Empty} admin=${admin} />`
      : html`<ul class="rows">${rows.map((account) => html`<${Row} key=${account.id} account=${account} admin=${admin} reload=${accounts.reload} />`)}</ul>
        ${rows.length < total && html`<p class="aside"><button type="button" class="plain" onClick=${() => show(shown + 1)}>Show more (${rows.length} of ${total})</button></p>`}`}<//>
    ${connecting && html`<${ConnectDialog} side="workspace" location=${LOCATION} onClose=${() => connect(false)} onConnected=${accounts.reload} />`}`;
}

function Empty({ admin }) {
  return html`<div class="empty"><h2>${admin ? 'No account yet' : 'Nothing is shared with you yet'}</h2>
    <p>${admin ? 'Connect the account your team posts from, then share it with those who post.'
      : 'Accounts appear here once an admin shares them with a team you are in.'}</p></div>`;
}

const DIALOGS = { share: ShareDialog, personal: ToPersonal, disconnect: Disconnect };

function Row({ account, admin, reload }) {
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const Asked = DIALOGS[open];
  const name = account.screen_name;
  const rename = async (nickname) => {
    await put(`workspaces/twitter_accounts/${account.id}`, { twitter_account: { nickname, team_ids: account.teams.map(({ id }) => id) } });
    await reload();
  };
  const action = (key, label, more = 'plain') => html`<button type="button" class=${`${more} small`}
    aria-label=${`${label}: ${name}`} onClick=${() => setOpen(key)}>${label}</button>`;
  return html`<li class="row account"><${Picture} url=${account.logo_url} name=${name} />
    <div class="what"><h2>${name} ${account.account_verified && html`<${Verified} />`}</h2>
      <p class="handle">${handle(account.twitter_nickname)}</p>
      ${admin ? html`<${Nickname} account=${account} name=${name} save=${rename} />` : account.nickname && html`<p class="nickname">“${account.nickname}”</p>`}
      <${State} account=${account} onReconnect=${admin && (() => setOpen('reconnect'))} />
      <p class="fine">${account.teams.length === 0 ? 'Not shared' : html`Shared with ${account.teams.map(({ name: team }) => html`<span class="chip">${team}</span>`)}`}</p>
      <p class="fine">Connected${account.connected_by && ` by ${account.connected_by.full_name || account.connected_by.email}`} on ${day(account.connected_at)}</p></div>
    ${admin && html`<div class="does">${action('share', 'Share')}${action('personal', 'Move to me')}${action('disconnect', 'Disconnect', 'grave plain')}</div>`}
    ${Asked && html`<${Asked} account=${account} onClose=${close} onShared=${reload} reload=${reload} />`}
    ${open === 'reconnect' && html`<${ConnectDialog} side="workspace" location=${LOCATION} known=${known(account)} onClose=${close} onConnected=${reload} />`}</li>`;
}

/** What the service gives back of an account; its ID and token it keeps to itself. */
const known = ({ screen_name, twitter_nickname, logo_url, account_verified }) => ({ screen_name, twitter_nickname, logo_url, account_verified });

const teamsOf = (account) => account.teams.map(({ name }) => name).join(', ');

function ToPersonal({ account, onClose, reload }) {
  const move = () => post('account_transfers', { account_transfer: { social_account_id: account.id, to: 'personal' } });
  const done = async () => {
    onClose();
    say(`${account.screen_name} is yours alone now.`);
    await reload();
  };
  return html`<${Confirm} title=${`Move ${account.screen_name} to your accounts?`} action="Move to me" confirm=${move} onDone=${done} onClose=${onClose}
    wayOut=${(problem) => html`<${Ask} problem=${problem} />`}>
    <ul><li>Only you will see it.</li>
      <li>${account.teams.length > 0 ? `${teamsOf(account)} can use it no longer.` : 'No team shares it, so nobody else loses anything but admins.'}</li>
      <li>Its nickname and access stay.</li></ul><//>`;
}

function Disconnect({ account, onClose, reload }) {
  const done = async () => {
    onClose();
    say(`${account.screen_name} is disconnected.`);
    await reload();
  };
  return html`<${Confirm} title=${`Disconnect ${account.screen_name}?`} action="Disconnect" onDone=${done} onClose=${onClose}
    confirm=${() => destroy(`workspaces/twitter_accounts/${account.id}`)}>
    <ul><li>${account.teams.length > 0 ? `${teamsOf(account)} can use it no longer.` : 'No team shares it.'}</li>
      <li>Its access token is deleted here. On X nothing changes.</li>
      <li>To have it back, connect it again.</li></ul><//>`;
}

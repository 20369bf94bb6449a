// The workspace's accounts as rows. Admins look after them; members see those their teams share.
import { put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { handle, Picture, State, Verified } from '../../parts/account.js';
import { AccountList, useAccounts } from '../../parts/account_list.js';
import { ConnectDialog } from '../../parts/connect.js';
import { day } from '../../parts/moment.js';
import { Nickname } from '../../parts/nickname.js';
import { ShareDialog } from '../../parts/share.js';
import { html, useState } from '../../vendor/preact-htm.js';
import { Disconnect, ToPersonal } from './parting.js';

const LOCATION = 'workspaceSettingsPage';

export function Accounts({ user }) {
  const [connecting, connect] = useState(false);
  const accounts = useAccounts('workspaces/twitter_accounts');
  const admin = isAdmin(user);
  const tool = admin && html`<button type="button" onClick=${() => connect(true)}>Connect an account</button>`;
  const row = (account) => html`<${Row} key=${account.id} account=${account} admin=${admin} reload=${accounts.reload} />`;
  return html`<${AccountList} of=${accounts} row=${row} tool=${tool} empty=${html`<${Empty} admin=${admin} tool=${tool} />`} />
    ${connecting && html`<${ConnectDialog} side="workspace" location=${LOCATION} onClose=${() => connect(false)}
      onConnected=${accounts.reload} />`}`;
}

function Empty({ admin, tool }) {
  return html`<div class="empty"><h2>${admin ? 'No account yet' : 'Nothing is shared with you yet'}</h2>
    <p>${admin ? 'Connect the account your team posts from, then share it with those who post.'
      : 'Accounts appear here once an admin shares them with a team you are in.'}</p>${tool}</div>`;
}

const DIALOGS = { share: ShareDialog, personal: ToPersonal, disconnect: Disconnect, reconnect: Reconnect };

function Row({ account, admin, reload }) {
  const [open, setOpen] = useState(null);
  const Asked = DIALOGS[open];
  const name = account.screen_name;
  const rename = async (nickname) => {
    const team_ids = account.teams.map(({ id }) => id);
    await put(`workspaces/twitter_accounts/${account.id}`, { twitter_account: { nickname, team_ids } });
    await reload();
  };
  const action = (key, label, look = 'plain') => html`<button type="button" class=${`${look} small`}
    aria-label=${`${label}: ${name}`} onClick=${() => setOpen(key)}>${label}</button>`;
  return html`<li class="row account"><${Picture} url=${account.logo_url} name=${name} />
    <div class="what"><h2>${name} ${account.account_verified && html`<${Verified} />`}</h2>
      <p class="handle">${handle(account.twitter_nickname)}</p>
      ${admin ? html`<${Nickname} account=${account} name=${name} save=${rename} />`
        : account.nickname && html`<p class="nickname">“${account.nickname}”</p>`}
      <${State} account=${account} onReconnect=${admin && (() => setOpen('reconnect'))} />
      <${Teams} of=${account} />
      <p class="fine">Connected${by(account.connected_by)} on ${day(account.connected_at)}</p></div>
    ${admin && html`<div class="does">${action('share', 'Share')}${action('personal', 'Move to me')}
      ${action('disconnect', 'Disconnect', 'grave plain')}</div>`}
    ${Asked && html`<${Asked} account=${account} reload=${reload} onClose=${() => setOpen(null)} />`}</li>`;
}

const by = (person) => (person ? ` by ${person.full_name || person.email}` : '');

function Teams({ of: { teams } }) {
  if (teams.length === 0) return html`<p class="fine">Not shared</p>`;
  return html`<p class="fine chips">Shared with ${teams.map(({ name }) => html`<span class="chip">${name}</span>`)}</p>`;
}

/** From what the service gives back of an account; its ID and token it keeps to itself. */
function Reconnect({ account, reload, onClose }) {
  const { id, screen_name, twitter_nickname, logo_url, account_verified } = account;
  return html`<${ConnectDialog} side="workspace" location=${LOCATION} onClose=${onClose} onConnected=${reload}
    known=${{ id, screen_name, twitter_nickname, logo_url, account_verified }} />`;
}

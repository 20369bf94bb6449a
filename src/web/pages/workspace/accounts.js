// The workspace's accounts. Admins see and manage all of them; other members see those that their teams share.
import { put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { useConsents } from '../../consents.js';
import { accountBody, accountPath, NETWORKS } from '../../networks.js';
import { ActivityLink, handle, Picture, State, Verified } from '../../parts/account.js';
import { AccountList, useAccounts } from '../../parts/account_list.js';
import { ConnectDialog } from '../../parts/connect.js';
import { day } from '../../parts/moment.js';
import { Nickname } from '../../parts/nickname.js';
import { ShareDialog } from '../../parts/share.js';
import { html, useState } from '../../vendor/preact-htm.js';
import { Disconnect, ToPersonal } from './parting.js';

const LOCATION = 'workspaceSettingsPage';

export const WorkspaceAccounts = ({ user }) => NETWORKS.map((network) => html`<${Listed} key=${network.object} network=${network} user=${user} />`);

function Listed({ network, user }) {
  const [connecting, connect] = useState(false);
  const accounts = useAccounts(network, 'workspace');
  const admin = isAdmin(user);
  const offered = useConsents()?.includes(network.name);
  const tool = admin && html`<button type="button" onClick=${() => connect(true)}>Connect an account</button>`;
  const row = (account) => html`<${Row} key=${account.id} account=${account} network=${network} admin=${admin} offered=${offered}
    reload=${(changed = account) => accounts.reload(changed)} />`;
  return html`<${AccountList} of=${accounts} row=${row} tool=${tool} empty=${html`<${Empty} admin=${admin} tool=${tool} />`} />
    ${connecting && html`<${ConnectDialog} network=${network} side="workspace" location=${LOCATION}
      onClose=${() => connect(false)} onConnected=${accounts.reload} />`}`;
}

function Empty({ admin, tool }) {
  return html`<div class="empty"><h2>${admin ? 'No account yet' : 'Nothing is shared with you yet'}</h2>
    <p>${admin ? 'Connect the account your team posts from, then share it with those who post.'
      : 'Accounts appear here once an admin shares them with a team you are in.'}</p>${tool}</div>`;
}

const DIALOGS = { share: ShareDialog, personal: ToPersonal, disconnect: Disconnect, reconnect: Reconnect };

/** `offered`: whether accounts can be connected again on the network's own page. */
function Row({ account, network, admin, offered, reload }) {
  const [open, setOpen] = useState(null);
  const Asked = DIALOGS[open];
  const name = account.screen_name;
  const rename = async (nickname) => {
    const team_ids = account.teams.map(({ id }) => id);
    await put(accountPath(network, 'workspace', account.id), accountBody(network, { nickname, team_ids }));
    await reload();
  };
  const action = (key, label, look = 'plain') => html`<button type="button" class=${`${look} small`}
    aria-label=${`${label}: ${name}`} onClick=${() => setOpen(key)}>${label}</button>`;
  return html`<li class="row account"><${Picture} url=${account.logo_url} name=${name} />
    <div class="what"><h2>${name} ${account.account_verified && html`<${Verified} />`}</h2>
      <p class="handle">${handle(account[network.fields.handle])}</p>
      ${admin ? html`<${Nickname} account=${account} name=${name} save=${rename} />`
        : account.nickname && html`<p class="nickname">“${account.nickname}”</p>`}
      <${State} account=${account} network=${network} onReconnect=${admin && (() => setOpen('reconnect'))} />
      <${Teams} of=${account} />
      <p class="fine">Connected${by(account.connected_by)} on ${day(account.connected_at)} · <${ActivityLink} of=${account} name=${name} /></p></div>
    ${admin && html`<div class="does">${action('share', 'Share')}${action('personal', 'Move to me')}
      ${offered && !account.auth_failed_at && action('reconnect', 'Reconnect')}
      ${action('disconnect', 'Disconnect', 'grave plain')}</div>`}
    ${Asked && html`<${Asked} account=${account} network=${network} reload=${reload} onClose=${() => setOpen(null)} />`}</li>`;
}

const by = (person) => (person ? ` by ${person.full_name || person.email}` : '');

function Teams({ of: { teams } }) {
  if (teams.length === 0) return html`<p class="fine">Not shared</p>`;
  return html`<p class="fine chips">Shared with ${teams.map(({ name }) => html`<span class="chip">${name}</span>`)}</p>`;
}

/** With all that the API answers about the account; its ID and token have to be entered again. */
function Reconnect({ account, network, reload, onClose }) {
  const { handle: handleField } = network.fields;
  const { id, screen_name, logo_url, account_verified } = account;
  const known = { id, screen_name, [handleField]: account[handleField], logo_url, account_verified };
  return html`<${ConnectDialog} network=${network} side="workspace" location=${LOCATION} known=${known} onClose=${onClose}
    onConnected=${reload} />`;
}

// A person's own accounts; an admin may transfer one to the workspace.
import { Refused, useAct } from '../../act.js';
import { destroy, post, put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { useConsents } from '../../consents.js';
import { Confirm } from '../../dialog.js';
import { accountBody, accountPath, NETWORKS } from '../../networks.js';
import { say } from '../../notice.js';
import { ActivityLink, handle, Picture, State } from '../../parts/account.js';
import { AccountList, useAccounts } from '../../parts/account_list.js';
import { ConnectDialog } from '../../parts/connect.js';
import { day } from '../../parts/moment.js';
import { Nickname } from '../../parts/nickname.js';
import { Ask } from '../../parts/way_out.js';
import { html, useState } from '../../vendor/preact-htm.js';

const LOCATION = 'personalSettingsPage';

export const OwnAccounts = ({ user }) => NETWORKS.map((network) => html`<${Listed} key=${network.object} network=${network} user=${user} />`);

function Listed({ network, user }) {
  const [connecting, connect] = useState(false);
  const accounts = useAccounts(network, 'personal');
  const offered = useConsents()?.includes(network.name);
  const tool = html`<button type="button" onClick=${() => connect(true)}>Connect an account</button>`;
  const empty = html`<div class="empty"><h2>You hold no account of your own</h2>
    <p>An account you connect here is yours alone: no colleague sees it.</p>${tool}</div>`;
  const row = (account) => html`<${Row} key=${account.id} account=${account} network=${network} user=${user} offered=${offered}
    reload=${(changed = account) => accounts.reload(changed)} />`;
  return html`<${AccountList} of=${accounts} row=${row} tool=${tool} empty=${empty} />
    ${connecting && html`<${ConnectDialog} network=${network} side="personal" location=${LOCATION}
      onClose=${() => connect(false)} onConnected=${accounts.reload} />`}`;
}

const DIALOGS = { disconnect: Disconnect, reconnect: Reconnect };

/** `offered`: whether accounts can be connected again on the network's own page. */
function Row({ account, network, user, offered, reload }) {
  const [open, setOpen] = useState(null);
  const Asked = DIALOGS[open];
  const { id, name } = account;
  const rename = async (nickname) => {
    await put(accountPath(network, 'personal', id), accountBody(network, { nickname }));
    await reload();
  };
  const transfer = () => post('account_transfers', { account_transfer: { social_account_id: id, to: 'workspace' } });
  const move = useAct(transfer, async () => {
    say(`${name} is the workspace’s now.`);
    document.querySelector('h1').focus();
    await reload();
  });
  return html`<li class="row account"><${Picture} url=${account.logo} name=${name} />
    <div class="what"><h2>${name}</h2><p class="handle">${handle(account[network.fields.handle])}</p>
      <${Nickname} account=${account} name=${name} save=${rename} />
      <${State} account=${account} network=${network} onReconnect=${() => setOpen('reconnect')} />
      <p class="fine">Connected on ${day(account.connected_at)} · <${ActivityLink} of=${account} name=${name} /></p>
      <${Refused} act=${move} wayOut=${(problem) => html`<${Ask} problem=${problem} />`} /></div>
    <div class="does">${isAdmin(user) && html`<button type="button" class="plain small" aria-busy=${move.busy}
        aria-label=${`Move to the workspace: ${name}`} onClick=${() => move.run()}>Move to the workspace</button>`}
      ${offered && !account.auth_failed_at && html`<button type="button" class="plain small" aria-label=${`Reconnect: ${name}`}
        onClick=${() => setOpen('reconnect')}>Reconnect</button>`}
      <button type="button" class="grave plain small" aria-label=${`Disconnect: ${name}`}
        onClick=${() => setOpen('disconnect')}>Disconnect</button></div>
    ${Asked && html`<${Asked} account=${account} network=${network} reload=${reload} onClose=${() => setOpen(null)} />`}</li>`;
}

function Disconnect({ account, network, reload, onClose }) {
  const gone = async () => {
    onClose();
    say(`${account.name} is disconnected.`);
    await reload();
  };
  return html`<${Confirm} title=${`Disconnect ${account.name}?`} action="Disconnect" onDone=${gone} onClose=${onClose}
    confirm=${() => destroy(accountPath(network, 'personal', account.id))}>
    <ul><li>Its access token is deleted here. On ${network.label} nothing changes.</li>
      <li>To have it back, connect it again.</li></ul><//>`;
}

function Reconnect({ account, network, reload, onClose }) {
  const { handle: handleField } = network.fields;
  const known = { id: account.id, screen_name: account.name, [handleField]: account[handleField], logo_url: account.logo };
  return html`<${ConnectDialog} network=${network} side="personal" location=${LOCATION} known=${known} onClose=${onClose}
    onConnected=${reload} />`;
}

// The accounts one holds alone, and the way from there into the workspace.
import { Refused, useAct } from '../../act.js';
import { destroy, pages, post, put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Confirm } from '../../dialog.js';
import { Loaded, useLoad } from '../../load.js';
import { say } from '../../notice.js';
import { day, handle, Picture, State } from '../../parts/account.js';
import { ConnectDialog } from '../../parts/connect.js';
import { Nickname } from '../../parts/nickname.js';
import { Ask } from '../../parts/way_out.js';
import { html, useState } from '../../vendor/preact-htm.js';

const LOCATION = 'personalSettingsPage';

export function Accounts({ user }) {
  const [shown, show] = useState(1);
  const [connecting, connect] = useState(false);
  const accounts = useLoad(() => pages('twitter_accounts', 'twitter_accounts', shown), [shown]);
  return html`<div class="tools"><button type="button" onClick=${() => connect(true)}>Connect an account</button></div>
    <${Loaded} of=${accounts}>${({ rows, total }) => rows.length === 0
      ? html`<div class="empty"><h2>You hold no account of your own</h2><p>An account you connect here is yours alone: no colleague sees it.</p></div>`
      : html`<ul class="rows">${rows.map((account) => html`<${Row} key=${account.id} account=${account} user=${user} reload=${accounts.reload} />`)}</ul>
        ${rows.length < total && html`<p class="aside"><button type="button" class="plain" onClick=${() => show(shown + 1)}>Show more (${rows.length} of ${total})</button></p>`}`}<//>
    ${connecting && html`<${ConnectDialog} side="personal" location=${LOCATION} onClose=${() => connect(false)} onConnected=${accounts.reload} />`}`;
}

function Row({ account, user, reload }) {
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const name = account.name;
  const rename = async (nickname) => {
    await put(`twitter_accounts/${account.id}`, { twitter_account: { nickname } });
    await reload();
  };
  const move = useAct(() => post('account_transfers', { account_transfer: { social_account_id: account.id, to: 'workspace' } }), async () => {
    say(`${name} is the workspace’s now.`);
    document.querySelector('h1').focus();
    await reload();
  });
  const gone = async () => {
    close();
    say(`${name} is disconnected.`);
    await reload();
  };
  const known = { screen_name: name, twitter_nickname: account.twitter_nickname, logo_url: account.logo };
  return html`<li class="row account"><${Picture} url=${account.logo} name=${name} />
    <div class="what"><h2>${name}</h2><p class="handle">${handle(account.twitter_nickname)}</p>
      <${Nickname} account=${account} name=${name} save=${rename} />
      <${State} account=${account} onReconnect=${() => setOpen('reconnect')} />
      <p class="fine">Connected on ${day(account.connected_at)}</p>
      <${Refused} act=${move} wayOut=${(problem) => html`<${Ask} problem=${problem} />`} /></div>
    <div class="does">${isAdmin(user) && html`<button type="button" class="plain small" aria-busy=${move.busy} aria-label=${`Move to the workspace: ${name}`} onClick=${() => move.run()}>Move to the workspace</button>`}
      <button type="button" class="grave plain small" aria-label=${`Disconnect: ${name}`} onClick=${() => setOpen('disconnect')}>Disconnect</button></div>
    ${open === 'disconnect' && html`<${Confirm} title=${`Disconnect ${name}?`} action="Disconnect" onDone=${gone} onClose=${close}
      confirm=${() => destroy(`twitter_accounts/${account.id}`)}><ul><li>Its access token is deleted here. On X nothing changes.</li>
        <li>To have it back, connect it again.</li></ul><//>`}
    ${open === 'reconnect' && html`<${ConnectDialog} side="personal" location=${LOCATION} known=${known} onClose=${close} onConnected=${reload} />`}</li>`;
}

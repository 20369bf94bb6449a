// Confirms the two ways an account leaves the workspace, transfer and disconnect, with the effects listed.
import { destroy, post } from '../../api.js';
import { Confirm } from '../../dialog.js';
import { accountPath } from '../../networks.js';
import { say } from '../../notice.js';
import { Ask } from '../../parts/way_out.js';
import { html } from '../../vendor/preact-htm.js';

export function ToPersonal({ account, onClose, reload }) {
  const move = () => post('account_transfers', { account_transfer: { social_account_id: account.id, to: 'personal' } });
  const done = async () => {
    onClose();
    say(`${account.screen_name} is yours alone now.`);
    await reload();
  };
  return html`<${Confirm} title=${`Move ${account.screen_name} to your accounts?`} action="Move to me"
    confirm=${move} onDone=${done} onClose=${onClose} wayOut=${(problem) => html`<${Ask} problem=${problem} />`}>
    <ul><li>Only you will see it.</li>
      <li>${lossOf(account) ?? 'No team shares it, so nobody else loses anything but admins.'}</li>
      <li>Its nickname and access stay.</li></ul><//>`;
}

export function Disconnect({ account, network, onClose, reload }) {
  const done = async () => {
    onClose();
    say(`${account.screen_name} is disconnected.`);
    await reload();
  };
  return html`<${Confirm} title=${`Disconnect ${account.screen_name}?`} action="Disconnect" onDone=${done} onClose=${onClose}
    confirm=${() => destroy(accountPath(network, 'workspace', account.id))}>
    <ul><li>${lossOf(account) ?? 'No team shares it.'}</li>
      <li>Its access token is deleted here. On ${network.label} nothing changes.</li>
      <li>To have it back, connect it again.</li></ul><//>`;
}

function lossOf({ teams }) {
  if (teams.length === 0) return null;
  return `${new Intl.ListFormat('en').format(teams.map(({ name }) => name))} can use it no longer.`;
}

// Confirms leaving a workspace, or removing a person from it, with the effects listed.
import { destroy } from '../../api.js';
import { Confirm } from '../../dialog.js';
import { say } from '../../notice.js';
import { html } from '../../vendor/preact-htm.js';

const SELF = { title: 'Leave this workspace?', action: 'Leave', get: 'You get', own: 'your', who: 'you', places: 'Your' };
const other = (name) => ({ title: `Remove ${name}?`, action: 'Remove', get: 'They get', own: 'their', who: 'they', places: 'Their' });

export function Removal({ person, name, isSelf, onClose, reload }) {
  const said = isSelf ? SELF : other(name);
  const done = async () => {
    onClose();
    say(isSelf ? 'You have a workspace of your own now.' : `${name} is removed.`);
    await reload();
  };
  const wayOut = ({ code }) => code === 'only_owner' && html`<small>Give a colleague the role Owner in this list, then leave.</small>`;
  return html`<${Confirm} title=${said.title} action=${said.action} confirm=${() => destroy(`workspace_users/${person.id}`)}
    onDone=${done} onClose=${onClose} wayOut=${wayOut}>
    <ul><li>${said.get} a workspace of ${said.own} own, and ${said.own} personal accounts go along.</li>
      <li>The workspace’s accounts stay, also those ${said.who} connected.</li>
      <li>${said.places} places in teams end.</li></ul><//>`;
}

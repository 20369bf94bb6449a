// Workspace settings: accounts, people and teams.
import { Tabs, View } from '../router.js';
import { html } from '../vendor/preact-htm.js';
import { Accounts } from './workspace/accounts.js';
import { General } from './workspace/general.js';
import { People } from './workspace/people.js';
import { Teams } from './workspace/teams.js';

const TABS = [['workspace', 'Accounts'], ['workspace/people', 'People'], ['workspace/teams', 'Teams'], ['workspace/general', 'General']];
const VIEWS = { people: [People, 'People'], teams: [Teams, 'Teams'], general: [General, 'General settings'] };

export function Workspace({ tab, user }) {
  const [Tab, title] = VIEWS[tab] ?? [Accounts, 'Workspace accounts'];
  return html`<${View} title=${title} intro=${user.workspace.name} shape="wide">
    <${Tabs} label="Workspace settings" of=${TABS} current=${VIEWS[tab] ? `workspace/${tab}` : 'workspace'} />
    <${Tab} key=${tab} user=${user} /><//>`;
}

// Workspace settings: accounts, people, teams and what happened.
import { Tabs, View } from '../router.js';
import { html } from '../vendor/preact-htm.js';
import { WorkspaceAccounts } from './workspace/accounts.js';
import { Activity } from './workspace/activity.js';
import { General } from './workspace/general.js';
import { People } from './workspace/people.js';
import { Teams } from './workspace/teams.js';

const TABS = [['workspace', 'Accounts'], ['workspace/people', 'People'], ['workspace/teams', 'Teams'], ['workspace/activity', 'Activity'], ['workspace/general', 'General']];
const VIEWS = { people: [People, 'People'], teams: [Teams, 'Teams'], activity: [Activity, 'Activity'], general: [General, 'General settings'] };

/** `account` is the id of the one whose activity is shown. */
export function Workspace({ tab, account, user }) {
  const [Tab, title] = VIEWS[tab] ?? [WorkspaceAccounts, 'Workspace accounts'];
  return html`<${View} title=${title} intro=${user.workspace.name} shape="wide">
    <${Tabs} label="Workspace settings" of=${TABS} current=${VIEWS[tab] ? `workspace/${tab}` : 'workspace'} />
    <${Tab} key=${`${tab} ${account}`} account=${account} user=${user} /><//>`;
}

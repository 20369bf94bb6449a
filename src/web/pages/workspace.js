// Workspace settings: accounts, people, teams, what happened, and the webhooks that tell of it.
import { isAdmin } from '../caller.js';
import { Later } from '../later.js';
import { Tabs, View } from '../router.js';
import { html } from '../vendor/preact-htm.js';
import { WorkspaceAccounts } from './workspace/accounts.js';
import { Activity } from './workspace/activity.js';
import { General } from './workspace/general.js';
import { People } from './workspace/people.js';
import { Teams } from './workspace/teams.js';

const TABS = [['workspace', 'Accounts'], ['workspace/people', 'People'], ['workspace/teams', 'Teams'], ['workspace/activity', 'Activity'], ['workspace/general', 'General']];
const Webhooks = (given) => html`<${Later} load=${() => import('./workspace/webhooks.js')} name="Webhooks" ...${given} />`;
const OF_ADMINS = [['workspace/webhooks', 'Webhooks']];
const VIEWS = { people: [People, 'People'], teams: [Teams, 'Teams'], activity: [Activity, 'Activity'], webhooks: [Webhooks, 'Webhooks'], general: [General, 'General settings'] };

/** `account` is the id of the one whose activity is shown. */
export function Workspace({ tab, account, user }) {
  const [Tab, title] = VIEWS[tab] ?? [WorkspaceAccounts, 'Workspace accounts'];
  return html`<${View} title=${title} intro=${user.workspace.name} shape="wide">
    <${Tabs} label="Workspace settings" of=${isAdmin(user) ? [...TABS, ...OF_ADMINS] : TABS} current=${VIEWS[tab] ? `workspace/${tab}` : 'workspace'} />
    <${Tab} key=${`${tab} ${account}`} account=${account} user=${user} /><//>`;
}

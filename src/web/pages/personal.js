// Personal settings: own accounts, profile and security.
import { Tabs, View } from '../router.js';
import { html } from '../vendor/preact-htm.js';
import { OwnAccounts } from './personal/accounts.js';
import { Profile } from './personal/profile.js';
import { Security } from './personal/security.js';

const TABS = [['personal', 'Your accounts'], ['personal/profile', 'Profile'], ['personal/security', 'Security']];
const VIEWS = { profile: [Profile, 'Profile'], security: [Security, 'Security'] };

export function Personal({ tab, user }) {
  const [Tab, title] = VIEWS[tab] ?? [OwnAccounts, 'Your accounts'];
  return html`<${View} title=${title} intro=${user.email} shape="wide">
    <${Tabs} label="Personal settings" of=${TABS} current=${VIEWS[tab] ? `personal/${tab}` : 'personal'} />
    <${Tab} key=${tab} user=${user} /><//>`;
}

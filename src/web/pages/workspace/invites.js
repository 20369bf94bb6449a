// Open invites: sent, copied to hand on, taken back.
import { useAct, Refused } from '../../act.js';
import { destroy, get, post } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Loaded, useLoad } from '../../load.js';
import { say } from '../../notice.js';
import { day } from '../../parts/account.js';
import { Copy } from '../../parts/copy.js';
import { Invite } from '../../parts/invite.js';
import { html, useState } from '../../vendor/preact-htm.js';

const LOCATION = 'workspaceSettingsPage';

export function Invites({ user }) {
  const invites = useLoad(() => get('invites'));
  return html`<section><h2>Invite colleagues</h2>
      <${Invite} location=${LOCATION} onInvited=${invites.reload} /></section>
    <${Loaded} of=${invites} rows=${1}>${({ invites: open }) => open.length > 0 && html`<section><h2>Open invites</h2>
      <ul class="rows">${open.map((invite) => html`<${Open} key=${invite.id} invite=${invite} admin=${isAdmin(user)} reload=${invites.reload} />`)}</ul></section>`}<//>`;
}

function Open({ invite, admin, reload }) {
  const [link, setLink] = useState(null);
  const renew = useAct(() => post('invites', { user_emails: [invite.email], location: LOCATION }), ({ links }) => {
    if (links) setLink(links[0].url);
    else say(`${invite.email} has a new mail.`);
  });
  const revoke = useAct(() => destroy(`invites/${invite.id}`), async () => {
    say(`The invite for ${invite.email} is taken back.`);
    await reload();
  });
  return html`<li class="row"><div class="what"><h3>${invite.email}</h3>
      <p class="fine">Invited${invite.sender_email && ` by ${invite.sender_email}`} on ${day(invite.created_at)}</p>
      ${link && html`<${Copy} label=${`the link for ${invite.email}`} text=${link} /><small class="hint">Good for seven days; earlier links no longer work.</small>`}
      <${Refused} act=${renew} /><${Refused} act=${revoke} /></div>
    <div class="does">${!link && html`<button type="button" class="plain small" aria-busy=${renew.busy} aria-label=${`New link for ${invite.email}`} onClick=${() => renew.run()}>New link</button>`}
      ${admin && html`<button type="button" class="grave plain small" aria-busy=${revoke.busy} aria-label=${`Take back the invite for ${invite.email}`} onClick=${() => revoke.run()}>Take back</button>`}</div></li>`;
}

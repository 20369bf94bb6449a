// The pending invites. Their senders and admins can send them again and copy the link; admins can revoke them.
import { Refused, useAct } from '../../act.js';
import { destroy, post } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Loaded } from '../../load.js';
import { say } from '../../notice.js';
import { Address } from '../../parts/account.js';
import { Copy } from '../../parts/copy.js';
import { Invite } from '../../parts/invite.js';
import { day } from '../../parts/moment.js';
import { More, Search } from '../../parts/paged.js';
import { html, useState } from '../../vendor/preact-htm.js';

const LOCATION = 'workspaceSettingsPage';

export const NewInvites = ({ onInvited }) => html`<section class="narrow"><h2>Invite colleagues</h2>
  <${Invite} location=${LOCATION} onInvited=${onInvited} /></section>`;

export function OpenInvites({ invites, user }) {
  return html`<${Loaded} of=${invites} rows=${0}>${({ rows, isSearch }) => (rows.length > 0 || isSearch) && html`<section><h2>Open invites</h2>
    <${Search} of=${invites} what="Find an invite" nothing="No open invite is for such an address." />
    <ul class="rows">${rows.map((invite) => html`
      <${Open} key=${invite.id} invite=${invite} user=${user} reload=${() => invites.reload(invite)} />`)}</ul>
    <${More} of=${invites} /></section>`}<//>`;
}

function Open({ invite, user, reload }) {
  const [link, setLink] = useState(null);
  const { email } = invite;
  const admin = isAdmin(user);
  const renews = admin || invite.sender_email === user.email;
  const renew = useAct(() => post('invites', { user_emails: [email], location: LOCATION }), async ({ links }) => {
    if (links) return setLink(links[0].url);
    say(`${email} has a new mail.`);
    await reload();
  });
  const revoke = useAct(() => destroy(`invites/${invite.id}`), async () => {
    say(`The invite for ${email} is taken back.`);
    await reload();
  });
  return html`<li class="row"><div class="what"><h3><${Address} of=${email} /></h3>
      <p class="fine">Invited${invite.sender_email && html` by <${Address} of=${invite.sender_email} />`} on ${day(invite.created_at)}</p>
      ${invite.delivery_failed_at && !link && html`<p class="fine">The mail with the link could not be delivered. Check the address, or send a new link.</p>`}
      ${link && html`<${Copy} label=${`the link for ${email}`} text=${link} />
        <small class="hint">Good for seven days; earlier links no longer work.</small>`}
      <${Refused} act=${renew} /><${Refused} act=${revoke} /></div>
    <div class="does">${renews && !link && html`<button type="button" class="plain small" aria-busy=${renew.busy}
        aria-label=${`New link for ${email}`} onClick=${() => renew.run()}>New link</button>`}
      ${admin && html`<button type="button" class="grave plain small" aria-busy=${revoke.busy}
        aria-label=${`Take back the invite for ${email}`} onClick=${() => revoke.run()}>Take back</button>`}</div></li>`;
}

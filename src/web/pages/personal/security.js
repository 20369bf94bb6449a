// The password, the open sessions, and erasing oneself.
import { Refused, useAct } from '../../act.js';
import { destroy, get, put } from '../../api.js';
import { Dialog } from '../../dialog.js';
import { NewPassword, Password } from '../../fields.js';
import { Form, useForm } from '../../form.js';
import { Loaded, useLoad } from '../../load.js';
import { say } from '../../notice.js';
import { day, lately } from '../../parts/moment.js';
import { go } from '../../router.js';
import { end } from '../../session.js';
import { html, useState } from '../../vendor/preact-htm.js';

export function Security({ user }) {
  const sessions = useLoad(() => get('sessions'));
  const [erasing, erase] = useState(false);
  return html`<section><h2>Password</h2><${ChangePassword} onChanged=${sessions.reload} /></section>
    <section><h2>Open sessions</h2><${Loaded} of=${sessions}>${({ sessions: open }) => html`
      <ul class="rows">${open.map((one) => html`<${Session} key=${one.id} one=${one} reload=${sessions.reload} />`)}</ul>`}<//></section>
    <section><h2>Erase your account</h2><p>Your name, address, own accounts and their tokens go for good. What belongs to the workspace stays.</p>
      <button type="button" class="grave plain" onClick=${() => erase(true)}>Erase my account</button></section>
    ${erasing && html`<${Erasure} user=${user} onClose=${() => erase(false)} />`}`;
}

function ChangePassword({ onChanged }) {
  const form = useForm({
    scope: 'user',
    values: { current_password: '', password: '' },
    submit: async (user) => {
      await put('users', { user });
      form.fill({ current_password: '', password: '' });
      say('Your password is changed. All other sessions have ended.');
      await onChanged();
    },
  });
  return html`<div class="narrow"><${Form} form=${form} action="Change password">
    <${Password} name="current_password" label="Current password" autocomplete="current-password" missing="Enter your current password." />
    <${NewPassword} label="New password" /><//></div>`;
}

function Session({ one, reload }) {
  const act = useAct(() => destroy(`sessions/${one.id}`), async () => {
    say('That session has ended.');
    await reload();
  });
  const device = browser(one.user_agent);
  return html`<li class="row"><div class="what"><h3>${device} ${one.current && html`<span class="mark">This one</span>`}</h3>
      <p class="fine">Since ${day(one.created_at)}, last used ${lately(one.last_used_at)}</p><${Refused} act=${act} /></div>
    ${!one.current && html`<div class="does"><button type="button" class="plain small" aria-busy=${act.busy}
      aria-label=${`End the session of ${device} since ${day(one.created_at)}`} onClick=${() => act.run()}>End</button></div>`}</li>`;
}

/** A browser's name for itself, as people know it. */
function browser(agent) {
  if (!agent) return 'Unknown device';
  const [, name] = /(Edg|Firefox|Chrome|Safari)\//.exec(agent.replace(/.*(Edg\/)/, '$1')) ?? [];
  const [, system] = /(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux)/.exec(agent) ?? [];
  const names = { Edg: 'Edge', 'Mac OS X': 'macOS', CrOS: 'ChromeOS' };
  return name ? [names[name] ?? name, names[system] ?? system].filter(Boolean).join(' on ') : agent;
}

function Erasure({ user, onClose }) {
  const form = useForm({
    scope: 'user',
    values: { current_password: '' },
    submit: async (given) => {
      await destroy('users', { user: given });
      end();
      say('Your account is erased.');
      go('');
    },
  });
  const wayOut = ({ code }) => code === 'only_owner' && html`<a href="#/workspace/people" onClick=${onClose}>Choose another owner</a>`;
  const cancel = html`<button type="button" class="plain" onClick=${onClose}>Cancel</button>`;
  return html`<${Dialog} title="Erase your account?" onClose=${onClose}>
    <p>This cannot be undone. ${user.workspace.name} goes with you if you are alone in it.</p>
    <${Form} form=${form} action="Erase my account" look="grave" wayOut=${wayOut} more=${cancel}>
      <${Password} name="current_password" label="Current password" autocomplete="current-password" missing="Enter your password." /><//><//>`;
}

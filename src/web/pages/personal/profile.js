// Name, role and address. A new address must be confirmed with the password.
import { put } from '../../api.js';
import { choose, look, walkthrough } from '../../caller.js';
import { Email, Field, Password } from '../../fields.js';
import { Form, useForm } from '../../form.js';
import { say } from '../../notice.js';
import { session } from '../../session.js';
import { html } from '../../vendor/preact-htm.js';

export function Profile({ user }) {
  const form = useForm({
    scope: 'user',
    values: {
      first_name: user.first_name ?? '', last_name: user.last_name ?? '',
      role_in_organization: user.role_in_organization ?? '', email: user.email, current_password: '',
    },
    submit: async ({ current_password, ...changed }) => {
      await put('users', { user: current_password ? { ...changed, current_password } : changed });
      form.type('current_password', '');
      await look(session.get().token);
      say('Saved.');
    },
  });
  return html`<div class="narrow"><${Form} form=${form} action="Save">
      <div class="pair"><${Field} name="first_name" label="First name" autocomplete="given-name" autocapitalize="words" />
        <${Field} name="last_name" label="Last name" autocomplete="family-name" autocapitalize="words" /></div>
      <${Field} name="role_in_organization" label="What you do" hint="Head coach, athletic director, media manager …" autocomplete="organization-title" autocapitalize="sentences" />
      <${Email} hint="You sign in with it." />
      ${form.typed.email.trim() !== user.email && html`<${Password} name="current_password" label="Current password" hint="To be sure that it is you who changes the address. Your other sessions end."
        autocomplete="current-password" missing="Enter your password." />`}<//>
    <${Way} /></div>`;
}

/** Brings back what was hidden. */
function Way() {
  const way = walkthrough.use();
  if (!way?.hidden) return null;
  const show = () => choose({ hidden: false }).then(() => say('The progress meter is back.'), (refusal) => say(refusal.message));
  return html`<section><h2>Getting started</h2><p>You have hidden the progress meter.</p>
    <button type="button" class="plain" onClick=${show}>Show it again</button></section>`;
}

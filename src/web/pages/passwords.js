// Resetting a password: requesting the link, and setting a new password with it.
import { anonymously } from '../api.js';
import { Email, NewPassword } from '../fields.js';
import { Form, useForm } from '../form.js';
import { say } from '../notice.js';
import { goOn, View } from '../router.js';
import { end } from '../session.js';
import { html, useState } from '../vendor/preact-htm.js';

export function Forgotten() {
  const [sent, setSent] = useState('');
  const form = useForm({
    scope: 'user',
    values: { email: '' },
    submit: async (user) => {
      await anonymously('POST', 'passwords', { user });
      setSent(user.email);
    },
  });
  return html`<${View} title="Reset your password" shape="card">
    ${sent ? html`<p role="status">If <strong>${sent}</strong> is known here, a link to choose a new password is on its way. It is good for six hours.
        Where this service sends no mail, its operator can make one for you.</p>`
      : html`<${Form} form=${form} action="Send me a link"><${Email} hint="The one you sign in with." /><//>`}
    <p class="aside"><a href="#/sign-in">Back to sign in</a></p><//>`;
}

export function Reset({ token }) {
  const form = useForm({
    scope: 'user',
    values: { password: '' },
    submit: async ({ password }) => {
      await anonymously('PUT', 'passwords', { user: { reset_password_token: token, password } });
      end();
      say('Your password is changed. Sign in with it.');
      goOn('sign-in');
    },
  });
  const wayOut = ({ code, field }) => field === 'user.reset_password_token' && code === 'invalid'
    && html`<a href="#/passwords">Ask for another link</a>`;
  return html`<${View} title="Choose a new password" intro="All your open sessions end with it." shape="card">
    <${Form} form=${form} action="Change password" wayOut=${wayOut}><${NewPassword} label="New password" /><//><//>`;
}

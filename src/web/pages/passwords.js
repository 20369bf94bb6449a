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
  const [ended, setEnded] = useState(null);
  const form = useForm({
    scope: 'user',
    values: { password: '' },
    submit: async ({ password }) => {
      const answer = await anonymously('PUT', 'passwords', { user: { reset_password_token: token, password } });
      end();
      if (answer.ended) return setEnded(answer.ended);
      say('Your password is changed. Sign in with it.');
      return goOn('sign-in');
    },
  });
  const wayOut = ({ code, field }) => field === 'user.reset_password_token' && code === 'invalid'
    && html`<a href="#/passwords">Ask for another link</a>`;
  if (ended) return html`<${Ended} of=${ended} />`;
  return html`<${View} title="Choose a new password" intro="All your open sessions end with it." shape="card">
    <${Form} form=${form} action="Change password" wayOut=${wayOut}><${NewPassword} label="New password" /><//><//>`;
}

const count = (number, noun) => number > 0 && `${number} ${noun}${number === 1 ? '' : 's'}`;

function Ended({ of: { invites, api_keys: keys } }) {
  const what = [count(invites, 'pending invite'), count(keys, 'API key')].filter(Boolean).join(' and ');
  return html`<${View} title="Your password is changed" shape="card">
    <p role="status">Nobody had confirmed your e-mail address before, so a stranger may have used it. That is why ${what} ended with the sessions.</p>
    <p class="aside"><a href="#/sign-in">Sign in</a></p><//>`;
}

// Asks the person to sign in again when the session has ended, and then repeats the waiting requests. If the dialog is
// closed, those requests fail and forms keep what was typed.
import { anonymously } from '../api.js';
import { caller } from '../caller.js';
import { Dialog } from '../dialog.js';
import { Email, Password } from '../fields.js';
import { Form, useForm } from '../form.js';
import { begin, end, renewal, session } from '../session.js';
import { html } from '../vendor/preact-htm.js';

export function SignInAgain() {
  const waiting = renewal.use();
  return waiting && html`<${Renewal} waiting=${waiting} email=${session.get().email} />`;
}

function Renewal({ waiting, email }) {
  const form = useForm({
    scope: 'user',
    values: { email, password: '' },
    submit: async (user) => {
      const answer = await anonymously('POST', 'sessions', { user });
      renewal.set(null);
      begin(answer.user);
      waiting.resolve();
    },
  });
  const giveUp = () => {
    renewal.set(null);
    waiting.reject(new Error('not now'));
  };
  const leave = () => {
    end();
    giveUp();
  };
  return html`<${Dialog} title="Please sign in again" onClose=${caller.get() ? giveUp : leave}>
    <p>Your session has ended. Nothing you typed is lost. Sign in to continue.</p>
    <${Form} form=${form} action="Sign in and go on" more=${html`<button type="button" class="plain" onClick=${leave}>Sign out</button>`}>
      <${Email} readonly />
      <${Password} name="password" autocomplete="current-password" missing="Enter your password." autofocus />
    <//>
  <//>`;
}

// Signing in, also in place of a page that needs a session; that page is shown afterwards.
import { anonymously } from '../api.js';
import { Email, Password } from '../fields.js';
import { Form, useForm } from '../form.js';
import { View } from '../router.js';
import { begin } from '../session.js';
import { html } from '../vendor/preact-htm.js';

export function SignInForm({ email = '', action = 'Sign in' }) {
  const form = useForm({
    scope: 'user',
    values: { email, password: '' },
    submit: async (user) => begin((await anonymously('POST', 'sessions', { user })).user),
  });
  return html`<${Form} form=${form} action=${action}>
    <${Email} readonly=${Boolean(email)} />
    <${Password} name="password" autocomplete="current-password" missing="Enter your password." />
  <//>`;
}

export function SignIn() {
  return html`<${View} title="Sign in" shape="card">
    <${SignInForm} />
    <p class="aside"><a href="#/passwords">Forgot your password?</a> · New here? <a href="#/">Sign up</a></p><//>`;
}

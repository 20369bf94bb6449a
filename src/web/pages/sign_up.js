// Sign-up, followed by connecting the first account, which can be skipped.
import { anonymously } from '../api.js';
import { caller } from '../caller.js';
import { Email, Field, NewPassword } from '../fields.js';
import { Form, useForm } from '../form.js';
import { Picture } from '../parts/account.js';
import { Connect } from '../parts/connect.js';
import { go, View } from '../router.js';
import { begin } from '../session.js';
import { html } from '../vendor/preact-htm.js';

export function SignUp() {
  const form = useForm({
    scope: 'user',
    values: { email: '', password: '', workspace_name: '' },
    submit: async (user) => {
      const answer = await anonymously('POST', 'registrations', { user });
      begin(answer.user);
      go('sign-up/connect');
    },
  });
  return html`<div class="welcome">
    <div class="pitch"><p class="motto">Every account your program posts from, in one place.</p>
      <ul><li>Connect an account once. Nobody passes passwords around.</li>
        <li>Share it with the coaches and teams who post.</li>
        <li>See who connected what, and for whom.</li></ul><${Sample} /></div>
    <${View} title="Create your workspace" shape="card">
      <${Form} form=${form} action="Sign up" wayOut=${signInInstead}>
        <${Email} />
        <${NewPassword} />
        <${Field} name="workspace_name" label="School or organization" hint="Your workspace goes by this name." autocomplete="organization" autocapitalize="words" />
      <//>
      <p class="aside">Have an account? <a href="#/sign-in">Sign in</a></p>
    <//></div>`;
}

const signInInstead = ({ code }) => code === 'taken' && html`<a href="#/sign-in">Sign in instead</a>`;

const SAMPLE = [['Northside Athletics', '@northside', 'Everybody'], ['Lions Football', '@nhs_lions', 'Coaches'], ['Northside Tickets', '@nhs_tickets', 'Office']];

/** What a workspace looks like, for the eye alone. */
const Sample = () => html`<div class="sample" aria-hidden="true">${SAMPLE.map(([name, handle, team]) => html`
  <div class="row"><${Picture} url="" name=${name} /><div class="what"><strong>${name}</strong>
    <p class="handle">${handle}</p></div><span class="chip">${team}</span></div>`)}</div>`;

/** The second half, signed in. */
export function SignUpConnect() {
  const name = caller.get().workspace.name;
  return html`<${View} title="Connect an X account" intro=${`${name} is ready. Connect the account it posts from, or do it later.`}>
    <${Connect} location="signUpForm" onConnected=${() => go('walkthrough')}
      more=${html`<a class="button plain" href="#/walkthrough">Skip</a>`} /><//>`;
}

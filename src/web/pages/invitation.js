// The page of an invite link: join with a new account, join with an existing one, or decline.
import { anonymously, destroy, get, post, put, signOut } from '../api.js';
import { look } from '../caller.js';
import { Email, Field, NewPassword } from '../fields.js';
import { Form, useForm } from '../form.js';
import { Loaded, useLoad } from '../load.js';
import { NETWORKS, accountPath } from '../networks.js';
import { say } from '../notice.js';
import { goOn, View } from '../router.js';
import { begin, session } from '../session.js';
import { html, useState } from '../vendor/preact-htm.js';
import { SignInForm } from './sign_in.js';

export function Invitation({ id, token }) {
  const holder = session.use();
  const offer = useLoad(() => get(`invites/${id}?token=${encodeURIComponent(token)}`), [id, token]);
  const invite = { id: Number(id), token };
  if (offer.refusal && offer.refusal.status !== 0) return html`<${Gone} refusal=${offer.refusal} />`;
  return html`<${Loaded} of=${offer}>${({ data }) => html`
    <${View} title=${`Join ${data.workspace.name}`} intro=${`${name(data.sender)} invites ${data.user.email} to this workspace.`} shape="card">
      ${holder ? html`<${Accept} invite=${invite} data=${data} holder=${holder} />` : html`<${Newcomer} invite=${invite} data=${data} />`}
    <//>`}<//>`;
}

const name = (sender) => [sender?.first_name, sender?.last_name].filter(Boolean).join(' ') || sender?.email || 'Somebody';

function Gone({ refusal }) {
  const sentence = refusal.status === 404 ? 'This invite was used, taken back, or replaced by a newer one.' : refusal.message;
  return html`<${View} title="This invite is no longer open" shape="card">
    <p>${sentence} Ask whoever sent it for a new link.</p><p><a href="#/">Go to the start</a></p><//>`;
}

function Newcomer({ invite, data }) {
  const [known, setKnown] = useState(false);
  const form = useForm({
    scope: 'user',
    values: { email: data.user.email, first_name: '', last_name: '', password: '' },
    submit: async (user) => {
      begin((await anonymously('POST', 'registrations', { user, invite })).user);
      goOn('walkthrough');
    },
  });
  if (known) {
    return html`<p>Sign in as ${data.user.email}, then join.</p><${SignInForm} email=${data.user.email} />
      <p class="aside"><button type="button" class="link" onClick=${() => setKnown(false)}>I am new here</button></p>`;
  }
  const wayOut = ({ code }) => code === 'taken' && html`<button type="button" onClick=${() => setKnown(true)}>Sign in instead</button>`;
  return html`<${Form} form=${form} action="Join" wayOut=${wayOut}>
      <${Email} readonly />
      <div class="pair"><${Field} name="first_name" label="First name" autocomplete="given-name" autocapitalize="words" />
        <${Field} name="last_name" label="Last name" autocomplete="family-name" autocapitalize="words" /></div>
      <${NewPassword} />
    <//>
    <p class="aside"><button type="button" class="link" onClick=${() => setKnown(true)}>I have an account</button> · <${Decline} invite=${invite} /></p>`;
}

function Accept({ invite, data, holder }) {
  const form = useForm({
    scope: '',
    values: {},
    submit: async () => {
      await put(`invites/${invite.id}`, { invite: { token: invite.token } });
      await look(session.get().token);
      say(`Welcome to ${data.workspace.name}.`);
      goOn('walkthrough');
    },
  });
  if (holder.email !== data.user.email) {
    return html`<p>You are signed in as <strong>${holder.email}</strong>, but the invite is for <strong>${data.user.email}</strong>.</p>
      <div class="actions"><button type="button" onClick=${() => signOut().catch((refusal) => say(refusal.message))}>Sign out and go on as ${data.user.email}</button></div>`;
  }
  return html`<p>Your own accounts come along. You leave the workspace you are in now.</p>
    <${Form} form=${form} action=${`Join ${data.workspace.name}`} wayOut=${(problem) => html`<${Blocked} problem=${problem} then=${form.run} />`}
      more=${html`<${Decline} invite=${invite} />`} />`;
}

/** What prevents joining, and what to do about it. */
function Blocked({ problem, then }) {
  const links = { not_empty: ['workspace', 'See these accounts'], only_owner: ['workspace/people', 'Choose another owner'] };
  if (links[problem.code]) return html`<a href=${`#/${links[problem.code][0]}`}>${links[problem.code][1]}</a>`;
  if (!problem.account_id) return null;
  const disconnect = () => destroy(accountPath(NETWORKS[0], 'personal', problem.account_id)).then(then, (refusal) => say(refusal.message));
  return html`<button type="button" onClick=${disconnect}>Disconnect it from my accounts, and join</button>`;
}

function Decline({ invite }) {
  const decline = () => destroy(`invites/${invite.id}`, { invite: { token: invite.token } }).then(() => {
    say('The invite is declined.');
    goOn('');
  }, (refusal) => say(refusal.message));
  return html`<button type="button" class="link" onClick=${decline}>Decline</button>`;
}

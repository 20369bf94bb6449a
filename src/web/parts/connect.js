// Connecting an account by the fields of the documented request. A consent flow on X's side may take this place.
import { post } from '../api.js';
import { caller, isAdmin } from '../caller.js';
import { Dialog } from '../dialog.js';
import { Field, Password } from '../fields.js';
import { Form, useForm } from '../form.js';
import { say } from '../notice.js';
import { html, useState } from '../vendor/preact-htm.js';
import { NO_PICTURE } from './account.js';
import { Paste } from './paste.js';
import { ConflictWayOut } from './way_out.js';

const PATHS = { workspace: 'workspaces/twitter_accounts', personal: 'twitter_accounts' };
const EMPTY = { twitter_token: '', twitter_uid: '', screen_name: '', twitter_nickname: '', logo_url: '', account_verified: false };

/** `side` fixes whose the account becomes; without it, whoever may choose does. `known` is what is connected again. */
export function Connect({ location, side, known, onConnected, more }) {
  const mayChoose = !side && isAdmin(caller.get());
  const [chosen, choose] = useState(side ?? (mayChoose ? 'workspace' : 'personal'));
  const { id, ...shown } = known ?? {};
  const form = useForm({
    scope: 'twitter_account',
    values: { ...EMPTY, ...shown },
    submit: async (typed) => {
      const given = { ...typed, logo_url: typed.logo_url.trim() || NO_PICTURE, location };
      const { twitter_account: account } = await post(PATHS[chosen], { twitter_account: given });
      say(id && id !== account.id ? `That was another account: ${typed.screen_name} is connected beside it.` : `${typed.screen_name} is connected.`);
      onConnected(account, chosen);
    },
  });
  const wayOut = (problem) => html`<${ConflictWayOut} problem=${problem} to=${chosen} then=${form.run} />`;
  return html`<${Form} form=${form} action=${known ? 'Reconnect' : 'Connect'} wayOut=${wayOut} more=${more}>
    ${mayChoose && html`<${Whose} chosen=${chosen} choose=${choose} />`}
    <${Paste} form=${form} />
    <div class="pair">
      <${Field} name="screen_name" label="Name" hint="As people see it on X." missing="Enter the account’s name."
        autocapitalize="words" autocomplete="off" />
      <${Field} name="twitter_nickname" label="Handle" hint="What follows the @." missing="Enter the handle."
        spellcheck=${false} autocomplete="off" />
    </div>
    <${Keys} form=${form} />
    <${Field} name="logo_url" label="Picture address" hint="Of the profile picture, starting with https://. Without it, initials are shown."
      inputmode="url" spellcheck=${false} autocomplete="off" />
    <label class="check"><input type="checkbox" name="account_verified" checked=${form.typed.account_verified}
      onChange=${(event) => form.type('account_verified', event.target.checked)} /><span>X shows this account as verified</span></label>
  <//>`;
}

function Whose({ chosen, choose }) {
  const option = (value, label, explained) => html`<label><input type="radio" name="whose" value=${value}
    checked=${chosen === value} onChange=${() => choose(value)} /><span>${label}<small>${explained}</small></span></label>`;
  return html`<fieldset class="choice"><legend>Whose account is it?</legend>
    ${option('workspace', 'The workspace’s', 'Admins look after it and share it with teams.')}
    ${option('personal', 'Mine alone', 'Nobody else sees it.')}</fieldset>`;
}

/** What opens the account. X's access tokens begin with the ID of the account they belong to. */
function Keys({ form }) {
  const take = ({ target: { value } }) => {
    const [, id] = /^\s*(\d+)-/.exec(value) ?? [];
    form.fill((typed) => ({ ...typed, twitter_token: value, twitter_uid: typed.twitter_uid || (id ?? '') }));
  };
  return html`<details><summary>Where do I find the token and the ID?</summary>
      <ol><li>Sign in to <a href="https://developer.x.com/en/portal/dashboard" target="_blank" rel="noopener noreferrer">X’s developer portal</a> as the account.</li>
        <li>Open your app there, then “Keys and tokens”.</li>
        <li>Generate an access token and paste it below. The digits before its hyphen are the account ID.</li></ol></details>
    <${Password} name="twitter_token" label="Access token" hint="It is stored sealed and never shown again."
      missing="Enter the access token." autocomplete="off" onInput=${take} />
    <${Field} name="twitter_uid" label="Account ID" hint="The number X knows the account by; it stays when the handle changes."
      missing="Enter the account ID." spellcheck=${false} autocomplete="off" />`;
}

/** The same over a page. */
export function ConnectDialog({ onClose, onConnected, ...more }) {
  const connected = (...account) => {
    onClose();
    onConnected?.(...account);
  };
  const cancel = html`<button type="button" class="plain" onClick=${onClose}>Cancel</button>`;
  return html`<${Dialog} title=${more.known ? `Reconnect ${more.known.screen_name}` : 'Connect an X account'} onClose=${onClose}>
    <${Connect} ...${more} onConnected=${connected} more=${cancel} /><//>`;
}

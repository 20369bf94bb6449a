// Connecting an account by the fields of the documented request. A consent flow on X's side may take this place.
import { post } from '../api.js';
import { caller, isAdmin } from '../caller.js';
import { Dialog } from '../dialog.js';
import { Field, Password } from '../fields.js';
import { Form, useForm } from '../form.js';
import { say } from '../notice.js';
import { html, useState } from '../vendor/preact-htm.js';
import { fieldsIn } from './pasted.js';
import { ConflictWayOut } from './way_out.js';

const PATHS = { workspace: 'workspaces/twitter_accounts', personal: 'twitter_accounts' };
const EMPTY = { twitter_token: '', twitter_uid: '', screen_name: '', twitter_nickname: '', logo_url: '', account_verified: false };

/** `side` fixes whose the account becomes; without it, whoever may choose does. `known` is what to start from. */
export function Connect({ location, side, known, onConnected, more }) {
  const mayChoose = !side && isAdmin(caller.get());
  const [chosen, choose] = useState(side ?? (mayChoose ? 'workspace' : 'personal'));
  const form = useForm({
    scope: 'twitter_account',
    values: { ...EMPTY, ...known },
    submit: async (typed) => {
      const { twitter_account: account } = await post(PATHS[chosen], { twitter_account: { ...typed, location } });
      say(`${typed.screen_name} is connected.`);
      onConnected(account, chosen);
    },
  });
  const wayOut = (problem) => html`<${ConflictWayOut} problem=${problem} to=${chosen} then=${form.run} />`;
  return html`<${Form} form=${form} action=${known ? 'Reconnect' : 'Connect'} wayOut=${wayOut} more=${more}>
    ${mayChoose && html`<${Whose} chosen=${chosen} choose=${choose} />`}
    <${Paste} form=${form} />
    <div class="pair">
      <${Field} name="screen_name" label="Name" hint="As people see it on X." missing="Enter the account’s name." autocapitalize="words" autocomplete="off" />
      <${Field} name="twitter_nickname" label="Handle" hint="What follows the @." missing="Enter the handle." spellcheck=${false} autocomplete="off" />
    </div>
    <${Field} name="twitter_uid" label="Account ID" hint="The number X knows the account by. It stays the same when the handle changes." missing="Enter the account ID." spellcheck=${false} autocomplete="off" />
    <${Password} name="twitter_token" label="Access token" hint="From X’s developer portal, under “Keys and tokens”. It is stored sealed and never shown again." missing="Enter the access token." autocomplete="off" />
    <${Field} name="logo_url" label="Picture address" hint="The address of the profile picture, starting with https://" missing="Enter the picture’s address." inputmode="url" spellcheck=${false} autocomplete="off" />
    <label class="check"><input type="checkbox" name="account_verified" checked=${form.typed.account_verified}
      onChange=${(event) => form.type('account_verified', event.target.checked)} /> X shows this account as verified</label>
  <//>`;
}

function Whose({ chosen, choose }) {
  const option = (value, label, explained) => html`<label><input type="radio" name="whose" value=${value}
    checked=${chosen === value} onChange=${() => choose(value)} /><span>${label}<small>${explained}</small></span></label>`;
  return html`<fieldset class="choice"><legend>Whose account is it?</legend>
    ${option('workspace', 'The workspace’s', 'Admins look after it and share it with teams.')}
    ${option('personal', 'Mine alone', 'Nobody else sees it.')}</fieldset>`;
}

function Paste({ form }) {
  const [said, tell] = useState({});
  const read = (event) => {
    const text = event.target.value.trim();
    if (!text) return tell({});
    try {
      const found = fieldsIn(text);
      form.fill((typed) => ({ ...typed, ...found }));
      form.setProblems([]);
      tell({ done: `${Object.keys(found).length} fields are filled in below.` });
    } catch (error) {
      tell({ wrong: error.message });
    }
  };
  return html`<details class="paste"><summary>Have it as JSON? Paste it instead</summary>
    <label for="pasted">JSON of the account</label>
    <small class="hint" id="pasted-hint">The request of the API, or X’s own answer about the account.</small>
    <textarea id="pasted" rows="4" spellcheck=${false} aria-invalid=${said.wrong ? 'true' : undefined}
      aria-describedby="pasted-hint pasted-said" onInput=${read}></textarea>
    <small id="pasted-said" role="status" class=${said.wrong ? 'mistake' : 'hint'}>${said.wrong ?? said.done}</small></details>`;
}

/** The same over a page. */
export function ConnectDialog({ onClose, onConnected, ...more }) {
  const connected = (...account) => {
    onClose();
    onConnected?.(...account);
  };
  return html`<${Dialog} title=${more.known ? `Reconnect ${more.known.screen_name}` : 'Connect an X account'} onClose=${onClose}>
    <${Connect} ...${more} onConnected=${connected}
      more=${html`<button type="button" class="plain" onClick=${onClose}>Cancel</button>`} /><//>`;
}

// Connects an account: on the network's own page where an app is set up, otherwise by a form for a token.
import { post } from '../api.js';
import { Refused, useAct } from '../act.js';
import { caller, isAdmin } from '../caller.js';
import { beginConsent, useConsents } from '../consents.js';
import { Dialog } from '../dialog.js';
import { Field, Password } from '../fields.js';
import { Form, useForm } from '../form.js';
import { Loaded } from '../load.js';
import { NETWORKS, accountBody } from '../networks.js';
import { say } from '../notice.js';
import { html, useState } from '../vendor/preact-htm.js';
import { handle } from './account.js';
import { Paste } from './paste.js';
import { ConflictWayOut } from './way_out.js';

const empty = ({ fields: { token, externalId, handle } }) => (
  { [token]: '', [externalId]: '', screen_name: '', [handle]: '', logo_url: '', account_verified: false });

/** `side` fixes the owner; without it, admins may choose. `known` is the account to connect again. */
export function Connect({ network = NETWORKS[0], ...more }) {
  const offers = useConsents();
  const [pasting, paste] = useState(false);
  if (offers === undefined) return html`<${Loaded} of=${{}} />`;
  if (pasting || !offers.includes(network.name)) return html`<${Token} network=${network} ...${more} />`;
  return html`<${Leave} network=${network} onToken=${() => paste(true)} ...${more} />`;
}

/** Sends the browser to the network's own page; `pages/consent.js` takes over when it is back. */
function Leave({ network, location, side, known, more, onToken }) {
  const mayChoose = !side && isAdmin(caller.get());
  const [chosen, choose] = useState(side ?? (mayChoose ? 'workspace' : 'personal'));
  const leave = useAct(() => beginConsent({ network, side: chosen, location, known: known?.id }));
  const expected = known?.[network.fields.handle];
  return html`${mayChoose && html`<${Whose} chosen=${chosen} choose=${choose} />`}
    <p>${network.label} asks you to confirm and brings you back here. ${expected
      ? html`To connect <strong>${handle(expected)}</strong> again, be signed in as it at ${network.host}.`
      : html`You will connect whoever is signed in at ${network.host} in this browser.`}</p>
    <p class="fine">Somebody else? <a href=${network.signOut} target="_blank" rel="noopener noreferrer">Sign out at ${network.host}</a> first.</p>
    <${Refused} act=${leave} />
    <div class="actions"><button type="button" aria-busy=${leave.busy} onClick=${() => leave.run()}>
      ${known ? `Reconnect on ${network.label}` : `Connect ${network.anAccount}`}</button>${more}
      <button type="button" class="link" onClick=${onToken}>I have a token</button></div>`;
}

/** The form for a token that somebody has. */
function Token({ network, location, side, known, onConnected, more }) {
  const mayChoose = !side && isAdmin(caller.get());
  const [chosen, choose] = useState(side ?? (mayChoose ? 'workspace' : 'personal'));
  const { id, ...shown } = known ?? {};
  const form = useForm({
    scope: network.object,
    values: { ...empty(network), ...shown },
    submit: async (typed) => {
      const given = { ...typed, logo_url: typed.logo_url.trim() || network.noPicture, location };
      const { [network.object]: account } = await post(network.paths[chosen], accountBody(network, given));
      say(id && id !== account.id ? `That was another account: ${typed.screen_name} is connected beside it.` : `${typed.screen_name} is connected.`);
      onConnected(account, chosen);
    },
  });
  const wayOut = (problem) => html`<${ConflictWayOut} problem=${problem} to=${chosen} then=${form.run} />`;
  return html`<${Form} form=${form} action=${known ? 'Reconnect' : 'Connect'} wayOut=${wayOut} more=${more}>
    ${mayChoose && html`<${Whose} chosen=${chosen} choose=${choose} />`}
    <${Paste} form=${form} network=${network} />
    <div class="pair">
      <${Field} name="screen_name" label="Name" hint=${`As people see it on ${network.label}.`} missing="Enter the account’s name."
        autocapitalize="words" autocomplete="off" />
      <${Field} name=${network.fields.handle} label="Handle" hint="Without the @." missing="Enter the handle."
        spellcheck=${false} autocomplete="off" />
    </div>
    <${Keys} form=${form} network=${network} />
    <${Field} name="logo_url" label="Picture address" hint="Of the profile picture, starting with https://. Without it, initials are shown."
      inputmode="url" spellcheck=${false} autocomplete="off" />
    <label class="check"><input type="checkbox" name="account_verified" checked=${form.typed.account_verified}
      onChange=${(event) => form.type('account_verified', event.target.checked)} /><span>${network.label} shows this account as verified</span></label>
  <//>`;
}

function Whose({ chosen, choose }) {
  const option = (value, label, explained) => html`<label><input type="radio" name="whose" value=${value}
    checked=${chosen === value} onChange=${() => choose(value)} /><span>${label}<small>${explained}</small></span></label>`;
  return html`<fieldset class="choice"><legend>Whose account is it?</legend>
    ${option('workspace', 'The workspace’s', 'Admins look after it and share it with teams.')}
    ${option('personal', 'Mine alone', 'Nobody else sees it.')}</fieldset>`;
}

/** Fills in the ID if the token contains it. */
function Keys({ form, network }) {
  const { token, externalId } = network.fields;
  const take = ({ target: { value } }) => {
    const id = network.idInToken(value) ?? '';
    form.fill((typed) => ({ ...typed, [token]: value, [externalId]: typed[externalId] || id }));
  };
  return html`<details><summary>Where do I find the token and the ID?</summary>
      <${network.WhereToFindKeys} /></details>
    <${Password} name=${token} label="Access token" hint="It is stored sealed and never shown again."
      missing="Enter the access token." autocomplete="off" onInput=${take} />
    <${Field} name=${externalId} label="Account ID" hint=${network.idHint}
      missing="Enter the account ID." spellcheck=${false} autocomplete="off" />`;
}

/** The same form in a dialog. */
export function ConnectDialog({ network = NETWORKS[0], onClose, onConnected, ...more }) {
  const connected = (...account) => {
    onClose();
    onConnected?.(...account);
  };
  const cancel = html`<button type="button" class="plain" onClick=${onClose}>Cancel</button>`;
  return html`<${Dialog} title=${more.known ? `Reconnect ${more.known.screen_name}` : `Connect ${network.anAccount}`} onClose=${onClose}>
    <${Connect} ...${more} network=${network} onConnected=${connected} more=${cancel} /><//>`;
}

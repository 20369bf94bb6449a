// Template branding: previews a template with the handle and picture of a workspace account. Nothing is stored.
import { isAdmin } from '../caller.js';
import { Loaded } from '../load.js';
import { NETWORKS } from '../networks.js';
import { handle, Picture, Verified } from '../parts/account.js';
import { FindAccount, useAccounts } from '../parts/account_list.js';
import { ConnectDialog } from '../parts/connect.js';
import { More } from '../parts/paged.js';
import { View } from '../router.js';
import { html, useEffect, useState } from '../vendor/preact-htm.js';

const TEMPLATES = {
  'Game day': ['Game day', 'Friday, 7:00 pm', 'vs Westfield Prep'],
  'Final score': ['Final', '28 – 14', 'vs Westfield Prep'],
  'Signing day': ['Signing day', 'Class of 2027', 'Welcome to the family'],
};
/** Templates are for the default network. */
const [NETWORK] = NETWORKS;
const HANDLE = NETWORK.fields.handle;
const INTRO = 'Pick the account a template speaks for. This is a preview: nothing is stored.';

export function Branding({ user }) {
  const [chosen, choose] = useState(null);
  const [connecting, connect] = useState(false);
  const accounts = useAccounts(NETWORK, 'workspace');
  const connected = async (account) => {
    await accounts.reload(account);
    choose(account);
  };
  const start = isAdmin(user) && (() => connect(true));
  return html`<${View} title="Template branding" intro=${INTRO} shape="wide">
    <${Loaded} of=${accounts}>${({ rows, total, isSearch }) => (total === 0 && !isSearch ? html`<${Nothing} onConnect=${start} />`
      : html`<${Workbench} accounts=${accounts} chosen=${chosen ?? rows[0]} choose=${choose} onConnect=${start} />`)}<//>
    ${connecting && html`<${ConnectDialog} side="workspace" location="templateBranding" onClose=${() => connect(false)}
      onConnected=${connected} />`}<//>`;
}

function Nothing({ onConnect }) {
  return html`<div class="empty"><h2>No account to brand with</h2>
    <p>${onConnect ? 'Connect one, and every template can carry its handle and picture.' : 'Ask an admin to share an account with your team.'}</p>
    ${onConnect && html`<button type="button" onClick=${onConnect}>Connect an account</button>`}</div>`;
}

function Workbench({ accounts, chosen, choose, onConnect }) {
  const [template, take] = useState('Game day');
  // The first one stays while others are looked for.
  useEffect(() => choose(chosen), []);
  const { rows } = accounts.value;
  return html`<div class="branding"><form onSubmit=${(event) => event.preventDefault()}>
      <fieldset class="ticks"><legend>Account</legend>
        <${FindAccount} of=${accounts} />
        <div class="scrolled">${rows.map((one) => html`<label key=${one.id}><input type="radio" name="account" checked=${one.id === chosen.id}
            onChange=${() => choose(one)} /> <span>${one.nickname || one.screen_name} (${handle(one[HANDLE])})</span></label>`)}
          <${More} of=${accounts} /></div></fieldset>
      <label>Template <select name="template" value=${template} onChange=${(event) => take(event.target.value)}>
        ${Object.keys(TEMPLATES).map((name) => html`<option>${name}</option>`)}</select></label>
      ${onConnect && html`<button type="button" class="plain" onClick=${onConnect}>Connect another account</button>`}</form>
    <${Poster} account=${chosen} words=${TEMPLATES[template]} /></div>`;
}

function Poster({ account, words: [headline, score, line] }) {
  return html`<figure class="poster" aria-live="polite"><div class="field-lines" aria-hidden="true"></div>
    <p class="headline">${headline}</p><p class="score">${score}</p><p>${line}</p>
    <figcaption><${Picture} url=${account.logo_url} name=${account.screen_name} />
      <span><strong>${account.screen_name}</strong> ${account.account_verified && html`<${Verified} />`}<br />
        ${handle(account[HANDLE])}</span></figcaption></figure>`;
}

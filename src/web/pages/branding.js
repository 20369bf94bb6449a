// Template branding: previews a template with the handle and picture of a workspace account. Nothing is stored.
import { isAdmin } from '../caller.js';
import { Loaded, useLoad } from '../load.js';
import { NETWORKS } from '../networks.js';
import { handle, Picture, Verified } from '../parts/account.js';
import { ConnectDialog } from '../parts/connect.js';
import { everyPage } from '../parts/paged.js';
import { View } from '../router.js';
import { html, useState } from '../vendor/preact-htm.js';

const TEMPLATES = {
  'Game day': ['Game day', 'Friday, 7:00 pm', 'vs Westfield Prep'],
  'Final score': ['Final', '28 – 14', 'vs Westfield Prep'],
  'Signing day': ['Signing day', 'Class of 2027', 'Welcome to the family'],
};
const INTRO = 'Pick the account a template speaks for. This is a preview: nothing is stored.';

/** Those of every network. */
async function workspaceAccounts() {
  const on = async ({ paths, list, fields }) => {
    const { rows } = await everyPage(paths.workspace, list);
    return rows.map((account) => ({ ...account, handle: account[fields.handle] }));
  };
  return { rows: (await Promise.all(NETWORKS.map(on))).flat() };
}

export function Branding({ user }) {
  const [chosen, choose] = useState(null);
  const [connecting, connect] = useState(false);
  const accounts = useLoad(workspaceAccounts);
  const connected = async (account) => {
    await accounts.reload();
    choose(account.id);
  };
  const start = isAdmin(user) && (() => connect(true));
  return html`<${View} title="Template branding" intro=${INTRO} shape="wide">
    <${Loaded} of=${accounts}>${({ rows }) => (rows.length === 0 ? html`<${Nothing} onConnect=${start} />`
      : html`<${Workbench} accounts=${rows} chosen=${rows.find(({ id }) => id === chosen) ?? rows[0]} choose=${choose} onConnect=${start} />`)}<//>
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
  return html`<div class="branding"><form onSubmit=${(event) => event.preventDefault()}>
      <label>Account <select name="account" value=${chosen.id} onChange=${(event) => choose(Number(event.target.value))}>
        ${accounts.map((one) => html`<option value=${one.id}>${one.nickname || one.screen_name} (${handle(one.handle)})</option>`)}</select></label>
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
        ${handle(account.handle)}</span></figcaption></figure>`;
}

// Template branding: a template takes its handle and picture from a workspace account. A preview; nothing is stored.
import { pages } from '../api.js';
import { isAdmin } from '../caller.js';
import { Loaded, useLoad } from '../load.js';
import { handle, Picture, Verified } from '../parts/account.js';
import { ConnectDialog } from '../parts/connect.js';
import { View } from '../router.js';
import { html, useState } from '../vendor/preact-htm.js';

const TEMPLATES = {
  'Game day': ['Game day', 'Friday, 7:00 pm', 'vs Westfield Prep'],
  'Final score': ['Final', '28 – 14', 'vs Westfield Prep'],
  'Signing day': ['Signing day', 'Class of 2027', 'Welcome to the family'],
};

export function Branding({ user }) {
  const [chosen, choose] = useState(null);
  const [template, take] = useState('Game day');
  const [connecting, connect] = useState(false);
  const accounts = useLoad(() => pages('workspaces/twitter_accounts', 'twitter_accounts', 4));
  const connected = async (account) => {
    await accounts.reload();
    choose(account.id);
  };
  const button = isAdmin(user) && html`<button type="button" class="plain" onClick=${() => connect(true)}>Connect another account</button>`;
  return html`<${View} title="Template branding" intro="Pick the account a template speaks for. This is a preview: nothing is stored." wide>
    <${Loaded} of=${accounts}>${({ rows }) => rows.length === 0 ? html`<${Nothing} admin=${isAdmin(user)} onConnect=${() => connect(true)} />` : html`
      <div class="branding"><form onSubmit=${(event) => event.preventDefault()}>
          <label>Account <select name="account" value=${chosen ?? rows[0].id} onChange=${(event) => choose(Number(event.target.value))}>
            ${rows.map((row) => html`<option value=${row.id}>${row.nickname || row.screen_name} (${handle(row.twitter_nickname)})</option>`)}</select></label>
          <label>Template <select name="template" value=${template} onChange=${(event) => take(event.target.value)}>
            ${Object.keys(TEMPLATES).map((name) => html`<option>${name}</option>`)}</select></label>
          ${button}</form>
        <${Poster} account=${rows.find(({ id }) => id === chosen) ?? rows[0]} words=${TEMPLATES[template]} /></div>`}<//>
    ${connecting && html`<${ConnectDialog} side="workspace" location="templateBranding" onClose=${() => connect(false)} onConnected=${connected} />`}<//>`;
}

function Nothing({ admin, onConnect }) {
  return html`<div class="empty"><h2>No account to brand with</h2>
    <p>${admin ? 'Connect one, and every template can carry its handle and picture.' : 'Ask an admin to share an account with your team.'}</p>
    ${admin && html`<button type="button" onClick=${onConnect}>Connect an account</button>`}</div>`;
}

function Poster({ account, words: [headline, score, line] }) {
  return html`<figure class="poster" aria-live="polite"><div class="field-lines" aria-hidden="true"></div>
    <p class="headline">${headline}</p><p class="score">${score}</p><p>${line}</p>
    <figcaption><${Picture} url=${account.logo_url} name=${account.screen_name} />
      <span><strong>${account.screen_name}</strong> ${account.account_verified && html`<${Verified} />`}<br />${handle(account.twitter_nickname)}</span></figcaption></figure>`;
}

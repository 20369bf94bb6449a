// What a person can do after a refusal: a button, a link, or addresses of people to ask.
import { post, Refusal } from '../api.js';
import { say } from '../notice.js';
import { html, useState } from '../vendor/preact-htm.js';
import { Copy } from './copy.js';

const ADDRESS = /[^\s,<>"]+@[^\s,<>"]+/g;
const SIDES = {
  workspace: { action: 'Move it to the workspace', said: 'Moved to the workspace.' },
  personal: { action: 'Move it to my accounts', said: 'Moved to your accounts. Teams no longer share it.' },
};

/** Transfers the account to the wanted side, then calls `then` to repeat the refused request. */
export function Transfer({ problem, to, then }) {
  const [busy, setBusy] = useState(false);
  const [refused, refuse] = useState([]);
  const move = async () => {
    setBusy(true);
    try {
      await post('account_transfers', { account_transfer: { social_account_id: problem.account_id, to } });
      say(SIDES[to].said);
      await then();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      refuse(refusal.problems);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="way-out">
    <button type="button" aria-busy=${busy} onClick=${move}>${SIDES[to].action}</button>
    <small>${to === 'workspace' ? 'It keeps its nickname, and the details above are brought up to date.' : 'Sharing it with teams ends.'}</small>
    ${refused.map((one) => html`<p role="alert">${one.message}</p><${Ask} problem=${one} />`)}</div>`;
}

/** The addresses to ask, each with a copy button. */
export function Ask({ problem }) {
  const addresses = problem.message.match(ADDRESS) ?? [];
  if (addresses.length === 0) return null;
  const all = addresses.join(', ');
  return html`<div class="way-out"><${Copy} label=${addresses.length > 1 ? 'their addresses' : 'the address'} text=${all} />
    <small>Ask them to disconnect it, then try again.</small></div>`;
}

/** For a refused connect. */
export function ConflictWayOut({ problem, to, then }) {
  if (!problem.code.startsWith('held_by')) return null;
  if (problem.account_id) return html`<${Transfer} problem=${problem} to=${to} then=${then} />`;
  return html`<${Ask} problem=${problem} />`;
}

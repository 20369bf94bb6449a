// How an account looks, wherever it is shown.
import { html, useState } from '../vendor/preact-htm.js';

const DAY = { day: 'numeric', month: 'short', year: 'numeric' };

export const day = (moment) => new Date(moment).toLocaleDateString('en-GB', DAY);

/** Its picture, or its initials where there is none to show. Only the web's own pictures are asked for. */
export function Picture({ url, name, large }) {
  const [failed, fail] = useState('');
  const size = large ? 'picture large' : 'picture';
  if (!/^https?:\/\//i.test(url) || failed === url) {
    return html`<span class=${size} aria-hidden="true">${initials(name)}</span>`;
  }
  return html`<img class=${size} referrerpolicy="no-referrer" loading="lazy" alt="" src=${url}
    onError=${() => fail(url)} />`;
}

export const handle = (nickname) => `@${nickname.replace(/^@/, '')}`;

export const Verified = () => html`<span class="mark verified"><span aria-hidden="true">✓</span> Verified</span>`;

/** Connected, or why it needs connecting again. */
export function State({ account, onReconnect }) {
  if (!account.auth_failed_at) return null;
  return html`<p class="state"><span class="mark broken"><span aria-hidden="true">!</span> Needs reconnecting</span>
    <span>X has refused its access since ${day(account.auth_failed_at)}.</span>
    ${onReconnect && html`<button type="button" class="small" onClick=${onReconnect}>Reconnect</button>`}</p>`;
}

function initials(name) {
  const words = name.trim().split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)));
  return letters.join('').toUpperCase() || '?';
}

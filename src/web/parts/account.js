// How accounts and people are shown in all views.
import { html, useState } from '../vendor/preact-htm.js';
import { day } from './moment.js';

const HUES = 6;

/** The picture, or the initials if there is none. Only http and https URLs are loaded. */
export function Picture({ url, name }) {
  const [failed, fail] = useState('');
  const isShown = /^https?:\/\//i.test(url) && !url.includes('/default_profile_images/') && failed !== url;
  if (!isShown) return html`<span class=${`picture hue-${hue(name)}`} aria-hidden="true">${initials(name)}</span>`;
  return html`<img class="picture" referrerpolicy="no-referrer" loading="lazy" alt="" src=${url} onError=${() => fail(url)} />`;
}

export const handle = (nickname) => `@${nickname.replace(/^@/, '')}`;

/** An e-mail address that may break before `@` and before each dot. */
export function Address({ of }) {
  return of.split(/(?=[@.])/).map((part) => html`${part}<wbr />`);
}

export const Verified = () => html`<span class="mark verified"><span aria-hidden="true">✓</span> Verified</span>`;

/** How well an account is that was connected by consent, with the day; of the others, whether they failed. */
export function State({ account, network, onReconnect }) {
  const { by, state, reason, checked_at } = account.connection;
  if (!account.auth_failed_at) {
    if (by === 'token') return null;
    return html`<p class="fine">${inWords(state, network)}${checked_at && ` Last checked on ${day(checked_at)}.`}</p>`;
  }
  const since = day(account.auth_failed_at);
  const told = by === 'token' ? `It has had no working token since ${since}.`
    : `${network.label} ${reason === 'suspended' ? 'has suspended this account' : 'has refused its access'} since ${since}.`;
  return html`<p class="state"><span class="mark broken"><span aria-hidden="true">!</span> Needs reconnecting</span>
    <span>${told}</span>
    ${onReconnect && html`<button type="button" class="small" onClick=${onReconnect}>Reconnect</button>`}</p>`;
}

const inWords = (state, network) => ({
  ok: 'Its access works, and is renewed.',
  unknown: `${network.label} does not answer; its access is renewed once it does.`,
  paused: 'Its access is not renewed at the moment.',
})[state];

export const ActivityLink = ({ of: { id }, name }) => html`<a href=${`#/workspace/activity/${id}`} aria-label=${`Activity: ${name}`}>Activity</a>`;

/** A fixed hue for each name. */
const hue = (name) => [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES;

function initials(name) {
  const words = name.trim().split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)));
  return letters.join('').toUpperCase() || '?';
}

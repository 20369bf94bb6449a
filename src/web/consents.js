// Consents: connecting an account on its network's own page. The browser leaves in the same tab, whose sessionStorage says
// what was begun when it is back.
import { get, post, Refusal } from './api.js';
import { useEffect, useState } from './vendor/preact-htm.js';

const KEY = 'roster.consent';
let asked;

/** The names of the networks that have such a page here; asked once. Without an answer there are none. */
export function useConsents() {
  const [names, setNames] = useState();
  useEffect(() => {
    asked ??= get('networks').then(({ networks }) => networks.filter(({ consent }) => consent).map(({ name }) => name));
    asked.then(setNames, (refusal) => {
      if (!(refusal instanceof Refusal)) throw refusal;
      asked = undefined;
      setNames([]);
    });
  }, []);
  return names;
}

/** Begins a consent and leaves for the network. `known` is the id of an account to connect again; `place` the view to return to in the end. */
export async function beginConsent({ network, side, location, known, place = window.location.hash }) {
  const { consent } = await post('consents', { consent: { network: network.name, side, account_id: known, location } });
  sessionStorage.setItem(KEY, JSON.stringify({ network: network.name, side, location, known, place }));
  window.location.assign(consent.authorize_url);
  // The button stays busy until the browser has left.
  return new Promise(() => {});
}

/** What was begun in this tab; null in another. */
export const begun = () => JSON.parse(sessionStorage.getItem(KEY));

export const forget = () => sessionStorage.removeItem(KEY);

// What a view shows comes from the service: on its way, there, or refused with a way to ask again.
import { Refusal } from './api.js';
import { html, useCallback, useEffect, useRef, useState } from './vendor/preact-htm.js';

/** Loads now, whenever an input changes, when asked to, and when the connection is back after a failure. */
export function useLoad(load, inputs = []) {
  const [state, setState] = useState({});
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const turn = ++latest.current;
    const settle = (change) => turn === latest.current && setState(change);
    try {
      const value = await load();
      settle({ value });
      if (turn > 1) setTimeout(refocus);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      settle(({ value }) => ({ value, refusal }));
    }
  }, inputs);
  useEffect(() => {
    reload();
    return () => { latest.current += 1; };
  }, inputs);
  useEffect(() => {
    if (!state.refusal) return undefined;
    addEventListener('online', reload);
    return () => removeEventListener('online', reload);
  }, [state.refusal]);
  return { ...state, reload };
}

/** What had the focus may have gone with its row. */
function refocus() {
  if (document.activeElement === document.body) document.querySelector('h1')?.focus({ preventScroll: true });
}

/** Draws what was loaded with its child, a function; before that, as many grey rows as `rows` says. */
export function Loaded({ of: { value, refusal, reload }, rows = 2, children }) {
  if (value === undefined && !refusal) {
    return html`<div class="waiting" role="status"><span class="unseen">Loading…</span>
      ${Array.from({ length: rows }, () => html`<div class="row ghost" />`)}</div>`;
  }
  return html`
    ${refusal && html`<div class="problem" role="alert"><p>${refusal.message}</p>
      <button type="button" class="small" onClick=${reload}>Try again</button></div>`}
    ${value !== undefined && children(value)}`;
}

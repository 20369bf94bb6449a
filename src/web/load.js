// Loading data for a view: waiting, loaded, or failed with a button to try again.
import { Refusal } from './api.js';
import { html, useCallback, useEffect, useRef, useState } from './vendor/preact-htm.js';

/** Loads at once, whenever an input changes, on `reload`, which passes what it gets, and when the browser is online again after a failure. */
export function useLoad(load, inputs = []) {
  const [state, setState] = useState({});
  const latest = useRef(0);
  const reload = useCallback(async (...given) => {
    const turn = ++latest.current;
    const settle = (change) => turn === latest.current && setState(change);
    try {
      const value = await load(...given);
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

/** Moves the focus to the heading if the focused element was removed. */
function refocus() {
  if (document.activeElement === document.body) document.querySelector('h1')?.focus({ preventScroll: true });
}

/** `children` is a function that draws the loaded value; until then, `rows` grey rows are shown. */
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

// Buttons that send one request: disabled meanwhile, with a failure shown beside them.
import { Refusal } from './api.js';
import { html, useState } from './vendor/preact-htm.js';

/** `then` is called only after success. */
export function useAct(action, then) {
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const run = async (...given) => {
    if (busy) return;
    setBusy(true);
    setProblems([]);
    try {
      const answer = await action(...given);
      await then?.(answer);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setProblems(refusal.problems);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problems, run };
}

export function Refused({ act, wayOut }) {
  if (act.problems.length === 0) return null;
  return html`<div class="problem" role="alert">${act.problems.map((problem) => html`
    <p>${problem.message}</p>${wayOut?.(problem)}`)}</div>`;
}

// Forms keep what was typed after a failure, show errors under their fields, and all other errors in a summary on top.
import { Refusal } from './api.js';
import { createContext, html, useEffect, useRef, useState } from './vendor/preact-htm.js';

export const FormContext = createContext(null);

/** `scope` is the key of the request body that contains the fields; `submit` gets the values and may throw a Refusal. */
export function useForm({ scope, values, submit }) {
  const [typed, setTyped] = useState(values);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const element = useRef();

  useEffect(() => {
    if (problems.length === 0) return;
    const target = problems.some(({ name }) => !name) ? '.summary' : '[aria-invalid=true]';
    element.current?.querySelector(target)?.focus();
  }, [problems]);

  const type = (name, value) => setTyped((before) => ({ ...before, [name]: value }));
  const run = async () => {
    const missing = blanks(element.current);
    setProblems(missing);
    if (missing.length > 0) return;
    setBusy(true);
    try {
      await submit(typed);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setProblems(refusal.problems.map((problem) => place(problem, scope, element.current)));
    } finally {
      setBusy(false);
    }
  };
  return { typed, type, fill: setTyped, busy, problems, setProblems, element, run };
}

/** `look` is the class of the button; `wayOut` returns what to show beside an error of the summary, or nothing. */
export function Form({ form, action, look, wayOut, children, more }) {
  const submit = (event) => {
    event.preventDefault();
    if (!form.busy) form.run();
  };
  const general = form.problems.filter(({ name }) => !name);
  return html`<form novalidate ref=${form.element} onSubmit=${submit}>
    ${general.length > 0 && html`<div class="summary problem" role="alert" tabindex="-1">
      ${general.map((problem) => html`<p>${problem.message}</p>${wayOut?.(problem)}`)}</div>`}
    <${FormContext.Provider} value=${form}>${children}<//>
    <div class="actions"><button type="submit" class=${look} aria-busy=${form.busy}>${action}</button>${more}</div>
  </form>`;
}

/** Shortens a documented error message to the part that is useful under a field. */
export function inShort(problem) {
  if (problem.code === 'missing' || problem.code === 'blank') return 'Please fill this in.';
  const [, rule] = /^Invalid parameter '.*?' value [^]*: (.+)$/.exec(problem.message) ?? [];
  return rule ? `This ${rule.charAt(0).toLowerCase()}${rule.slice(1)}.`.replace(/\.+$/, '.') : problem.message;
}

function place(problem, scope, element) {
  const name = problem.field.replace(`${scope}.`, '').replace(/\[\d+\]$/, '');
  const isHere = !problem.code.startsWith('held_by') && element?.elements.namedItem(name);
  return isHere ? { ...problem, name, message: inShort(problem) } : { ...problem, name: '' };
}

function blanks(element) {
  const required = [...element.elements].filter((field) => field.required && field.value.trim() === '');
  return required.map((field) => ({ name: field.name, code: 'missing', message: field.dataset.missing ?? 'Please fill this in.' }));
}

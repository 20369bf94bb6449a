// Form fields with label, hint and error message, linked so that screen readers read all three.
import { FormContext } from './form.js';
import { html, useContext, useId, useState } from './vendor/preact-htm.js';

export function Field({ name, label, hint, missing, as = 'input', children, after, ...more }) {
  const form = useContext(FormContext);
  const id = useId();
  const problem = form.problems.find((one) => one.name === name);
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  const input = html`<${as} id=${id} name=${name} value=${form.typed[name]} data-missing=${missing}
    required=${Boolean(missing)} aria-invalid=${problem ? 'true' : undefined} aria-describedby=${described || undefined}
    onInput=${(event) => form.type(name, event.target.value)} autocapitalize="none" ...${more}>${children}<//>`;
  return html`<div class="field">
    <label for=${id}>${label}${!missing && !more.readonly && html` <small>optional</small>`}</label>
    ${hint && html`<small class="hint" id="${id}-hint">${hint}</small>`}
    ${after ? html`<div class="joined">${input}${after}</div>` : input}
    ${problem && html`<small class="mistake" id="${id}-problem">${problem.message}</small>`}
  </div>`;
}

export function Password({ label = 'Password', ...more }) {
  const [shown, show] = useState(false);
  const word = shown ? 'Hide' : 'Show';
  const toggle = html`<button type="button" class="plain" aria-label=${`${word} ${label.toLowerCase()}`}
    onClick=${() => show(!shown)}>${word}</button>`;
  return html`<${Field} label=${label} type=${shown ? 'text' : 'password'} spellcheck=${false} after=${toggle} ...${more} />`;
}

export const Email = (props) => html`<${Field} label="E-mail" name="email" type="email" autocomplete="username"
  missing="Enter an e-mail address." spellcheck=${false} ...${props} />`;

export const PASSWORD_HINT = 'At least 8 characters. A few words you will remember are best.';

export function NewPassword(props) {
  return html`<${Password} name="password" autocomplete="new-password" hint=${PASSWORD_HINT}
    missing="Choose a password." ...${props} />`;
}

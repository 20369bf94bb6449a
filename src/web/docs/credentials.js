// The credentials for requests from this page, by security scheme; kept in memory only.
import { html } from './preact-htm.js';
import { inline } from './prose.js';

export function Credentials({ schemes, credentials, change }) {
  return html`<details class="credentials">
    <summary>Credentials for what you try out</summary>
    ${Object.entries(schemes).map(([name, scheme]) => html`<label key=${name}>
      <code>${name}</code> ${inline(scheme.description)}
      <input type="password" autocomplete="off" spellcheck=${false} value=${credentials[name] ?? ''}
        onInput=${(event) => change({ ...credentials, [name]: event.target.value.trim() })} />
    </label>`)}
  </details>`;
}

/** The headers of all security schemes that the action accepts and that have a value. */
export function headers(operation, schemes, credentials) {
  const taken = (operation.security ?? []).flatMap((required) => Object.keys(required));
  return taken.filter((name) => credentials[name]).map((name) => {
    const { type, name: header } = schemes[name];
    return type === 'http' ? ['Authorization', `Bearer ${credentials[name]}`] : [header, credentials[name]];
  });
}

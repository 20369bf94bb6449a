// A request that Roster sends to webhooks. Details are drawn when it is opened.
import { Request } from './operation.js';
import { html, useState } from './preact-htm.js';
import { inline, Prose } from './prose.js';

export function Sent({ name, operation, specification }) {
  const [open, setOpen] = useState(false);
  return html`<details open=${open} onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary><code>${name}</code> ${operation.summary}</summary>
    ${open && html`<div class="body">
      <${Prose} text=${operation.description} />
      ${operation.parameters.map((header) => html`<p key=${header.name}><code>${header.name}</code>: ${inline(header.description)}</p>`)}
      <${Request} body=${operation.requestBody} specification=${specification} />
    </div>`}
  </details>`;
}

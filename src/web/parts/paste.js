// Fills in the form from pasted JSON.
import { html, useState } from '../vendor/preact-htm.js';
import { fieldsIn } from './pasted.js';

export function Paste({ form, network }) {
  const [said, tell] = useState({});
  const read = (event) => {
    const text = event.target.value.trim();
    if (!text) return tell({});
    try {
      const found = fieldsIn(network, text);
      const count = Object.keys(found).length;
      form.fill((typed) => ({ ...typed, ...found }));
      form.setProblems([]);
      tell({ done: count === 1 ? '1 field is filled in below.' : `${count} fields are filled in below.` });
    } catch (error) {
      tell({ wrong: error.message });
    }
  };
  return html`<details><summary>Have it as JSON? Paste it instead</summary>
    <label for="pasted">JSON of the account</label>
    <small class="hint" id="pasted-hint">The request of the API, or ${network.label}’s own answer about the account.</small>
    <textarea id="pasted" rows="4" spellcheck=${false} aria-invalid=${said.wrong ? 'true' : undefined}
      aria-describedby="pasted-hint pasted-said" onInput=${read}></textarea>
    <small id="pasted-said" role="status" class=${said.wrong ? 'mistake' : 'hint'}>${said.wrong ?? said.done}</small></details>`;
}

// A text to pass on, with a button that copies it.
import { say } from '../notice.js';
import { html, useRef } from '../vendor/preact-htm.js';

export function Copy({ label, text, what = 'Copied.' }) {
  const input = useRef();
  const copy = async () => {
    input.current.select();
    try {
      await navigator.clipboard.writeText(text);
      say(what);
    } catch {
      say('Press Ctrl+C (or ⌘C) to copy what is selected.');
    }
  };
  return html`<div class="joined copy">
    <input ref=${input} readonly value=${text} aria-label=${label} onFocus=${(event) => event.target.select()} />
    <button type="button" class="plain" aria-label=${`Copy ${label}`} onClick=${copy}>Copy</button>
  </div>`;
}

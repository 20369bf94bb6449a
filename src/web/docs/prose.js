// Renders texts of the description: paragraphs, **strong** words and `code`, as elements and never as HTML.
import { html } from './preact-htm.js';

export function Prose({ text = '' }) {
  return text.split(/\n\s*\n/).filter(Boolean).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

export function inline(text = '') {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
    if (part.startsWith('**')) return html`<strong>${part.slice(2, -2)}</strong>`;
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
    return part;
  });
}

// Renders texts of the description: paragraphs, **strong** words, `code` and [links](/openapi.json) into this service, as
// elements and never as HTML.
import { html } from './preact-htm.js';

export function Prose({ text = '' }) {
  return text.split(/\n\s*\n/).filter(Boolean).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

export function inline(text = '') {
  return text.split(/(\*\*[^*]+\*\*|\[[^\]]+\]\(\/[^)]+\)|`[^`]+`)/).map((part) => {
    const [, label, path] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? [];
    if (label) return html`<a href=${new URL(`..${path}`, import.meta.url).href}>${inline(label)}</a>`;
    if (part.startsWith('**')) return html`<strong>${part.slice(2, -2)}</strong>`;
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
    return part;
  });
}

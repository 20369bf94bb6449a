// A short message about the last action; screen readers read it out, and it disappears after a while.
import { store } from './store.js';
import { html, useEffect } from './vendor/preact-htm.js';

const SECONDS = 7;
const notice = store('');

export const say = (sentence) => notice.set(sentence);

export function Notice() {
  const sentence = notice.use();
  useEffect(() => {
    if (!sentence) return undefined;
    const timer = setTimeout(() => say(''), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [sentence]);
  return html`<div class="notice" role="status">${sentence && html`<p>${sentence}</p>`}</div>`;
}

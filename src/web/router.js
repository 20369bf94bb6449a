// The URL's fragment selects the view, as in the links of mails. A new view gets the focus and sets the page's title.
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';

let isFirst = true;

const path = () => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);

export function useRoute() {
  const [route, setRoute] = useState(path);
  useEffect(() => {
    const follow = () => setRoute(path());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

export const go = (to) => { location.hash = `#/${to}`; };

/** Replaces the history entry, because the old address may contain a token. */
export const goOn = (to) => location.replace(`#/${to}`);

/** A view; its heading is also the page's title and gets the focus. `shape` is `narrow`, `wide` or `card`. */
export function View({ title, intro, children, shape = 'narrow' }) {
  const heading = useRef();
  useEffect(() => {
    document.title = `${title} – Roster`;
    if (!isFirst) {
      scrollTo(0, 0);
      heading.current.focus({ preventScroll: true });
    }
    isFirst = false;
  }, [title]);
  return html`<div class=${`view ${shape}`}>
    <header class="title"><h1 tabindex="-1" ref=${heading}>${title}</h1>${intro && html`<p>${intro}</p>`}</header>
    ${children}
  </div>`;
}

/** Links to the tabs of one view; `of` is a list of `[path, label]`. */
export function Tabs({ label, of, current }) {
  return html`<nav class="tabs" aria-label=${label}>${of.map(([to, name]) => html`
    <a href=${`#/${to}`} aria-current=${to === current ? 'page' : undefined}>${name}</a>`)}</nav>`;
}

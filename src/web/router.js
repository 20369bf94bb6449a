// Views are named by the fragment, as the links in mails are. Each has a title, and takes the focus when it changes.
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

/** Goes on without leaving the old address, which may hold a token, in the history. */
export const goOn = (to) => location.replace(`#/${to}`);

/** A view: its heading is the page's title, and is where a reader starts. It is `narrow`, `wide`, or a `card`. */
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

/** The views of one place, side by side. */
export function Tabs({ label, of, current }) {
  return html`<nav class="tabs" aria-label=${label}>${of.map(([to, name]) => html`
    <a href=${`#/${to}`} aria-current=${to === current ? 'page' : undefined}>${name}</a>`)}</nav>`;
}

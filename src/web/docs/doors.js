// The two descriptions, that of /api/v4 and that of /rest (`/docs?api=rest`), and the way back to the pages.
import { html } from './preact-htm.js';

/** A URL next to the folder of this script. */
const beside = (path) => new URL(`../${path}`, import.meta.url);

/** `source` is complete without credentials; `published` is where programs read the same. */
const DESCRIPTIONS = [
  { page: 'docs', label: 'API v4', name: 'openapi.json', source: beside('openapi.json'), published: beside('openapi.json') },
  { page: 'docs?api=rest', label: '/rest, for n8n and scripts', name: 'open-api/core', source: beside('docs/rest.json'), published: beside('open-api/core') },
];

const isRest = new URLSearchParams(location.search).get('api') === 'rest';

/** The one that is shown. */
export const DESCRIPTION = DESCRIPTIONS[isRest ? 1 : 0];

export function Doors() {
  return html`<nav aria-label="Descriptions">
    <a href=${beside('').href}>Back to Roster</a>
    ${DESCRIPTIONS.map((one) => html`<a key=${one.page} href=${beside(one.page).href} aria-current=${one === DESCRIPTION ? 'page' : undefined}>${one.label}</a>`)}
  </nav>`;
}

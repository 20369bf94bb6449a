// A view whose script is loaded when it is first shown.
import { Refusal } from './api.js';
import { Loaded, useLoad } from './load.js';
import { html } from './vendor/preact-htm.js';

/** `load` imports the script, in which the view has this name; it gets what else is given. */
export function Later({ load, name, ...given }) {
  const script = useLoad(() => load().catch(() => { throw new Refusal(0, {}); }));
  return html`<${Loaded} of=${script}>${({ [name]: Script }) => html`<${Script} ...${given} />`}<//>`;
}

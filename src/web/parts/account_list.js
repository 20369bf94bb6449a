// Accounts as rows, with more of them when asked for.
import { Loaded, useLoad } from '../load.js';
import { html, useState } from '../vendor/preact-htm.js';
import { firstPages } from './paged.js';

/** Those on a network; `side` is `workspace` or `personal`. */
export function useAccounts(network, side) {
  const [count, setCount] = useState(1);
  const accounts = useLoad(() => firstPages(network.paths[side], network.list, count), [count]);
  return { ...accounts, more: () => setCount(count + 1) };
}

/** `row` draws one, `empty` stands there when there is none, `tool` above them. */
export function AccountList({ of: accounts, row, empty, tool }) {
  return html`<${Loaded} of=${accounts}>${({ rows, total }) => (rows.length === 0 ? empty : html`
    <div class="tools"><p>${total === 1 ? '1 account' : `${total} accounts`}</p>${tool}</div>
    <ul class="rows">${rows.map(row)}</ul>
    ${rows.length < total && html`<p class="aside"><button type="button" class="plain" onClick=${accounts.more}>
      Show more (${rows.length} of ${total})</button></p>`}`)}<//>`;
}

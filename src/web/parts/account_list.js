// A list of accounts with a button that loads more.
import { Loaded, useLoad } from '../load.js';
import { html, useState } from '../vendor/preact-htm.js';
import { firstPages } from './paged.js';

/** The accounts of a network; `side` is `workspace` or `personal`. */
export function useAccounts(network, side) {
  const [count, setCount] = useState(1);
  const accounts = useLoad(() => firstPages(network.paths[side], network.list, count), [count]);
  return { ...accounts, more: () => setCount(count + 1) };
}

/** `row` draws an account, `empty` is shown if there is none, `tool` is above the list. */
export function AccountList({ of: accounts, row, empty, tool }) {
  return html`<${Loaded} of=${accounts}>${({ rows, total }) => (rows.length === 0 ? empty : html`
    <div class="tools"><p>${total === 1 ? '1 account' : `${total} accounts`}</p>${tool}</div>
    <ul class="rows">${rows.map(row)}</ul>
    ${rows.length < total && html`<p class="aside"><button type="button" class="plain" onClick=${accounts.more}>
      Show more (${rows.length} of ${total})</button></p>`}`)}<//>`;
}

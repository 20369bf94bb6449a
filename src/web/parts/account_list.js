// Lists of accounts, with a search field if they are long.
import { Loaded } from '../load.js';
import { html } from '../vendor/preact-htm.js';
import { More, Search, useSearch } from './paged.js';

/** Those of a network; `side` is `workspace` or `personal`. */
export const useAccounts = (network, side) => useSearch(network.paths[side], network.list);

export const FindAccount = ({ of }) => html`<${Search} of=${of} what="Find an account" nothing="No account has this in a name." />`;

/** `row` draws an account, `empty` is shown if there is none, `tool` is above the list. */
export function AccountList({ of: accounts, row, empty, tool }) {
  return html`<${Loaded} of=${accounts}>${({ rows, total, isSearch }) => (total === 0 && !isSearch ? empty : html`
    <div class="tools"><p>${total === 1 ? '1 account' : `${total} accounts`}</p>${tool}</div>
    <${FindAccount} of=${accounts} />
    <ul class="rows">${rows.map(row)}</ul>
    <${More} of=${accounts} />`)}<//>`;
}

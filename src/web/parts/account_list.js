// Lists of accounts, with a search field if they are long.
import { Loaded } from '../load.js';
import { html, useEffect, useRef, useState } from '../vendor/preact-htm.js';
import { More, PER_PAGE, usePages } from './paged.js';

/** Those of a network that have `words` in a name; `side` is `workspace` or `personal`. */
export function useAccounts(network, side) {
  const [words, find] = useState('');
  const path = network.paths[side] + (words && `?name=${encodeURIComponent(words)}`);
  return { ...usePages(path, network.list), find };
}

/** `row` draws an account, `empty` is shown if there is none, `tool` is above the list. */
export function AccountList({ of: accounts, row, empty, tool }) {
  return html`<${Loaded} of=${accounts}>${({ rows, total, isSearch }) => (total === 0 && !isSearch ? empty : html`
    <div class="tools"><p>${total === 1 ? '1 account' : `${total} accounts`}</p>${tool}</div>
    <${Search} total=${total} find=${accounts.find} />
    <ul class="rows">${rows.map(row)}</ul>
    <${More} rows=${rows} total=${total} more=${accounts.more} />`)}<//>`;
}

/** Is shown once the list does not fit on a page; `find` is called when one stops typing. */
export function Search({ total, find }) {
  const [typed, type] = useState('');
  const isLong = useRef();
  isLong.current ||= total > PER_PAGE;
  useEffect(() => {
    const timer = setTimeout(() => find(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return isLong.current && html`<div class="field"><input type="search" aria-label="Find an account" placeholder="Find an account"
      maxlength="255" value=${typed} onInput=${(event) => type(event.target.value)} />
    <p role="status" class="fine">${total === 0 && 'No account has this in a name.'}</p></div>`;
}

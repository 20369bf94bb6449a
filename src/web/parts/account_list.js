// Accounts as rows, a page of the service at a time.
import { get } from '../api.js';
import { Loaded, useLoad } from '../load.js';
import { html, useState } from '../vendor/preact-htm.js';

const PER_PAGE = 25;

/** The accounts at `path` so far. */
export function useAccounts(path) {
  const [count, setCount] = useState(1);
  const accounts = useLoad(() => firstPages(path, count), [count]);
  return { ...accounts, more: () => setCount(count + 1) };
}

/** All of them at once. */
export async function everyAccount(path) {
  const first = await firstPages(path, 1);
  return first.total > PER_PAGE ? firstPages(path, Math.ceil(first.total / PER_PAGE)) : first;
}

/** `row` draws one, `empty` stands there when there is none, `tool` above them. */
export function AccountList({ of: accounts, row, empty, tool }) {
  return html`<${Loaded} of=${accounts}>${({ rows, total }) => (rows.length === 0 ? empty : html`
    <div class="tools"><p>${total === 1 ? '1 account' : `${total} accounts`}</p>${tool}</div>
    <ul class="rows">${rows.map(row)}</ul>
    ${rows.length < total && html`<p class="aside"><button type="button" class="plain" onClick=${accounts.more}>
      Show more (${rows.length} of ${total})</button></p>`}`)}<//>`;
}

async function firstPages(path, count) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const answers = await Promise.all(numbers.map((page) => get(`${path}?page=${page}`)));
  return { rows: answers.flatMap((answer) => answer.twitter_accounts), total: answers[0].meta.total_count };
}

// Lists that the API answers in pages: the next page is loaded as one scrolls.
import { get } from '../api.js';
import { useLoad } from '../load.js';
import { html, useEffect, useRef, useState } from '../vendor/preact-htm.js';

const PER_PAGE = 25;
const NEXT = {};

const ask = (path, query) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** Tells rows apart; an invite in a list of people has no id. */
const keyOf = (row) => row.id ?? row.email;

/** `usePages` for the rows that have what `find` was called with in a name. */
export function useSearch(path, key) {
  const [words, find] = useState('');
  return { ...usePages(words ? ask(path, `name=${encodeURIComponent(words)}`) : path, key), find };
}

/** Like `useLoad`, for a list that is at `key` of the answers, or is an answer itself; `more` adds a page. */
// `reload(row)` loads only the page of a shown row that changed or is gone; without one, all shown pages.
export function usePages(path, key) {
  const current = useRef({});
  if (current.current.path !== path) current.current = { path, key, rows: [], turn: Promise.resolve() };
  // An action may end when other words are searched for already: then it loads that list.
  const list = useLoad((what) => {
    const mine = current.current;
    return inTurn(mine, () => loadFor(mine, what));
  }, [path]);
  const more = () => !current.current.busy && list.reload(NEXT);
  return { ...list, more };
}

/** One load after another, so that each begins with the rows of the one before. */
function inTurn(mine, load) {
  const turn = mine.turn.then(async () => {
    mine.busy = true;
    await load().finally(() => { mine.busy = false; });
    return { ...mine, isSearch: mine.path.includes('name=') };
  });
  mine.turn = turn.catch(() => {});
  return turn;
}

async function loadFor(mine, what) {
  if (what === NEXT) return loadNext(mine);
  const at = what ? mine.rows.findIndex((row) => keyOf(row) === keyOf(what)) : -1;
  if (at < 0) return loadAll(mine);
  const number = Math.floor(at / PER_PAGE);
  const others = (rows) => rows.map(keyOf).filter((key) => key !== keyOf(what));
  const before = others(mine.rows.slice(number * PER_PAGE, (number + 1) * PER_PAGE));
  const after = others(await loadPage(mine, number));
  // Rows that came or went elsewhere have moved those of all pages.
  return before.some((key, index) => key !== after[index]) ? loadAll(mine) : undefined;
}

/** The shown pages, one after another; until all have come, the old ones stay. */
async function loadAll(mine) {
  const fresh = { ...mine, rows: [], total: undefined };
  const count = mine.rows.length;
  do await loadNext(fresh); while (fresh.hasMore && fresh.rows.length < count);
  const { rows, answer, total, hasMore } = fresh;
  Object.assign(mine, { rows, answer, total, hasMore });
}

/** The page with the first row that is not shown yet, or if rows have moved there meanwhile, the one after it. */
async function loadNext(mine) {
  const shown = mine.rows.length;
  let number = Math.floor(shown / PER_PAGE);
  const { total } = mine;
  do await loadPage(mine, number++, shown); while (mine.hasMore && mine.rows.length === shown);
  const count = mine.answer.meta?.total_count;
  // Rows that went meanwhile have moved others to pages that are shown already.
  if (total !== undefined && count !== undefined && count !== total) await loadAll(mine);
}

/** Puts a page behind the first `kept` rows, in place of those it had before. */
async function loadPage(mine, number, kept = number * PER_PAGE) {
  const answer = await get(ask(mine.path, `page=${number + 1}`));
  const page = mine.key ? answer[mine.key] : answer;
  const isFull = page.length === PER_PAGE;
  const without = (rows, others) => {
    const keys = new Set(others.map(keyOf));
    return rows.filter((row) => !keys.has(keyOf(row)));
  };
  const before = mine.rows.slice(0, kept);
  // A page that is not full is the last one, however many were counted before.
  const after = isFull ? mine.rows.slice(Math.max(kept, (number + 1) * PER_PAGE)) : [];
  const rows = [...before, ...without(page, before), ...without(after, page)];
  const total = isFull ? answer.meta?.total_count : rows.length;
  const hasMore = isFull && (total === undefined && after.length > 0 ? mine.hasMore : !(rows.length >= total));
  Object.assign(mine, { answer, rows, total, hasMore });
  return page;
}

/** Asks for more when it comes into view; pressing it does the same. */
export function More({ of: { value: { rows, total, hasMore }, refusal, more } }) {
  const button = useRef();
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.at(-1).isIntersecting && !refusal && more());
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  });
  return hasMore && html`<p class="aside"><button type="button" class="plain" ref=${button} onClick=${more}>
    Show more (${rows.length}${total && ` of ${total}`})</button></p>`;
}

/** Is shown once the list does not fit on a page; looks for what is typed when one stops typing. */
export function Search({ of: { value: { rows, hasMore }, find }, what, nothing }) {
  const [typed, type] = useState('');
  const isLong = useRef();
  isLong.current ||= hasMore || rows.length > PER_PAGE;
  useEffect(() => {
    const timer = setTimeout(() => find(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return isLong.current && html`<div class="field"><input type="search" aria-label=${what} placeholder=${what}
      maxlength="255" value=${typed} onInput=${(event) => type(event.target.value)} />
    <p role="status" class="fine">${rows.length === 0 && nothing}</p></div>`;
}

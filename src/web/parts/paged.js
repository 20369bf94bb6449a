// Lists that the API answers in pages: the next page is loaded as one scrolls.
import { get } from '../api.js';
import { useLoad } from '../load.js';
import { html, useEffect, useRef, useState } from '../vendor/preact-htm.js';

export const PER_PAGE = 25;

/** Like `useLoad`, for the first page of a list; `more` adds a page, `reload` loads the shown pages again. */
export function usePages(path, key) {
  const [shown, show] = useState({});
  const last = shown.path === path ? shown.last : 1;
  const loaded = useRef({});
  const list = useLoad(async () => {
    if (loaded.current.path !== path) loaded.current = { path, rows: [], last: 0 };
    const mine = loaded.current;
    const numbers = Array.from({ length: last - mine.last }, (_, index) => mine.last + 1 + index);
    const answers = await Promise.all(numbers.map((page) => get(`${path}${path.includes('?') ? '&' : '?'}page=${page}`)));
    mine.rows = mine.rows.concat(...answers.map((answer) => answer[key]));
    mine.last = last;
    // A page that is not full is the last one, however many were counted before.
    const isLast = answers.at(-1)[key].length < PER_PAGE;
    return { rows: mine.rows, total: isLast ? mine.rows.length : answers[0].meta.total_count, isSearch: path.includes('?') };
  }, [path, last]);
  const reload = () => {
    loaded.current = {};
    return list.reload();
  };
  const more = () => loaded.current.last === last && show({ path, last: last + 1 });
  return { ...list, reload, more };
}

/** Asks for more when it comes into view; pressing it does the same. */
export function More({ rows, total, more }) {
  const button = useRef();
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.at(-1).isIntersecting && more());
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  });
  return rows.length < total && html`<p class="aside"><button type="button" class="plain" ref=${button} onClick=${more}>
    Show more (${rows.length} of ${total})</button></p>`;
}

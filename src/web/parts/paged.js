// Loads lists that the API answers in pages.
import { get } from '../api.js';

const PER_PAGE = 25;

/** The rows under `key` on the first `count` pages, and the total number of rows. */
export async function firstPages(path, key, count) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const answers = await Promise.all(numbers.map((page) => get(`${path}?page=${page}`)));
  return { rows: answers.flatMap((answer) => answer[key]), total: answers[0].meta.total_count };
}

export async function everyPage(path, key) {
  const first = await firstPages(path, key, 1);
  return first.total > PER_PAGE ? firstPages(path, key, Math.ceil(first.total / PER_PAGE)) : first;
}

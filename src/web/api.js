// Requests to the public V4 API. A failure throws a Refusal with messages for people and errors for form fields.
import { end, renewed, session } from './session.js';
import { store } from './store.js';

/** This script is an asset two folders below the root; the address of the page may lack the slash at its end. */
const API = new URL('../../api/v4/', import.meta.url);

/** The number of successful writes; views that depend on changed data load again when it changes. */
export const writes = store(0);

const SENTENCES = {
  0: 'The service cannot be reached. Check your connection and try again; nothing you typed is lost.',
  429: 'Too many attempts. Wait a minute, then try again.',
  503: 'The service is busy. Try again in a moment; nothing you typed is lost.',
};

export class Refusal extends Error {
  constructor(status, answer) {
    const messages = [answer.message ?? answer.messages ?? SENTENCES[status] ?? 'Something went wrong. Please try again.'].flat();
    super(messages.join(' '));
    this.status = status;
    this.problems = answer.errors ?? messages.map((message) => ({ field: '', code: '', message }));
  }
}

/** Sends the session's token; after a 401 it waits until the person has signed in again, and sends the request once more. */
export async function request(method, path, body) {
  const token = session.get()?.token;
  try {
    return await send(method, path, body, token);
  } catch (refusal) {
    if (refusal.status !== 401 || !token) throw refusal;
    await renewed(token).catch(() => { throw refusal; });
    return request(method, path, body);
  }
}

/** Sends no token; a 401 is an ordinary failure. */
export const anonymously = (method, path, body) => send(method, path, body);

export const get = (path) => request('GET', path);
export const post = (path, body) => request('POST', path, body);
export const put = (path, body) => request('PUT', path, body);
export const destroy = (path, body) => request('DELETE', path, body);

/** The other API, for what V4 does not have. */
export const rest = (method, path, body) => request(method, `../../rest/${path}`, body);

export async function signOut() {
  const token = session.get()?.token;
  await send('DELETE', 'sessions', undefined, token).catch((refusal) => {
    if (refusal.status !== 401) throw refusal;
  });
  end();
}

async function send(method, path, body, token) {
  const headers = { Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(new URL(path, API), {
    method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit', redirect: 'error',
  }).catch(() => { throw new Refusal(0, {}); });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, answer ?? {});
  if (!answer) throw new Refusal(0, {});
  if (method !== 'GET') writes.set(writes.get() + 1);
  return answer;
}

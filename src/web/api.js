// The public V4 API, and nothing else. A failure is a Refusal, with sentences for people and problems for forms.
import { end, renewed, session } from './session.js';
import { store } from './store.js';

/** Counts what was written, for those who show what may have changed. */
export const writes = store(0);

const SENTENCES = {
  0: 'The service cannot be reached. Check your connection and try again; nothing you typed is lost.',
  429: 'Too many attempts. Wait a minute, then try again.',
  503: 'The service is busy. Try again in a moment; nothing you typed is lost.',
};

export class Refusal extends Error {
  constructor(status, answer) {
    const messages = [answer.message ?? SENTENCES[status] ?? 'Something went wrong. Please try again.'].flat();
    super(messages.join(' '));
    this.status = status;
    this.problems = answer.errors ?? messages.map((message) => ({ field: '', code: '', message }));
  }
}

/** As whoever is signed in; when their session has ended they sign in again, and the request goes out once more. */
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

/** As nobody: a 401 is the answer, not the end of a session. */
export const anonymously = (method, path, body) => send(method, path, body);

export const get = (path) => request('GET', path);
export const post = (path, body) => request('POST', path, body);
export const put = (path, body) => request('PUT', path, body);
export const destroy = (path, body) => request('DELETE', path, body);

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
  const response = await fetch(`api/v4/${path}`, {
    method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit', redirect: 'error',
  }).catch(() => { throw new Refusal(0, {}); });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, answer ?? {});
  if (!answer) throw new Refusal(0, {});
  if (method !== 'GET') writes.set(writes.get() + 1);
  return answer;
}

// The session of this tab, in its sessionStorage: spec/decisions/0012-the-token-in-the-tab.md.
import { store } from './store.js';

const KEY = 'roster.session';

export const session = store(JSON.parse(sessionStorage.getItem(KEY)));

/** Set while a dialog asks the person to sign in again; contains how to settle the waiting requests. */
export const renewal = store(null);

export function begin(user) {
  keep({ token: user.auth_token, id: user.id, email: user.email });
}

export function end() {
  sessionStorage.removeItem(KEY);
  session.set(null);
}

/** Stores what `GET /users` answered: it renews a token after half its lifetime, and the address may have changed. */
export function refresh(user) {
  const { token, email } = session.get() ?? {};
  if (token && (token !== user.auth_token || email !== user.email)) begin(user);
}

/** Resolves when the session with the refused token has been replaced; all waiting requests share one dialog. */
export function renewed(refused) {
  if (session.get()?.token !== refused) return session.get() ? Promise.resolve() : Promise.reject(new Error('signed out'));
  if (!renewal.get()) {
    let settle;
    const promise = new Promise((resolve, reject) => { settle = { resolve, reject }; });
    renewal.set({ promise, ...settle });
  }
  return renewal.get().promise;
}

function keep(holder) {
  sessionStorage.setItem(KEY, JSON.stringify(holder));
  session.set(holder);
}

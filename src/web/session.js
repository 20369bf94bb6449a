// Who is signed in in this tab. The token lives in the tab's sessionStorage: spec/decisions/0012-the-token-in-the-tab.md.
import { store } from './store.js';

const KEY = 'roster.session';

export const session = store(JSON.parse(sessionStorage.getItem(KEY)));

/** Set while somebody has to sign in again: settles what waits for it. */
export const renewal = store(null);

export function begin(user) {
  keep({ token: user.auth_token, id: user.id, email: user.email });
}

export function end() {
  sessionStorage.removeItem(KEY);
  session.set(null);
}

/** The caller as the service shows them: a token past half its time comes back fresh, an address may have changed. */
export function refresh(user) {
  const { token, email } = session.get() ?? {};
  if (token && (token !== user.auth_token || email !== user.email)) begin(user);
}

/** Waits until the session whose token was refused has been replaced; one dialog for all who wait. */
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

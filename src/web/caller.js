// The signed-in person and their walkthrough, shared by all views and loaded again after every change.
import { get, put, Refusal, writes } from './api.js';
import { refresh, session } from './session.js';
import { store } from './store.js';
import { useEffect } from './vendor/preact-htm.js';

export const caller = store(null);
export const walkthrough = store(null);

/** The failure of the last load, or null. */
export const unreachable = store(null);

export const isAdmin = (user) => user.workspace_role.name !== 'member';
export const isOver = (way) => way.hidden || way.steps.every(({ state }) => state !== 'open');

/** Keeps `caller` and `walkthrough` up to date while a session exists. */
export function useCaller() {
  const token = session.use()?.token;
  const written = writes.use();
  useEffect(() => { look(token); }, [token, written]);
  useEffect(() => {
    const again = () => look(session.get()?.token);
    addEventListener('online', again);
    addEventListener('focus', again);
    return () => {
      removeEventListener('online', again);
      removeEventListener('focus', again);
    };
  }, []);
  return caller.use();
}

export async function choose(change) {
  const answer = await put('walkthrough', { walkthrough: change });
  walkthrough.set(answer.walkthrough);
}

export async function look(token) {
  if (!token) return void [caller, walkthrough, unreachable].forEach((each) => each.set(null));
  try {
    const [user, way] = await Promise.all([get('users'), get('walkthrough')]);
    if (session.get()?.id !== user.id) return;
    walkthrough.set(way.walkthrough);
    caller.set(user);
    unreachable.set(null);
    refresh(user);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    unreachable.set(refusal);
  }
}

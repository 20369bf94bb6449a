// The real binary on SQLite in its own folder, and people and accounts created through the public API.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARY = process.env.ROSTER_BINARY ?? new URL('../../../target/debug/roster', import.meta.url).pathname;
export const PASSWORD = 'Touchdown on 4th and 7';

/** Starts a service, or another command that serves; `stop` ends it and leaves nothing behind. */
export async function serve(settings = {}, args = []) {
  const folder = mkdtempSync(join(tmpdir(), 'roster-browser-'));
  const listen = `127.0.0.1:${await freePort()}`;
  // These tests also run on disks with little free space, where the service would not become ready.
  const child = spawn(BINARY, args, {
    env: {
      ROSTER_DATA_DIR: folder, ROSTER_LISTEN: listen, ROSTER_LOG: 'warn', ROSTER_ARGON2_MEMORY_KIB: '64', ROSTER_ARGON2_PASSES: '1', ROSTER_MIN_FREE_DISK_PERCENT: '0',
      ROSTER_REGISTRATIONS_PER_ADDRESS: '100000', ROSTER_SIGN_IN_PER_ADDRESS: '100000', ROSTER_SIGN_IN_PER_ACCOUNT: '1000', ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://${listen}`;
  await answering(`${url}/health/ready`, child);
  const end = (code, signal) => console.error(`roster ended by itself: ${code ?? signal}`);
  child.once('exit', end);
  const stop = async () => {
    child.off('exit', end);
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, folder, stop };
}

/** Lets the time of all consents pass, because the clock of a process cannot be moved. */
export function endConsents(folder) {
  const end = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute("UPDATE consents SET expires_at = created_at"); c.commit()';
  execFileSync('python3', ['-c', end, join(folder, 'roster.sqlite3')]);
}

/** Somebody who uses the API. */
export class Person {
  constructor(url, user) {
    Object.assign(this, { url, user, email: user.email, id: user.id, token: user.auth_token });
  }

  static async signsIn(url, email, password) {
    return new Person(url, (await call(url, 'POST', 'sessions', { user: { email, password } })).user);
  }

  static async registers(url, user, invite) {
    const body = { user: { password: PASSWORD, ...user }, invite };
    return new Person(url, (await call(url, 'POST', 'registrations', body)).user);
  }

  call(method, path, body) {
    return call(this.url, method, path, body, this.token);
  }

  async invite(email) {
    const { links } = await this.call('POST', 'invites', { user_emails: [email] });
    const [, id, token] = /invites\/(\d+)\/(.+)$/.exec(links[0].url);
    return { id: Number(id), token, url: links[0].url };
  }

  /** Somebody else in the same workspace. */
  async colleague(email, names = {}, role = 3) {
    const { id, token } = await this.invite(email);
    const colleague = await Person.registers(this.url, { email, ...names }, { id, token });
    if (role !== 3) await this.call('PUT', `workspace_users/${colleague.id}`, { workspace_role_id: role });
    return colleague;
  }

  async team(name, emails = []) {
    return (await this.call('POST', 'teams', { team: { name }, user_emails: emails })).team;
  }

  async connects(side, account) {
    const path = side === 'workspace' ? 'workspaces/twitter_accounts' : 'twitter_accounts';
    return (await this.call('POST', path, { twitter_account: account })).twitter_account;
  }

  async shares(account, teams, nickname) {
    const twitter_account = { nickname, team_ids: teams.map(({ id }) => id) };
    return this.call('PUT', `workspaces/twitter_accounts/${account.id}`, { twitter_account });
  }
}

export const LIONS = account('lions', 'Northside Lions', { account_verified: true });
export const TIGERS = account('tigers', 'Northside Tigers');

export function account(handle, name, more = {}) {
  return {
    twitter_token: `${handle}-token`, twitter_uid: `${handle}-uid`, screen_name: name, twitter_nickname: handle,
    logo_url: `https://pictures.example.test/${handle}.png`, account_verified: false, ...more,
  };
}

let count = 0;
export const address = (name) => `${name}.${process.pid}.${++count}@example.test`;

async function call(url, method, path, body, token) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}/api/v4/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function answering(url, child) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (child.exitCode !== null) throw new Error(`roster ended with ${child.exitCode}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error('roster does not answer');
}

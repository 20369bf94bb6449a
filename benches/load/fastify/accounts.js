// Connects and lists the accounts of a workspace.
import { randomUUID } from 'node:crypto';
import * as database from './database.js';

const PROVIDER = 'twitter';
const ADMIN = 1;

const HELD_BY_YOU =
  'To connect this social media account to your Workspace, you must first remove it from your Personal accounts';
const HELD = 'This social media account is already connected to your Workspace';

export async function create(request, reply) {
  return connect(request, reply, null);
}

export async function createPersonal(request, reply) {
  return connect(request, reply, request.person.user_id);
}

export async function list(request, reply) {
  const { workspace_id: workspace, user_id: user } = request.person;
  const [member] = await database.membership(workspace, user);
  if (!member) return forbid(reply);
  const [rows, [{ total }]] = await Promise.all([
    database.page(workspace, PROVIDER, request.query.page),
    database.count(workspace, PROVIDER),
  ]);
  return { twitter_accounts: rows.map(details), meta: { total_count: total } };
}

/** Connects many accounts without questions: this fills the workspaces before the measurement. */
export async function importAll(request, reply) {
  const accounts = request.body.map(({ handle, accessToken }) => row(
    request.person,
    { twitter_uid: handle, twitter_nickname: handle, screen_name: handle, logo_url: '', twitter_token: accessToken },
    null,
  ));
  await database.importAccounts(accounts);
  return reply.code(201).send({ data: { createConnectedAccounts: accounts.length } });
}

async function connect(request, reply, owner) {
  const { workspace_id: workspace, user_id: user } = request.person;
  const [member] = await database.membership(workspace, user);
  if (member?.role !== ADMIN) return forbid(reply);
  const account = row(request.person, request.body.twitter_account, owner);
  const [holder] = await database.holders(workspace, PROVIDER, account.key, account.handle);
  if (holder) return conflict(reply, holder, user);
  const [inserted] = await database.insert(account);
  return reply.code(201).send({ success: true, twitter_account: { ...inserted, teams_count: 0 } });
}

function row({ workspace_id, user_id }, sent, owner) {
  const now = new Date().toISOString();
  return {
    uuid: randomUUID(),
    workspace_id,
    provider: PROVIDER,
    key: `u:${sent.twitter_uid}`,
    handle: sent.twitter_nickname.trim().normalize('NFC').replace(/^@/, '').toLowerCase(),
    scope: owner === null ? 'workspace' : 'personal',
    owner_id: owner,
    connected_by: user_id,
    screen_name: sent.screen_name,
    twitter_nickname: sent.twitter_nickname,
    logo_url: sent.logo_url,
    nickname: '',
    account_verified: sent.account_verified ?? false,
    location: sent.location,
    external_id: sent.twitter_uid,
    access_token: sent.twitter_token,
    scopes: '[]',
    handle_aliases: '',
    last_sync_history_id: '',
    refreshed_at: now,
    created_at: now,
    updated_at: now,
  };
}

function details({ person_id, email, full_name, created_at, ...account }) {
  return {
    ...account,
    teams_count: 0,
    teams: [],
    connected_by: person_id === null ? null : { id: person_id, email, full_name },
    connected_at: created_at,
  };
}

function conflict(reply, holder, user) {
  const [code, message] = holder.owner_id === user ? ['held_by_you', HELD_BY_YOU] : ['held', HELD];
  const error = { field: 'twitter_account.twitter_uid', code, message, account_id: holder.id };
  return reply.code(422).send({ success: false, message: [message], errors: [error] });
}

function forbid(reply) {
  return reply.code(403).send({ success: false, message: ['Not authorized'] });
}

// X as an independent, certified implementation of OAuth stands in for it: oidc-provider, with X's addresses, scopes and
// error bodies, rotation, and a page that asks nobody. `state` says who is signed in there and what it answers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'browser', client_secret: 'hush-hush-hush-hush-hush-hush-hush' };
const TOKEN = '/2/oauth2/token';
const SCOPES = ['users.read', 'tweet.read', 'tweet.write', 'media.write', 'offline.access'];

/** Starts it on a free port; `expect` names the callback address that it accepts. */
export async function startX() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  const state = { account: { id: '2244994945', username: 'falcons', name: 'Falcons Athletics' }, denies: false, fails: {}, meanwhile: null, referrers: [], asked: [], lifetime: 7200 };
  const settings = { ROSTER_X_CLIENT_ID: CLIENT.client_id, ROSTER_X_CLIENT_SECRET: CLIENT.client_secret, ROSTER_X_BASE_URL: url };
  const expect = (callback) => server.on('request', provider(url, callback, state).callback());
  const stop = () => { server.closeAllConnections(); server.close(); };
  return { url, state, settings, expect, stop };
}

function provider(url, callback, state) {
  const oidc = new Provider(url, {
    clients: [{
      ...CLIENT, redirect_uris: [callback], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
    routes: { authorization: '/i/oauth2/authorize', token: TOKEN, revocation: '/2/oauth2/revoke' },
    scopes: SCOPES,
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (ctx, client, code) => code.scopes.has('offline.access'),
    expiresWithSession: () => false,
    ttl: { AuthorizationCode: 30, AccessToken: () => state.lifetime, RefreshToken: 180 * 86_400, Grant: 180 * 86_400, Interaction: 600, Session: 1 },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: false }, revocation: { enabled: true } },
    interactions: { url: (ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    cookies: { keys: ['crumbs'] },
  });
  oidc.use(async (ctx, next) => {
    state.asked.push(`${ctx.method} ${ctx.path}`);
    const status = state.fails[ctx.path];
    if (status) Object.assign(ctx, { status, body: 'X is unwell' });
    else if (ctx.path === '/2/users/me') await me(oidc, ctx, state);
    else if (ctx.path.startsWith('/interaction/')) await answer(oidc, ctx, state);
    else await next();
    if (ctx.path === '/i/oauth2/authorize') state.referrers.push(ctx.get('referer'));
    asX(ctx);
  });
  return oidc;
}

/** In place of the pages for signing in and consenting. */
async function answer(oidc, ctx, state) {
  const { params } = await oidc.interactionDetails(ctx.req, ctx.res);
  ctx.respond = false;
  state.meanwhile?.();
  const finish = (result) => oidc.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  if (state.denies) return finish({ error: 'access_denied' });
  const grant = new oidc.Grant({ accountId: state.account.id, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return finish({ login: { accountId: state.account.id, remember: false }, consent: { grantId: await grant.save() } });
}

async function me(oidc, ctx, { account }) {
  const token = await oidc.AccessToken.find(ctx.get('authorization').replace(/^Bearer /, ''));
  if (!token) return Object.assign(ctx, { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } });
  const { id, username, name } = account;
  ctx.body = { data: { id, username, name, verified: true, verified_type: 'blue', profile_image_url: `https://pictures.example.test/${username}_normal.png` } };
  return ctx;
}

/** X's own error bodies and spellings, and no `iss` in the address. */
function asX(ctx) {
  const location = ctx.response.get('location') ?? '';
  if (location.includes('iss=')) ctx.set('location', location.replace(/([?&])iss=[^&]*&?/, '$1').replace(/[?&]$/, ''));
  if (ctx.path !== TOKEN || typeof ctx.body !== 'object') return;
  if (ctx.body.token_type) ctx.body.token_type = 'bearer';
  if (ctx.body.error === 'invalid_client') Object.assign(ctx.body, { error: 'unauthorized_client', error_description: 'Missing valid authorization header' });
  if (ctx.body.error === 'invalid_grant') {
    const what = ctx.oidc?.params?.grant_type === 'refresh_token' ? 'token' : 'authorization code';
    Object.assign(ctx.body, { error: 'invalid_request', error_description: `Value passed for the ${what} was invalid.` });
  }
}

// The routes of the load test, with Roster's paths and answers. Each request verifies its token and logs one line.
import { createSigner, createVerifier } from 'fast-jwt';
import Fastify, { LogController } from 'fastify';
import pino from 'pino';
import * as accounts from './accounts.js';
import * as database from './database.js';
import * as schemas from './schemas.js';

const KEY = process.env.JWT_KEY;
const sign = createSigner({ key: KEY, algorithm: 'HS256', expiresIn: '30d' });
const verify = createVerifier({ key: KEY, algorithms: ['HS256'] });

export async function listen() {
  const loggerInstance = pino(pino.destination({ fd: 2, sync: false, minLength: 4096 }));
  const logController = new LogController({ disableRequestLogging: true });
  const service = Fastify({ loggerInstance, logController });
  service.decorateRequest('person', null);
  service.addHook('onResponse', log);
  service.setErrorHandler(refuse);

  service.get('/health/ready', async () => ({ success: true }));
  service.post('/api/v4/registrations', async (request, reply) => {
    const [person] = await database.register(request.body.user.email);
    return reply.code(201).send({ success: true, user: { id: person.user_id, auth_token: sign(person) } });
  });
  service.register(async (signedIn) => {
    signedIn.addHook('onRequest', authenticate);
    signedIn.post('/rest/batch/connectedAccounts', accounts.importAll);
    signedIn.post('/api/v4/twitter_accounts', { schema: schemas.create }, accounts.createPersonal);
    signedIn.post('/api/v4/workspaces/twitter_accounts', { schema: schemas.create }, accounts.create);
    signedIn.get('/api/v4/workspaces/twitter_accounts', { schema: schemas.list }, accounts.list);
  });
  await service.listen({ host: '127.0.0.1', port: 0 });
}

function log(request, reply, done) {
  request.log.info(
    { method: request.method, path: request.url, status: reply.statusCode, ms: reply.elapsedTime },
    'request',
  );
  done();
}

function authenticate(request, reply, done) {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  try {
    request.person = verify(token ?? '');
    done();
  } catch {
    const message = 'You need to sign in or sign up before continuing.';
    reply.code(401).send({ success: false, message: [message] });
  }
}

function refuse(error, request, reply) {
  if (!error.validation) {
    request.log.error(error);
    return reply.code(500).send({ success: false, message: ['Internal server error'] });
  }
  const errors = error.validation.map(({ instancePath, keyword, message }) => ({
    field: instancePath.slice(1).replaceAll('/', '.'), code: keyword, message,
  }));
  return reply.code(422).send({ success: false, message: errors.map(({ message }) => message), errors });
}

// What is validated in a request, and the forms of the answers, from which Fastify builds its serialisers.
const text = (maxLength) => ({ type: 'string', minLength: 1, maxLength });
const object = (properties) => ({ type: 'object', properties });
const nullable = (schema) => ({ ...schema, nullable: true });

const LOCATIONS = [
  'workspaceSettingsPage', 'signUpForm', 'guidedWalkthrough', 'progressMeter', 'personalSettingsPage',
  'templateBranding',
];

const ACCOUNT = {
  id: { type: 'integer' },
  screen_name: { type: 'string' },
  logo_url: { type: 'string' },
  nickname: { type: 'string' },
  teams_count: { type: 'integer' },
  account_verified: { type: 'boolean' },
  twitter_nickname: { type: 'string' },
};

const PERSON = object({ id: { type: 'integer' }, email: { type: 'string' }, full_name: { type: 'string' } });

const DETAILS = {
  ...ACCOUNT,
  teams: { type: 'array', items: object({ id: { type: 'integer' }, name: { type: 'string' } }) },
  connected_by: nullable(PERSON),
  connected_at: { type: 'string', format: 'date-time' },
  auth_failed_at: nullable({ type: 'string', format: 'date-time' }),
};

const NEW_ACCOUNT = {
  type: 'object',
  required: ['twitter_token', 'twitter_uid', 'screen_name', 'logo_url', 'twitter_nickname'],
  properties: {
    twitter_token: text(4096),
    twitter_uid: text(4096),
    screen_name: text(255),
    logo_url: text(2048),
    account_verified: { type: 'boolean' },
    twitter_nickname: text(255),
    location: { type: 'string', enum: LOCATIONS },
  },
};

const REFUSAL = object({
  success: { type: 'boolean' },
  message: { type: 'array', items: { type: 'string' } },
  errors: {
    type: 'array',
    items: object({
      field: { type: 'string' },
      code: { type: 'string' },
      message: { type: 'string' },
      account_id: { type: 'integer' },
    }),
  },
});

export const create = {
  body: { type: 'object', required: ['twitter_account'], properties: { twitter_account: NEW_ACCOUNT } },
  response: {
    201: object({ success: { type: 'boolean' }, twitter_account: object(ACCOUNT) }),
    422: REFUSAL,
  },
};

export const list = {
  querystring: object({ page: { type: 'integer', minimum: 1, default: 1 } }),
  response: {
    200: object({
      twitter_accounts: { type: 'array', items: object(DETAILS) },
      meta: object({ total_count: { type: 'integer' } }),
    }),
  },
};

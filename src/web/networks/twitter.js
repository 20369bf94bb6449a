// X, which the API calls Twitter: everything on the pages that is specific to it.
import { html } from '../vendor/preact-htm.js';

const PORTAL = 'https://developer.x.com/en/portal/dashboard';

export const twitter = {
  /** The name in the API. */
  name: 'twitter',
  label: 'X',
  /** Where people are signed in, and where they sign out. */
  host: 'x.com',
  signOut: 'https://x.com/logout',
  anAccount: 'an X account',
  /** The key of one account in requests and answers, and the key of a list of accounts. */
  object: 'twitter_account',
  list: 'twitter_accounts',
  paths: { workspace: 'workspaces/twitter_accounts', personal: 'twitter_accounts' },
  /** The network's own names of the parameters that differ between networks. */
  fields: { token: 'twitter_token', externalId: 'twitter_uid', handle: 'twitter_nickname' },
  /** The picture of an account on X without a picture of its own. */
  noPicture: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
  idHint: 'The number X knows the account by; it stays when the handle changes.',
  /** An access token begins with the account's ID and a hyphen. */
  idInToken: (token) => /^\s*(\d+)-/.exec(token)?.[1],
  WhereToFindKeys: () => html`<ol><li>Sign in to <a href=${PORTAL} target="_blank" rel="noopener noreferrer">X’s developer portal</a> as the account.</li>
        <li>Open your app there, then “Keys and tokens”.</li>
        <li>Generate an access token and paste it below. The digits before its hyphen are the account ID.</li></ol>`,
  /** For each parameter, the JSON keys to look for: the API's own and those of X. */
  pasted: {
    twitter_token: ['twitter_token', 'access_token', 'token'],
    twitter_uid: ['twitter_uid', 'id_str', 'id', 'user_id'],
    screen_name: ['screen_name', 'name'],
    logo_url: ['logo_url', 'profile_image_url_https', 'profile_image_url'],
    twitter_nickname: ['twitter_nickname', 'username'],
    account_verified: ['account_verified', 'verified'],
  },
  /** Version 1.1 of X's API calls the handle `screen_name`, and the display name `name`. */
  corrected: ({ name, screen_name, twitter_nickname }) => (name && screen_name && !twitter_nickname
    ? { screen_name: String(name), twitter_nickname: String(screen_name) } : {}),
};

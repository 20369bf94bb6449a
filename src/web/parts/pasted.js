// Reads the JSON somebody pasted: the documented request, or what X itself answers about an account.
const NAMES = {
  twitter_token: ['twitter_token', 'access_token', 'token'],
  twitter_uid: ['twitter_uid', 'id_str', 'id', 'user_id'],
  screen_name: ['screen_name', 'name'],
  logo_url: ['logo_url', 'profile_image_url_https', 'profile_image_url'],
  twitter_nickname: ['twitter_nickname', 'username'],
  account_verified: ['account_verified', 'verified'],
};

/** The fields it could find. Throws a sentence for people. */
export function fieldsIn(text) {
  const found = {};
  const source = account(parsed(text));
  for (const [field, names] of Object.entries(NAMES)) {
    const name = names.find((one) => source[one] !== undefined && source[one] !== null);
    if (name) found[field] = field === 'account_verified' ? ['true', '1'].includes(String(source[name])) : String(source[name]);
  }
  // X calls the handle screen_name, and the name just name.
  if (source.name && source.screen_name && !source.twitter_nickname) {
    found.screen_name = String(source.name);
    found.twitter_nickname = String(source.screen_name);
  }
  if (Object.keys(found).length === 0) throw new Error('There is no account in this JSON.');
  return found;
}

/** Also out of a curl command. */
function parsed(text) {
  try {
    return JSON.parse(quoted(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)));
  } catch {
    throw new Error('This is not JSON. It starts with { and ends with }.');
  }
}

const TOKEN = /"(?:\\.|[^"\\])*"|\b[a-z_]\w*|(?<![.\d])\d{16,}(?![.\d])/gi;
const WORDS = ['true', 'false', 'null'];

/** Examples leave quotes out, and JavaScript rounds an ID that has none. */
const quoted = (json) => json.replace(TOKEN, (token) => (token.startsWith('"') || WORDS.includes(token) ? token : `"${token}"`));

function account(json) {
  const inner = json?.twitter_account ?? json?.data ?? json;
  if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) throw new Error('There is no account in this JSON.');
  return inner;
}

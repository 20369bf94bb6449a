// Parses pasted JSON: a documented request, or the network's own description of an account.

/** The form values found in the text. Throws an error with a message for people. */
export function fieldsIn(network, text) {
  const found = {};
  const source = account(network, parsed(text));
  for (const [field, names] of Object.entries(network.pasted)) {
    const name = names.find((one) => source[one] !== undefined && source[one] !== null);
    if (name) found[field] = field === 'account_verified' ? ['true', '1'].includes(String(source[name])) : String(source[name]);
  }
  Object.assign(found, network.corrected(source));
  if (Object.keys(found).length === 0) throw new Error('There is no account in this JSON.');
  return found;
}

/** Also accepts a curl command that contains JSON. */
function parsed(text) {
  try {
    return JSON.parse(quoted(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)));
  } catch {
    throw new Error('This is not JSON. It starts with { and ends with }.');
  }
}

const TOKEN = /"(?:\\.|[^"\\])*"|\b[a-z_]\w*|(?<![.\d])\d{16,}(?![.\d])/gi;
const WORDS = ['true', 'false', 'null'];

/** Adds missing quotes around words, and around long numbers, which JavaScript would round. */
const quoted = (json) => json.replace(TOKEN, (token) => (token.startsWith('"') || WORDS.includes(token) ? token : `"${token}"`));

function account(network, json) {
  const inner = json?.[network.object] ?? json?.data ?? json;
  if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) throw new Error('There is no account in this JSON.');
  return inner;
}

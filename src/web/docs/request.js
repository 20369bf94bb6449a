// Builds the arguments of `fetch` from the form's values.

/** The keys of `values` are place and name, such as `query:page`; empty values are left out. */
export function build({ path, method, operation }, server, { values, type, text, credential }) {
  const entered = (place) => Object.entries(values)
    .filter(([key, value]) => key.startsWith(`${place}:`) && value !== '')
    .map(([key, value]) => [key.slice(place.length + 1), value]);
  const base = new URL(server, location.href).href.replace(/\/$/, '');
  const filled = entered('path').reduce((whole, [name, value]) => whole.replace(`{${name}}`, encodeURIComponent(value)), path);
  const query = new URLSearchParams(entered('query')).toString();
  return {
    url: `${base}${filled}${query && `?${query}`}`,
    method: method.toUpperCase(),
    headers: [...credential, ...entered('header'), ...(type && !isMultipart(type) ? [['Content-Type', type]] : [])],
    body: operation.requestBody && body(type, text, entered('form')),
  };
}

/** The same request as a curl command. */
export function curl({ url, method, headers, body: sent }) {
  const lines = [`curl -X ${method} ${quoted(url)}`, ...headers.map((header) => `-H ${quoted(header.join(': '))}`)];
  if (sent instanceof FormData) lines.push(...[...sent].map((pair) => `-F ${quoted(pair.join('='))}`));
  else if (sent) lines.push(`--data-raw ${quoted(sent.toString())}`);
  return lines.join(' \\\n  ');
}

function body(type, text, fields) {
  if (type === 'application/json') return text;
  const form = isMultipart(type) ? new FormData() : new URLSearchParams();
  fields.forEach(([name, value]) => form.append(name, value));
  return form;
}

/** For multipart the browser sets Content-Type itself, with the boundary. */
function isMultipart(type) {
  return type === 'multipart/form-data';
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

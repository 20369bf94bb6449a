// The answer: status, duration, headers and body, and the request as a curl command.
import { html } from './preact-htm.js';
import { curl } from './request.js';
import { pretty } from './specification.js';

export function Result({ result }) {
  if (!result) return null;
  const { request, response, body, milliseconds, failure } = result;
  return html`<div class="result" role="status">
    ${failure && html`<p class="grave">The request failed: ${failure}</p>`}
    ${!response && !failure && html`<p>Sending…</p>`}
    ${response && html`<p><b>${response.status} ${response.statusText}</b> in ${milliseconds} ms</p>
      <pre>${readable(body)}</pre>
      <details><summary>Headers</summary><pre>${[...response.headers].map((header) => header.join(': ')).join('\n')}</pre></details>`}
    <details><summary>As curl</summary><pre>${curl(request)}</pre></details>
  </div>`;
}

function readable(body) {
  try {
    return pretty(JSON.parse(body));
  } catch {
    return body;
  }
}

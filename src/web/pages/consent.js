// Back from a network: finishes the consent at once, because a code lives for seconds, and then asks whether to connect the
// account. The answer of the network leaves the address and the history before anything else happens.
import { Refused, useAct } from '../act.js';
import { get, post, put, Refusal } from '../api.js';
import { isAdmin } from '../caller.js';
import { beginConsent, begun, forget } from '../consents.js';
import { Loaded } from '../load.js';
import { NETWORKS } from '../networks.js';
import { say } from '../notice.js';
import { handle, Picture, Verified } from '../parts/account.js';
import { ConflictWayOut } from '../parts/way_out.js';
import { View } from '../router.js';
import { html, useEffect, useState } from '../vendor/preact-htm.js';
import { SignInForm } from './sign_in.js';

const TITLES = {
  consent_denied: ({ label }) => `${label} did not grant access`,
  consent_expired: () => 'That took too long',
  code_refused: ({ label }) => `${label} did not accept the code`,
  offline_access_missing: () => 'The access would not last',
  different_account: () => 'That is another account',
  account_gone: () => 'The account is not here any more',
  account_suspended: () => 'The account is suspended',
  network_unavailable: ({ label }) => `${label} cannot be reached`,
  network_not_configured: ({ label }) => `${label} is not set up here`,
};
const SOMEWHERE_ELSE = 'This attempt belongs to another session, or is over. Nothing was connected.';

/** `answer` is the fragment as the service has sent it: a form with id, state, and code or error. */
export function Consent({ answer, isSignedIn, user }) {
  const [returned] = useState(() => Object.fromEntries(new URLSearchParams(answer)));
  useEffect(() => {
    // After a reload only the id is needed: what was redeemed is stored.
    history.replaceState(null, '', `#/consent/${returned.id ? `id=${returned.id}` : `error=${returned.error ?? 'consent_expired'}`}`);
  }, []);
  if (!isSignedIn) return html`<${SignedOut} />`;
  if (!user) return html`<${Loaded} of=${{}} />`;
  return html`<${Returned} returned=${returned} user=${user} />`;
}

const SignedOut = () => html`<${View} title="Sign in to go on" shape="card"
  intro="Your session has ended. If the account was confirmed before, you go on where you were."><${SignInForm} /><//>`;

function Returned({ returned, user }) {
  const memory = begun() ?? { network: NETWORKS[0].name, side: isAdmin(user) ? 'workspace' : 'personal', place: '#/' };
  const network = NETWORKS.find(({ name }) => name === memory.network) ?? NETWORKS[0];
  const [state, setState] = useState({});
  const look = async () => {
    setState({});
    try {
      setState({ consent: await finish(returned) });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setState({ problem: refusal.problems[0], status: refusal.status });
    }
  };
  useEffect(() => { look(); }, []);
  const { consent, problem, status } = state;
  if (problem) {
    return html`<${Ending} problem=${problem} status=${status} network=${network} memory=${memory}
      again=${status === 503 || status === 0 ? look : null} />`;
  }
  if (!consent) return html`<${View} title=${`Asking ${network.label} who you are`}><${Loaded} of=${{}} rows=${1} /><//>`;
  if (consent.status === 'used') return html`<${Used} place=${memory.place} />`;
  return html`<${Confirm} consent=${consent} network=${network} memory=${memory} />`;
}

/** Sends what the browser brought back; after a reload, or in another session, only asks for the outcome. */
async function finish({ id, state, code, error }) {
  if (!id) throw new Refusal(422, { message: [], errors: [{ field: '', code: error === 'unavailable' ? 'unavailable' : 'consent_expired', message: '' }] });
  const path = `consents/${encodeURIComponent(id)}`;
  if (state && (code || error)) {
    const sent = await put(path, { consent: error ? { state, error } : { state, code } }).catch((refusal) => {
      if (refusal.status !== 404 || refusal.problems[0]?.code) throw refusal;
    });
    if (sent) return sent.consent;
  }
  return (await get(path)).consent;
}

/** The account that the network named, before it is connected. */
function Confirm({ consent, network, memory }) {
  const [account] = consent.candidates;
  const name = handle(account[network.fields.handle]);
  const body = { [network.object]: { consent_id: consent.id, location: memory.location } };
  const [others, setOthers] = useState([]);
  const connect = useAct(() => post(network.paths[memory.side], body), async (answer) => {
    const namesakes = await namesakesOf(answer[network.object], network, memory.side);
    say(`${account.screen_name} is connected${memory.known ? ' again' : ''}.`);
    if (namesakes.length > 0) setOthers(namesakes);
    else leave(memory.place);
  });
  const other = useAct(() => beginConsent({ ...memory, network }));
  const wayOut = (problem) => html`<${ConflictWayOut} problem=${problem} to=${memory.side} then=${connect.run} />`;
  const expired = connect.problems.find(({ code }) => code === 'consent_expired');
  if (expired) return html`<${Ending} problem=${expired} network=${network} memory=${memory} />`;
  if (others.length > 0) return html`<${Namesakes} name=${name} others=${others} place=${memory.place} />`;
  return html`<${View} title=${`${name} – connect this one?`} shape="card">
    <div class="row account"><${Picture} url=${account.logo_url} name=${account.screen_name} />
      <div class="what"><h2>${account.screen_name} ${account.account_verified && html`<${Verified} />`}</h2>
        <p class="handle">${name}</p>
        <p class="fine">${memory.side === 'workspace' ? 'For the workspace' : 'For you alone'}${HELD[account.connected] ?? ''}</p></div></div>
    <${Refused} act=${connect} wayOut=${wayOut} />
    <${Refused} act=${other} />
    <div class="actions"><button type="button" aria-busy=${connect.busy} onClick=${() => connect.run()}>${memory.known ? 'Reconnect' : 'Connect'}</button>
      ${!memory.known && html`<button type="button" class="plain" aria-busy=${other.busy} onClick=${() => other.run()}>Use another account</button>`}
      <button type="button" class="link" onClick=${() => leave(memory.place)}>Cancel</button></div>
    <${SignOut} network=${network} /><//>`;
}

const SignOut = ({ network }) => html`<p class="fine">Another account needs another sign-in:
  <a href=${network.signOut} target="_blank" rel="noopener noreferrer">sign out at ${network.host}</a> first.</p>`;

/** The other accounts of the same owner that have the handle of this one. */
async function namesakesOf(account, network, side) {
  const { handle: field } = network.fields;
  const bare = (one) => handle(one[field]).toLowerCase();
  const { [network.list]: found } = await get(`${network.paths[side]}?name=${encodeURIComponent(account[field])}`);
  return found.filter((one) => one.id !== account.id && bare(one) === bare(account));
}

/** After an account was connected that has namesakes, which stay as they are. */
function Namesakes({ name, others, place }) {
  const title = ({ screen_name, name: shown, nickname }) => `${screen_name ?? shown}${nickname && ` (“${nickname}”)`}`;
  return html`<${View} title=${`${name} is in the list more than once`} shape="card">
    <p>It is connected. ${others.length > 1 ? 'These accounts have' : 'This account has'} the same handle, and nothing about
      ${others.length > 1 ? ' them' : ' it'} was changed:</p>
    <ul>${others.map((one) => html`<li>${title(one)}</li>`)}</ul>
    <p class="fine">Disconnect what you do not need any more.</p>
    <div class="actions"><button type="button" onClick=${() => leave(place)}>Go on</button></div><//>`;
}

const HELD = {
  yours: '. You have it already, and it is brought up to date.',
  workspace: '. The workspace has it already.',
};

/** Every other ending: a sentence, and a way to begin again. */
function Ending({ problem, status, network, memory, again }) {
  const isGone = problem.code === 'account_gone';
  const start = useAct(() => beginConsent({ ...memory, known: isGone ? undefined : memory.known, network }));
  const title = TITLES[problem.code]?.(network) ?? (status === 404 ? 'Please start again' : 'That did not work');
  return html`<${View} title=${title} shape="card">
    <p role="alert">${status === 404 && !problem.code ? SOMEWHERE_ELSE : problem.message || 'Nothing was connected.'}</p>
    <${Refused} act=${start} />
    <div class="actions">${again && html`<button type="button" onClick=${again}>Try again</button>`}
      <button type="button" class=${again ? 'plain' : ''} aria-busy=${start.busy} onClick=${() => start.run()}>${isGone ? 'Connect it as a new account' : 'Start again'}</button>
      <button type="button" class="link" onClick=${() => leave(memory.place)}>Back</button></div>
    ${problem.code === 'different_account' && html`<${SignOut} network=${network} />`}<//>`;
}

const Used = ({ place }) => html`<${View} title="This account is connected" shape="card">
  <div class="actions"><button type="button" onClick=${() => leave(place)}>Go on</button></div><//>`;

/** Sign-up goes on with the walkthrough. */
function leave(place) {
  forget();
  location.replace(/^#\/sign-up/.test(place) || !place ? '#/walkthrough' : place);
}

// The frame around the views: header, navigation and progress meter.
import { signOut } from './api.js';
import { caller, isOver, look, unreachable, useCaller, walkthrough } from './caller.js';
import { Loaded } from './load.js';
import { Notice, say } from './notice.js';
import { Branding } from './pages/branding.js';
import { Consent } from './pages/consent.js';
import { Invitation } from './pages/invitation.js';
import { Forgotten, Reset } from './pages/passwords.js';
import { Personal } from './pages/personal.js';
import { SignIn } from './pages/sign_in.js';
import { SignUp, SignUpConnect } from './pages/sign_up.js';
import { Walkthrough } from './pages/walkthrough.js';
import { Workspace } from './pages/workspace.js';
import { Meter } from './parts/meter.js';
import { SignInAgain } from './parts/sign_in_again.js';
import { go, useRoute, View } from './router.js';
import { session } from './session.js';
import { html, useEffect, useState } from './vendor/preact-htm.js';

export function App() {
  const user = useCaller();
  const [place, ...rest] = useRoute();
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <${Header} user=${user} place=${place} />
    <${Offline} />
    <main class="container" id="main" tabindex="-1">
      ${user && html`<${Meter} quiet=${place === 'sign-up'} />`}
      <${Place} user=${user} place=${place} rest=${rest} />
    </main>
    <footer class="container foot"><a href="docs">The API behind these pages</a></footer>
    <${Notice} />
    <${SignInAgain} />`;
}

function Place({ user, place = '', rest }) {
  const isSignedIn = session.use() !== null;
  const refusal = unreachable.use();
  if (place === 'invites') return html`<${Invitation} key=${rest.join()} id=${rest[0]} token=${rest[1]} />`;
  if (place === 'passwords') return rest[0] ? html`<${Reset} token=${rest[0]} />` : html`<${Forgotten} />`;
  if (place === 'consent') return html`<${Consent} answer=${rest[0] ?? ''} isSignedIn=${isSignedIn} user=${user} />`;
  if (!isSignedIn) return place === '' || place === 'sign-up' ? html`<${SignUp} />` : html`<${SignIn} />`;
  if (!user) return html`<${Arriving} refusal=${refusal} />`;
  switch (place) {
    case '': case 'sign-in': return html`<${Home} />`;
    case 'sign-up': return rest[0] === 'connect' ? html`<${SignUpConnect} />` : html`<${Home} />`;
    case 'walkthrough': return html`<${Walkthrough} />`;
    case 'workspace': return html`<${Workspace} tab=${rest[0]} account=${rest[1]} user=${user} />`;
    case 'personal': return html`<${Personal} tab=${rest[0]} user=${user} />`;
    case 'branding': return html`<${Branding} user=${user} />`;
    default: return html`<${View} title="There is no such page"><p><a href="#/">Go to the start</a></p><//>`;
  }
}

/** Opens the walkthrough until it is finished or hidden, and the workspace afterwards. */
function Home() {
  useEffect(() => { location.replace(isOver(walkthrough.get()) ? '#/workspace' : '#/walkthrough'); }, []);
  return null;
}

function Arriving({ refusal }) {
  if (!refusal) return html`<${Loaded} of=${{}} />`;
  return html`<${View} title="The service cannot be reached"><p role="alert">${refusal.message}</p>
    <button type="button" onClick=${() => look(session.get()?.token)}>Try again</button><//>`;
}

const MARK = 'M4 6h9M4 12h9M4 18h9M16 6l2 2 3-4M16 12l2 2 3-4M16 18l2 2 3-4';
const PLACES = [['workspace', 'Workspace'], ['branding', 'Templates'], ['personal', 'You']];

function Header({ user, place }) {
  const leave = () => signOut().then(() => { go('sign-in'); say('You are signed out.'); }, (refusal) => say(refusal.message));
  return html`<header class="top"><div class="container">
    <a class="brand" href="#/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d=${MARK} /></svg>Roster</a>
    ${user && html`<nav aria-label="Pages">${PLACES.map(([to, name]) => html`
      <a href=${`#/${to}`} aria-current=${place === to ? 'page' : undefined}>${name}</a>`)}</nav>
      <button type="button" class="leave" onClick=${leave}>Sign out</button>`}</div></header>`;
}

function Offline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const check = () => setOnline(navigator.onLine);
    ['online', 'offline'].forEach((name) => addEventListener(name, check));
    return () => ['online', 'offline'].forEach((name) => removeEventListener(name, check));
  }, []);
  return html`<div role="status">${!online && html`<p class="offline">You are offline. What you see may be old; what you type is kept.</p>`}</div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

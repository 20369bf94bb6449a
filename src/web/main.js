import { App } from './app.js';
import { html, render } from './vendor/preact-htm.js';

const root = document.getElementById('app');
root.textContent = '';
render(html`<${App} />`, root);

// The guided walkthrough: steps done, next and skipped, as the API answers them.
import { choose, walkthrough } from '../caller.js';
import { say } from '../notice.js';
import { StepAction, stepsIn } from '../parts/steps.js';
import { View } from '../router.js';
import { html } from '../vendor/preact-htm.js';

const STATES = { open: 'Open', done: 'Done', skipped: 'Skipped' };
const SIGNS = { done: '✓', skipped: '–' };

const change = (wish) => () => choose(wish).catch((refusal) => say(refusal.message));

export function Walkthrough() {
  const way = walkthrough.use();
  const steps = stepsIn(way);
  const next = steps.find(({ state }) => state === 'open');
  const intro = next ? 'Take the steps in any order; you can leave and come back.' : 'That is all. You are ready.';
  return html`<${View} title="Getting started" intro=${intro}>
    <ol class="steps">${steps.map((step, index) => html`
      <${Step} key=${step.name} step=${step} number=${index + 1} isNext=${step === next} />`)}</ol>
    <p class="aside">${next ? html`<${Hide} hidden=${way.hidden} />` : html`<a class="button" href="#/workspace">See your accounts</a>`}</p><//>`;
}

function Step({ step, number, isNext }) {
  return html`<li class=${`step ${step.state}${isNext ? ' next' : ''}`}>
    <span class="sign" aria-hidden="true">${SIGNS[step.state] ?? number}</span>
    <div><h2>${step.title} <span class=${step.state === 'open' ? 'unseen' : 'mark'}>${STATES[step.state]}</span></h2>
      <p>${step.why}</p>
      ${step.state !== 'done' && html`<div class="actions"><${Choices} step=${step} isNext=${isNext} /></div>`}</div></li>`;
}

function Choices({ step, isNext }) {
  if (step.state === 'skipped') {
    return html`<button type="button" class="plain small" aria-label=${`Take up again: ${step.title}`}
      onClick=${change({ unskip: step.name })}>Take up again</button>`;
  }
  return html`<${StepAction} step=${step} location="guidedWalkthrough" look=${isNext ? '' : 'plain small'} />
    <button type="button" class="link" aria-label=${`Skip: ${step.title}`} onClick=${change({ skip: step.name })}>Skip</button>`;
}

const Hide = ({ hidden }) => html`<button type="button" class="link" onClick=${change({ hidden: !hidden })}>
  ${hidden ? 'Show the progress meter' : 'Hide the progress meter'}</button>`;

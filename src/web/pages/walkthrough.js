// The guided walkthrough: what is done, what is next, what was left out. The service says so; this only shows it.
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
  const intro = next ? 'Take the steps in any order; you can leave and come back.'
    : 'That is all. You are ready.';
  return html`<${View} title="Getting started" intro=${intro}>
    <ol class="steps">${steps.map((step, index) => html`<li key=${step.name} class=${`step ${step.state}${step === next ? ' next' : ''}`}>
      <span class="sign" aria-hidden="true">${SIGNS[step.state] ?? index + 1}</span>
      <div><h2>${step.title} <span class=${step.state === 'open' ? 'unseen' : 'mark'}>${STATES[step.state]}</span></h2>
        <p>${step.why}</p>
        <${Choices} step=${step} isNext=${step === next} /></div></li>`)}</ol>
    ${next ? html`<p class="aside"><button type="button" class="link" onClick=${change({ hidden: !way.hidden })}>
        ${way.hidden ? 'Show the progress meter' : 'Hide the progress meter'}</button></p>`
      : html`<p><a class="button" href="#/workspace">See your accounts</a></p>`}<//>`;
}

function Choices({ step, isNext }) {
  if (step.state === 'done') return null;
  if (step.state === 'skipped') {
    return html`<div class="actions"><button type="button" class="plain small" onClick=${change({ unskip: step.name })}
      aria-label=${`Take up again: ${step.title}`}>Take up again</button></div>`;
  }
  return html`<div class="actions"><${StepAction} step=${step} location="guidedWalkthrough" look=${isNext ? '' : 'plain small'} />
    <button type="button" class=${isNext ? 'plain' : 'plain small'} aria-label=${`Skip: ${step.title}`} onClick=${change({ skip: step.name })}>Skip</button></div>`;
}

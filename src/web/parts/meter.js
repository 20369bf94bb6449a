// The progress meter, shown on every page until all steps are done or the walkthrough is hidden.
import { choose, isOver, walkthrough } from '../caller.js';
import { say } from '../notice.js';
import { html } from '../vendor/preact-htm.js';
import { StepAction, stepsIn } from './steps.js';

/** `quiet`: without a button, for pages that already show the next step. */
export function Meter({ quiet }) {
  const way = walkthrough.use();
  if (!way || isOver(way)) return null;
  const next = stepsIn(way).find(({ state }) => state === 'open');
  const hide = () => choose({ hidden: true }).then(
    () => say('Hidden. Your profile page brings it back.'),
    (refusal) => say(refusal.message),
  );
  return html`<section class="meter" aria-label="Getting started">
    <div class="far"><a href="#/walkthrough" id="meter-text">${way.done} of ${way.total} steps done</a>
      <progress aria-labelledby="meter-text" value=${way.done} max=${way.total}></progress></div>
    ${!quiet && html`<div class="next"><span>Next:</span>
      <${StepAction} key=${next.name} step=${next} location="progressMeter" look="small" />
      <button type="button" class="link" aria-label="Hide the progress meter" onClick=${hide}>Hide</button></div>`}
  </section>`;
}

// The progress meter: on every page until all steps are taken, or nobody wants to see it any more.
import { choose, isOver, walkthrough } from '../caller.js';
import { say } from '../notice.js';
import { html } from '../vendor/preact-htm.js';
import { StepAction, stepsIn } from './steps.js';

export function Meter() {
  const way = walkthrough.use();
  if (!way || isOver(way)) return null;
  const next = stepsIn(way).find(({ state }) => state === 'open');
  const hide = () => choose({ hidden: true }).then(
    () => say('Hidden. Your personal settings bring it back.'),
    (refusal) => say(refusal.message),
  );
  return html`<section class="meter" aria-label="Getting started">
    <div><a href="#/walkthrough" id="meter-text">${way.done} of ${way.total} steps done</a>
      <progress aria-labelledby="meter-text" value=${way.done} max=${way.total}></progress></div>
    <div class="next"><span>Next: ${next.title}</span>
      <${StepAction} key=${next.name} step=${next} location="progressMeter" look="small" />
      <button type="button" class="plain small" onClick=${hide}>Hide</button></div>
  </section>`;
}

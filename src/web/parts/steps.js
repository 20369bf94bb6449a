// The texts of the walkthrough's steps, and the dialog or page that each step opens.
import { html, useState } from '../vendor/preact-htm.js';
import { ConnectDialog } from './connect.js';
import { InviteDialog } from './invite.js';

export const STEPS = {
  connect_account: {
    title: 'Connect an account', action: 'Connect an account', dialog: ConnectDialog,
    why: 'The X account your team posts from. Once it is here, nobody needs its password any more.',
  },
  invite_colleagues: {
    title: 'Invite your colleagues', action: 'Invite colleagues', dialog: InviteDialog,
    why: 'Coaches, media staff, the athletics office: whoever helps to run your accounts.',
  },
  share_with_team: {
    title: 'Share an account with a team', action: 'Choose what to share', to: 'workspace',
    why: 'A team sees the accounts that are shared with it, and no others.',
  },
  check_personal: {
    title: 'Say who you are', action: 'Fill in your name', to: 'personal/profile',
    why: 'Colleagues see your name beside the accounts you connect. Your own accounts live on the same page.',
  },
};

export const stepsIn = (way) => way.steps.map(({ name, state }) => ({ name, state, ...STEPS[name] }));

/** `location` is the value of the API's parameter, `look` the class of the button. */
export function StepAction({ step, location, look }) {
  const [open, setOpen] = useState(false);
  if (step.to) return html`<a class=${`button ${look}`} href=${`#/${step.to}`}>${step.action}</a>`;
  return html`<button type="button" class=${look} onClick=${() => setOpen(true)}>${step.action}</button>
    ${open && html`<${step.dialog} location=${location} onClose=${() => setOpen(false)} />`}`;
}

// Invites people by address, and shows the links to pass on if the service sends no mail.
import { post } from '../api.js';
import { Dialog } from '../dialog.js';
import { Field } from '../fields.js';
import { Form, useForm } from '../form.js';
import { html, useState } from '../vendor/preact-htm.js';
import { Copy } from './copy.js';

export const addresses = (text) => text.split(/[\s,;]+/).filter(Boolean);

export function Invite({ location, onInvited, more }) {
  const [sent, setSent] = useState(null);
  const form = useForm({
    scope: '',
    values: { user_emails: '' },
    submit: async ({ user_emails: typed }) => {
      const answer = await post('invites', { user_emails: addresses(typed), location });
      setSent(answer);
      form.type('user_emails', answer.invalid_emails.join(', '));
      onInvited?.();
    },
  });
  return html`<${Form} form=${form} action="Invite" more=${more}>
    <${Field} as="textarea" rows="2" name="user_emails" label="E-mail addresses" missing="Enter at least one address."
      hint="One or several, with commas or on lines of their own." spellcheck=${false} />
    ${sent && html`<${Sent} answer=${sent} />`}<//>`;
}

function Sent({ answer }) {
  const lists = [
    ['successfully_invited_users', 'Invited'], ['already_invited_users', 'Already invited'],
    ['already_on_workspace', 'Already here'], ['invalid_emails', 'No address'],
  ].filter(([key]) => answer[key].length > 0);
  return html`<div class="sent" role="status">
    ${lists.map(([key, name]) => html`<p><strong>${name}:</strong> ${answer[key].join(', ')}</p>`)}
    <${Links} links=${answer.links} /></div>`;
}

/** The links to pass on; nothing if there are none. */
export function Links({ links }) {
  return links?.length > 0 && html`<p>This service sends no mail. Hand these links on; each works once, for seven days.</p>
    ${links.map(({ email, url }) => html`<${Copy} label=${`the link for ${email}`} text=${url} what=${`The link for ${email} is copied.`} />`)}`;
}

export function InviteDialog({ location, onClose }) {
  return html`<${Dialog} title="Invite colleagues" onClose=${onClose}>
    <p>They join your workspace as members, and see what is shared with their teams.</p>
    <${Invite} location=${location} more=${html`<button type="button" class="plain" onClick=${onClose}>Close</button>`} /><//>`;
}

// Name and kind of the workspace, and its API keys.
import { put } from '../../api.js';
import { isAdmin } from '../../caller.js';
import { Field } from '../../fields.js';
import { Form, useForm } from '../../form.js';
import { say } from '../../notice.js';
import { html } from '../../vendor/preact-htm.js';
import { Keys } from './keys.js';

const KINDS = ['Public High School', 'Private High School', 'College/University', 'Club/Youth Sports', 'School District', 'K12 School', 'Higher Education', 'Youth/Club Sports', 'Other/Not Listed'];

export function General({ user }) {
  const { name, organization_type: kind } = user.workspace;
  const form = useForm({
    scope: 'workspace',
    values: { name, organization_type: kind ?? '' },
    submit: async (workspace) => {
      await put('workspaces', { workspace });
      say('Saved.');
    },
  });
  if (!isAdmin(user)) {
    return html`<dl><dt>Name</dt><dd>${name}</dd><dt>Kind of organization</dt><dd>${kind ?? 'Not said'}</dd></dl>
      <p class="aside">Admins can change this.</p>`;
  }
  return html`<div class="narrow"><${Form} form=${form} action="Save">
    <${Field} name="name" label="Name" missing="A workspace needs a name." autocapitalize="words" autocomplete="organization" />
    <${Field} name="organization_type" label="Kind of organization" as="select">
      <option value="">Not said</option>
      ${[...new Set([...KINDS, kind].filter(Boolean))].map((one) => html`<option value=${one}>${one}</option>`)}<//><//></div><${Keys} />`;
}

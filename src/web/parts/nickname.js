// Edits the nickname of an account in place.
import { Refused, useAct } from '../act.js';
import { say } from '../notice.js';
import { html, useEffect, useRef, useState } from '../vendor/preact-htm.js';

/** `save` is called with the new nickname. */
export function Nickname({ account, name, save }) {
  const [editing, edit] = useState(false);
  const input = useRef();
  const button = useRef();
  const wasEditing = useRef(false);
  const act = useAct(() => save(input.current.value.trim()), () => {
    edit(false);
    say('Saved.');
  });
  useEffect(() => {
    if (editing) input.current.select();
    else if (wasEditing.current) button.current.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (!editing) {
    return html`<p class="nickname">${account.nickname && html`<span>“${account.nickname}”</span>`}
      <button type="button" class="link" ref=${button} onClick=${() => edit(true)}
        aria-label=${`${account.nickname ? 'Edit' : 'Add a'} nickname of ${name}`}>${account.nickname ? 'Edit' : 'Add a nickname'}</button></p>`;
  }
  const submit = (event) => {
    event.preventDefault();
    act.run();
  };
  const escape = (event) => event.key === 'Escape' && edit(false);
  return html`<form class="nickname joined" onSubmit=${submit} onKeyDown=${escape}>
    <input ref=${input} aria-label=${`Nickname of ${name}`} defaultValue=${account.nickname} maxlength="255" autocomplete="off" />
    <button type="submit" class="small" aria-busy=${act.busy}>Save</button>
    <button type="button" class="plain small" onClick=${() => edit(false)}>Cancel</button>
  </form><${Refused} act=${act} />`;
}

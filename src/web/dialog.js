// Modal dialogs; the browser keeps the focus inside and restores it afterwards.
import { Refused, useAct } from './act.js';
import { html, useId, useLayoutEffect, useRef } from './vendor/preact-htm.js';

export function Dialog({ title, onClose, children }) {
  const dialog = useRef();
  const id = useId();
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const shown = dialog.current;
    shown.showModal();
    (shown.querySelector('input[autofocus]') ?? shown.querySelector('h2')).focus();
    return () => {
      shown.close();
      setTimeout(() => opener?.isConnected || document.querySelector('h1')?.focus());
    };
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${dialog} aria-labelledby=${id} onCancel=${cancel}>
    <article>
      <header><h2 id=${id} tabindex="-1">${title}</h2>
        <button type="button" class="close" aria-label="Close" onClick=${onClose}>×</button></header>
      ${children}
    </article>
  </dialog>`;
}

/** Shows the effects of an action and asks for confirmation. */
export function Confirm({ title, action, confirm, onDone, onClose, wayOut, children }) {
  const act = useAct(confirm, onDone);
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${children}
    <${Refused} act=${act} wayOut=${wayOut} />
    <div class="actions"><button type="button" class="grave" aria-busy=${act.busy} onClick=${() => act.run()}>${action}</button>
      <button type="button" class="plain" onClick=${onClose}>Cancel</button></div>
  <//>`;
}

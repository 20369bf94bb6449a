// A dialog over the page: the browser keeps the focus in it, and gives it back when it closes.
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

/** Says what an action brings about before it is done. */
export function Confirm({ title, action, confirm, onDone, onClose, wayOut, children }) {
  const act = useAct(confirm, onDone);
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${children}
    <${Refused} act=${act} wayOut=${wayOut} />
    <div class="actions"><button type="button" class="grave" aria-busy=${act.busy} onClick=${() => act.run()}>${action}</button>
      <button type="button" class="plain" onClick=${onClose}>Cancel</button></div>
  <//>`;
}

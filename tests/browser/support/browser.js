// Chromium with pages that fail on console errors, CSP reports, injected scripts, and requests to other origins for
// anything but pictures.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const CRESTS = { lions: '#b5651d', tigers: '#1f4e8c' };

/** What stands in for the pictures of accounts. */
const crest = (url) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="${CRESTS[/(\w+)\.png/.exec(url)?.[1]] ?? '#5a665f'}" d="M0 0h9v9H0z"/>
  <path fill="#fff" d="M2 2h5v3q0 2-2.500 2.500Q2 7 2 5z"/></svg>`;

export const launch = () => chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });

/**
 * A tab of its own. `faults` is what must be empty in the end; a test that provokes an error expects it there. The browser
 * may go to the origins in `visited`.
 */
export async function tab(browser, url, options = {}, visited = []) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.faults = [];
  page.left = [];
  page.on('pageerror', (error) => page.faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('console', (message) => {
    // Chromium logs every refused request to the console; the tests check what the page shows instead.
    const isRefusal = /Failed to load resource/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isRefusal) page.faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
  });
  await context.route((asked) => asked.origin !== new URL(url).origin && !visited.includes(asked.origin), (route) => {
    const request = route.request();
    page.left.push({ type: request.resourceType(), url: request.url(), referer: request.headers().referer });
    return route.fulfill({ contentType: 'image/svg+xml', body: crest(request.url()) });
  });
  return page;
}

export function expectClean(page) {
  assert.deepEqual(page.faults, []);
  const others = page.left.filter(({ type, referer }) => type !== 'image' || referer);
  assert.deepEqual(others, [], 'only pictures leave the origin, and no referrer with them');
}

/** Signs in where no page runs yet, so that none is on its way elsewhere. */
export async function signIn(page, person, to = '') {
  await page.goto('/health/live');
  await page.evaluate(([token, id, email]) => {
    sessionStorage.setItem('roster.session', JSON.stringify({ token, id, email }));
  }, [person.token, person.id, person.email]);
  await page.goto(`/#/${to}`);
  await settled(page);
}

/** Nothing is on its way any more. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.locator('.ghost').first().waitFor({ state: 'detached' });
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FOLDER = new URL('../screenshots/', import.meta.url).pathname;
const TAKES_PICTURES = process.env.PICTURES !== 'no';

/**
 * A view in both schemes and at both widths, for people to look at: nothing sticks out, and axe finds nothing at the
 * `examined` widths.
 */
export async function look(page, name, examined = [1280]) {
  const before = page.viewportSize();
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      if (TAKES_PICTURES) await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png`, fullPage: true });
      if (examined.includes(width)) await expectAccessible(page, `${name}, ${width} px, ${colorScheme}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} sticks out by ${overflow} px at ${width} px`);
  }
  await page.setViewportSize(before);
}

async function expectAccessible(page, what) {
  // Axe reads colours, so none may be between two.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)));
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`);
  assert.deepEqual(told, [], what);
}

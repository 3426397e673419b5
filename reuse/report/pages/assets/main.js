// The address to a view, and the keys.

const VIEWS = {
  overview: ['Overview', overviewView],
  findings: ['Findings', findingsView],
  articles: ['Articles', articlesView],
  pages: ['Pages', pagesView],
  sites: ['Sites', sitesView],
  finding: ['', findingView],
  article: ['', articleView],
  site: ['', siteView],
};
const PART_OF = { finding: 'findings', article: 'articles', site: 'sites' };

let view = null;
/** How far down each place of the history, and each address, was left, and what was pressed there. */
const left = new Map();
let place = 0;
/** Whether the reader goes back to a list by its address. */
let returning = false;

/** The heading of a view; the focus moves to it. */
function heading(content, look = '') {
  return h('h1', { tabindex: -1, class: look || null }, content);
}

/** Go to an address within the report. */
function go(href) {
  if (href === location.hash) show();
  else location.hash = href;
}

/** An address that is yet to be written over that of the present place, `from`. */
let pending = null;

/** Write the address of what is shown: as a new place of the history, or over the last. */
function remember(href, anew) {
  clearTimeout(pending?.timer);
  pending = null;
  if (href === (location.hash || '#')) return;
  if (anew) {
    leave();
    history.pushState({ place: ++place }, '', href);
    mark();
  } else {
    // Browsers allow a hundred in half a minute, and a reader may type faster.
    pending = { href, from: location.hash, timer: setTimeout(settle, 200) };
  }
}

/** Write what is pending, unless the reader has gone elsewhere. */
function settle() {
  clearTimeout(pending?.timer);
  if (pending?.from === location.hash) history.replaceState(history.state, '', pending.href);
  pending = null;
}

/** Draw what the address says. */
async function show() {
  const asked = placeOf(location.hash);
  if (!Object.hasOwn(VIEWS, asked.view)) asked.view = Object.hasOwn(VIEWS, index.group) ? index.group : 'overview';
  const back = history.state?.place;
  if (back === undefined) history.replaceState({ place: ++place }, '');
  const number_ = (show.count = (show.count ?? 0) + 1);
  const content = document.getElementById('content');
  content.setAttribute('aria-busy', 'true');
  let made;
  try {
    made = await VIEWS[asked.view][1](asked);
  } catch (fault) {
    made = h(
      'section',
      {},
      heading('This part cannot be read'),
      h('p', {}, 'The file may be cut short or changed: ', told(fault.message)),
    );
  }
  // Meanwhile a reader may have gone elsewhere.
  if (number_ !== show.count) return;
  view = made;
  refill(content, made);
  content.setAttribute('aria-busy', 'false');
  for (const link of document.querySelectorAll('#nav a')) {
    const current = link.hash === `#${PART_OF[asked.view] ?? asked.view}`;
    if (current) link.setAttribute('aria-current', asked.view in PART_OF ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  const title = content.querySelector('h1');
  document.title = plain(`${title?.textContent ?? ''} \u2013 ${show.title}`);
  arrive(asked, left.get(returning ? location.hash : back), title);
  returning = false;
  dispatchEvent(new Event('shown'));
}

/** Put the reader where the view begins, or where it was left. */
function arrive(asked, before, title) {
  const pressed =
    before?.pressed &&
    [...document.querySelectorAll('#content a')].find((link) => link.hash === before.pressed);
  (pressed || title)?.focus({ preventScroll: true });
  scrollTo({ top: before?.top ?? 0, behavior: 'instant' });
  view.arrived?.();
  const wanted = asked.query.get('to');
  if (wanted) document.getElementById(wanted)?.scrollIntoView();
}

/** Keep in mind where a view was left. */
function leave(pressed = null) {
  for (const at of [history.state?.place, location.hash]) {
    left.set(at, { top: scrollY, pressed: pressed ?? left.get(at)?.pressed });
  }
}

function mark() {
  document.querySelector('#nav [aria-current]')?.setAttribute('aria-current', 'page');
}

// --- keys ---------------------------------------------------------------------------------------

const KEYS = [
  [['n', 'j'], 'the next passage'],
  [['p', 'k'], 'the previous passage'],
  [[']'], 'the next finding of the list'],
  [['['], 'the previous finding of the list'],
  [['/'], 'search the findings'],
  [['Esc'], 'back to the list'],
  [['?'], 'this help'],
];

let keys = stored.get('keys') !== 'off';

function pressed(event) {
  const dialog = document.querySelector('dialog[open]');
  const plainKey =
    !event.metaKey &&
    !(event.ctrlKey && !event.getModifierState('AltGraph')) &&
    !(event.altKey && !event.getModifierState('AltGraph'));
  if (!keys || dialog || !plainKey || event.isComposing) return;
  const typing = event.target.matches?.('input:not([type=checkbox]), select, textarea');
  if (typing) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const press = (selector) => document.querySelector(selector)?.click();
  const act = {
    n: () => view.walk?.('on'),
    j: () => view.walk?.('on'),
    p: () => view.walk?.('back'),
    k: () => view.walk?.('back'),
    ']': () => press('[data-step="1"]'),
    '[': () => press('[data-step="-1"]'),
    Escape: () => press('[data-up]'),
    '?': help,
    '/': search,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

async function search() {
  if (placeOf(location.hash).view !== 'findings') {
    go(to('findings'));
    await new Promise((done) => addEventListener('shown', done, { once: true }));
  }
  document.getElementById('search')?.focus();
}

function help() {
  const on = h('input', {
    type: 'checkbox',
    onchange: () => {
      keys = on.checked;
      stored.set('keys', keys ? 'on' : 'off');
      document.documentElement.toggleAttribute('data-no-keys', !keys);
    },
  });
  on.checked = keys;
  const dialog = h(
    'dialog',
    {
      'aria-labelledby': 'keys',
      onclose: () => dialog.remove(),
      onclick: (event) => event.target === dialog && dialog.close(),
    },
    h('h2', { id: 'keys' }, 'Keys'),
    h(
      'dl.keys',
      {},
      KEYS.map(([names, what]) => [
        h(
          'dt',
          {},
          names.flatMap((name, n) => [n ? ' ' : '', h('kbd', {}, name)]),
        ),
        h('dd', {}, what),
      ]),
    ),
    h('p', {}, h('label.tick', {}, on, ' Keys are on')),
    h('p', {}, h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')),
  );
  document.body.append(dialog);
  dialog.showModal();
}

// --- light and dark -----------------------------------------------------------------------------

const isDark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

function themeButton() {
  const button = h('button.theme', {
    type: 'button',
    onclick: () => {
      document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
      stored.set('theme', document.documentElement.dataset.theme);
      name();
    },
  });
  const name = () => refill(button, isDark() ? 'Light' : 'Dark');
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  name();
  return button;
}

// --- the beginning ------------------------------------------------------------------------------

async function start() {
  const theme = stored.get('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  document.documentElement.toggleAttribute('data-no-keys', !keys);
  show.title = document.title;
  const content = document.getElementById('content');
  try {
    new DecompressionStream('deflate-raw');
  } catch {
    refill(
      content,
      h(
        'p.plain',
        {},
        'This browser is too old to unpack the report: it needs one of 2023 or later (Chrome or Edge 103, Firefox 113, Safari 16.4). The same findings stand in findings.jsonl and findings.csv beside this file.',
      ),
    );
    return;
  }
  try {
    await load();
  } catch (fault) {
    refill(
      content,
      h('p.plain', {}, 'This file cannot be read; it may be cut short or changed: ', told(fault.message)),
    );
    return;
  }
  refill(
    document.getElementById('nav'),
    Object.entries(VIEWS)
      .filter(([, [name]]) => name)
      .map(([key, [name]]) => h('a', { href: to(key) }, name)),
  );
  refill(
    document.getElementById('tools'),
    h('button', { type: 'button', 'aria-label': 'Keys', title: 'Keys', onclick: help }, '?'),
    themeButton(),
  );
  refill(document.getElementById('foot'), h('p', {}, `${index.caveat} Made by textreuse ${index.version}.`));
  history.scrollRestoration = 'manual';
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.id === 'skip') {
      event.preventDefault();
      content.querySelector('h1')?.focus();
    } else if (link) {
      settle();
      leave(link.hash);
      returning = 'up' in link.dataset;
      if (link.hash === location.hash) show();
    }
  });
  addEventListener('scroll', () => leave(), { passive: true });
  addEventListener('hashchange', () => show());
  addEventListener('keydown', pressed);
  await show();
}

queueMicrotask(start);

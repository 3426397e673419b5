// Values to elements. Every string goes through `letters`: nothing that a stranger wrote is ever markup, an address
// to run, or a character that steers how the rest is shown.

const SVG = 'http://www.w3.org/2000/svg';

/** Controls but line ends and tabs, bidirectional controls, invisibles, tags, halves of surrogate pairs. */
const ODD =
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** Letters that are written with joiners, and pictures that are put together by them: as in escape.py. */
const JOINED =
  '\\u0620-\\u07bf\\u0840-\\u08ff\\u0900-\\u0dff\\u0f00-\\u109f\\u1780-\\u17b3\\u17b6-\\u17ff' +
  '\\u1807\\u180a\\u1810-\\u18af\\ua840-\\ua87f\\ufb50-\\ufdff\\ufe70-\\ufefc';
const MONGOLIAN = '\\u1807\\u180a\\u1810-\\u18af';
const HAN =
  '\\u2e80-\\u2fdf\\u3005\\u3007\\u3021-\\u3029\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
const PICTURE =
  '\\xa9\\xae\\u203c\\u2049\\u2122\\u2139\\u2190-\\u2bff\\u3030\\u303d\\u3297\\u3299\\u{1f000}-\\u{1faff}';
const ODD_RUN = new RegExp(
  `(?:${ODD.source}(?!(?<=[${JOINED}][\\u200c\\u200d])[${JOINED}])` +
    `(?!(?<=[${PICTURE}]\\ufe0f?\\u200d)[${PICTURE}])(?!(?<=[#*0-9]\\ufe0f)\\u20e3)` +
    `(?<![${PICTURE}${HAN}][\\ufe00-\\ufe0f])(?<![${MONGOLIAN}][\\u180b-\\u180f])` +
    `(?<![${HAN}][\\u{e0100}-\\u{e01ef}]))+`,
  'gu',
);

const codePoint = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

/** A run of odd characters as it is named: each kind once, with how many there are. */
function nameOf(run) {
  const all = [...run];
  const kinds = [...new Set(all)];
  const named = kinds.slice(0, 3).map(codePoint).join(' ') + (kinds.length > 3 ? ' \u2026' : '');
  return all.length > kinds.length || kinds.length > 3 ? `${named} \u00d7${all.length}` : named;
}

/** Call `plainly` with text that can be shown as it is, and `oddly` with runs that cannot. */
function sift(text, plainly, oddly) {
  let from = 0;
  for (const found of text.matchAll(ODD_RUN)) {
    const end = found.index + found[0].length;
    if (found.index > from) plainly(text.slice(from, found.index));
    oddly(found[0]);
    from = end;
  }
  if (from < text.length) plainly(text.slice(from));
}

/** Text as nodes: what cannot be seen, or would steer what is seen, is named instead. */
function letters(text) {
  if (!ODD.test(text)) return [document.createTextNode(text)];
  const nodes = [];
  const name = (run) => {
    const mark = document.createElement('span');
    const soft = /^\xad+$/.test(run);
    mark.className = soft ? 'odd soft' : 'odd';
    mark.dir = 'ltr';
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', soft ? 'soft hyphen' : `character ${nameOf(run)}`);
    mark.append(soft ? '\u2027' : nameOf(run));
    nodes.push(mark);
  };
  sift(text, (plain) => nodes.push(document.createTextNode(plain)), name);
  return nodes;
}

/** The same for attributes and options, which hold no elements. */
function plain(text) {
  if (!ODD.test(text)) return text;
  let shown = '';
  sift(
    text,
    (part) => (shown += part),
    (run) => (shown += `[${nameOf(run)}]`),
  );
  return shown;
}

/**
 * Make an element: `h('p.note', {id: 'x', onclick: f}, 'text', child, [more])`. Strings become text; null, false
 * and undefined are left out, among attributes too. Names of elements and attributes come from this code alone.
 */
function h(name, given, ...children) {
  return build(document.createElement(name.split('.', 1)[0]), name, given, children);
}

/** The same for SVG. */
function s(name, given, ...children) {
  return build(document.createElementNS(SVG, name.split('.', 1)[0]), name, given, children);
}

function build(element, name, given, children) {
  const classes = name.split('.').slice(1);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(given ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.setAttribute('class', [...classes, value].join(' '));
    else element.setAttribute(key, value === true ? '' : plain(String(value)));
  }
  fill(element, children);
  return element;
}

function fill(element, children) {
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) element.append(child);
    else element.append(...letters(String(child)));
  }
}

/** Put children in place of what an element has. */
function refill(element, ...children) {
  element.replaceChildren();
  fill(element, children);
  return element;
}

/** What strangers wrote, in a line: its direction ends with it. */
const told = (text) => h('bdi', { dir: 'auto' }, text);

/** A link out of the report, if it is one to the web, to the site that it shows; else its text. */
function out(address, text = address) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return told(text ?? '');
  }
  const toTheWeb = url.protocol === 'http:' || url.protocol === 'https:';
  if (!toTheWeb || url.username || url.password) return told(text);
  const link = h('a.out', { target: '_blank', rel: 'noopener noreferrer nofollow' }, told(text));
  link.href = url.href;
  return link;
}

const time = (date) =>
  date ? h('time', { datetime: /^\d{4}(-\d\d){0,2}$/.test(date) ? date : null, title: date }, day(date)) : null;

/** A document's name: its title, else its id. */
const nameOfRow = (columns, row) => columns.title[row] || columns.id[row];

/** Draw again whenever the width changes: `draw(width)` returns the drawing. */
function drawn(draw) {
  const box = h('div.drawing');
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now !== width && now > 0) refill(box, draw((width = now)));
  }).observe(box);
  return box;
}

/** Tell those who do not see the page what has changed. */
function announce(text) {
  refill(document.getElementById('status'), text);
}

/** A field that proposes names, made on first use: there may be thousands. */
function choice(name, key, names, settings, set) {
  const list = h('datalist', { id: `names-${key}` });
  const input = h('input', {
    type: 'text',
    list: list.id,
    autocomplete: 'off',
    placeholder: 'All',
    onfocus: () => {
      if (!list.firstChild) list.append(...names.slice(0, 2000).map((value) => h('option', { value })));
    },
    onchange: () => {
      const typed = bare(input.value.trim());
      const row = typed
        ? [
            names.findIndex((value) => bare(value) === typed),
            names.findIndex((value) => bare(value).includes(typed)),
          ].find((n) => n >= 0)
        : null;
      input.setCustomValidity(row === undefined ? `There is no such ${key}` : '');
      input.reportValidity();
      if (row !== undefined) {
        input.value = row === null ? '' : plain(names[row]);
        set({ [key]: row });
      }
    },
  });
  input.value = settings.has(key) ? plain(names[Number(settings.get(key))] ?? '') : '';
  return h('label.field', {}, h('span', {}, name), input, list);
}

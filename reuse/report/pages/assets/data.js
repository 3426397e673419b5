// Packed data to values: the index, read once, and the blocks with details and texts, read when first asked for.

/** Blocks that are kept unpacked. */
const KEPT = 8;

/** The verdicts that are findings stand first in `index.verdicts`. */
const ACCUSED = 4;

/** The index; see `load`. */
let index = null;

/** Unpack an element's text: base64 of a raw deflate stream of JSON. */
async function unpack(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the part ${id} of this file is missing`);
  const letters = atob(element.textContent.trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text());
}

async function load() {
  index = await unpack('index');
}

const blocks = new Map();

/** Return a block; the least recently asked for are forgotten. */
function block(number) {
  const known = blocks.get(number) ?? unpack(`block-${number}`);
  blocks.delete(number);
  blocks.set(number, known);
  if (blocks.size > KEPT) blocks.delete(blocks.keys().next().value);
  return known;
}

/** Return what is known of a finding, with its two texts (null where the report has none). */
async function detailOf(row) {
  const detail = (await block(index.findings.block[row])).findings[row];
  const [source, page] = await Promise.all([textOf(detail.source), textOf(detail.page)]);
  return { ...detail, sourceText: source, pageText: page };
}

/** Return what is known of an article, with its text; null where the report does not have it. */
async function articleOf(row) {
  if (index.sources.block[row] < 0) return null;
  const article = (await block(index.sources.block[row])).sources?.[row] ?? null;
  return article && { ...article, full: await textOf(article) };
}

async function textOf(side) {
  return side ? (await block(side.textBlock)).texts[side.text] : null;
}

/** Row of a finding by its id, or undefined. */
function rowOf(id) {
  rowOf.rows ??= new Map(index.findings.id.map((name, row) => [name, row]));
  return rowOf.rows.get(id);
}

/** The numbers from 0 to before `n`. */
const range = (n) => Array.from({ length: n }, (_, i) => i);

const sum = (values) => values.reduce((total, value) => total + value, 0);

// --- numbers and dates as they are shown --------------------------------------------------------

const whole = new Intl.NumberFormat('en');
const number = (value) => whole.format(value);

/** Never 0% of something, nor 100% of less than all. */
/** A share in percent, rounded down: 100% is all of it, 0% nothing, and `<1%` something. */
function percent(share) {
  if (share > 0 && share < 0.01) return '<1%';
  return `${share < 1 ? Math.min(99, Math.floor(100 * share + 1e-9)) : 100}%`;
}

function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-02T08:00Z` as `2 Nov 2026`; as precise as it is, and as it stands if it is no date. */
function day(date, { year: withYear = true } = {}) {
  const [, year, month, dayOfMonth] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(date ?? '') ?? [];
  if (!year || !(MONTHS[month - 1] ?? !month)) return date ?? '';
  const parts = [dayOfMonth && Number(dayOfMonth), month && MONTHS[month - 1], withYear || !month ? year : ''];
  return parts.filter(Boolean).join(' ');
}

/** A date to compare with others: the first day it may be; '' if it is none. */
const firstDay = (date) => (/^\d{4}/.test(date ?? '') ? `${date.slice(0, 10)}-01-01`.slice(0, 10) : '');

// --- what a reader has chosen ----------------------------------------------------------------------

/** Kept by the browser, if it keeps anything for files. */
const stored = {
  get(name) {
    try {
      return localStorage.getItem(`reuse.${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`reuse.${name}`, value);
    } catch {
      // A browser may keep nothing for files; then it is asked again.
    }
  },
};

// Texts cut into pieces to paragraphs whose pieces are marked.

const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;

/** Of longer stretches that nobody reused the middle stays folded until it is asked for. */
const LONGEST_OWN = 6000;
const SHOWN_OWN = 1500;

/**
 * Paragraphs, filled piece by piece. `add` puts text at the end; neighbouring pieces with the same `group` stand in
 * one element, which `open(group)` makes anew in each paragraph; `wrap(nodes)` may put an element around a piece.
 * `place` puts an element where the next text begins.
 */
class Prose {
  constructor(box, open) {
    this.box = box;
    this.open = open;
    this.paragraph = null;
    this.group = null;
    this.holder = null;
    this.placed = null;
  }

  place(element) {
    this.placed = element;
  }

  add(text, group = null, wrap = null) {
    text.split(LINE_END).forEach((line, n) => {
      if (n > 0) this.paragraph = null;
      if (!line || (!this.paragraph && !line.trim())) return;
      if (!this.paragraph) {
        this.paragraph = h('p', { dir: 'auto' });
        this.box.append(this.paragraph);
        this.holder = null;
      }
      if (this.placed) {
        this.paragraph.append(this.placed);
        this.placed = this.holder = null;
      }
      if (!this.holder || group !== this.group) {
        this.holder = group === null ? this.paragraph : this.open(group);
        if (this.holder !== this.paragraph) this.paragraph.append(this.holder);
        this.group = group;
      }
      const nodes = letters(line);
      this.holder.append(...(wrap ? [wrap(nodes)] : nodes));
    });
  }

  /** Add a stretch of which the middle is folded if it is long; `text` is cut between whole characters. */
  addOwn(text, wrap = null) {
    if (text.length <= LONGEST_OWN) {
      this.add(text, null, wrap);
      return;
    }
    const middle = text.slice(whereWhole(text, SHOWN_OWN), whereWhole(text, text.length - SHOWN_OWN));
    this.add(text.slice(0, whereWhole(text, SHOWN_OWN)), null, wrap);
    this.fold(middle, wrap);
    this.add(text.slice(whereWhole(text, text.length - SHOWN_OWN)), null, wrap);
  }

  fold(text, wrap) {
    const next = text.slice(0, whereWhole(text, 50 * LONGEST_OWN));
    const rest = text.slice(next.length);
    const box = h('div.folded', {});
    box.append(
      h(
        'button',
        {
          type: 'button',
          onclick: () => {
            const unfolded = new Prose(box, this.open);
            box.replaceChildren();
            unfolded.add(next, null, wrap);
            if (rest) unfolded.fold(rest, wrap);
            box.dispatchEvent(new CustomEvent('unfolded', { bubbles: true }));
          },
        },
        `Show ${number(text.length)} characters with nothing reused`,
      ),
    );
    this.box.append(box);
    this.paragraph = null;
  }
}

/** A place in a text that is not within a character. */
const whereWhole = (text, place) =>
  place > 0 &&
  place < text.length &&
  /[\udc00-\udfff]/.test(text[place]) &&
  /[\ud800-\udbff]/.test(text[place - 1])
    ? place - 1
    : place;

/** Bits of a piece's style; the lowest two are its kind: 0 for its own words, else one more than the kind's number. */
const STYLE = { changed: 4, quoted: 8, stock: 16, leftOut: 32, trick: 64, common: 128 };

/** Put a text into a box, its passages marked; returns the elements of each passage, in order. */
function markedText(box, text, pieces, passages, spans, side) {
  const elements = passages.map(() => []);
  const open = (number) => {
    const passage = passages[number];
    const first = elements[number].length === 0;
    const mark = h('span.passage', { class: kindLook(passage.kind), 'data-passage': number });
    if (first) mark.append(numberOf(number, passage));
    elements[number].push(mark);
    return mark;
  };
  const prose = new Prose(box, open);
  const within = coverOf(spans);
  // Of the source a page may take the same words twice: the second time they are marked within the first.
  const again = range(spans.length).filter((n) => within(spans[n][0]) !== n);
  let at = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    const [length, style] = [pieces[i], pieces[i + 1]];
    const part = text.slice(at, at + length);
    const passage = style & 3 ? within(at) : -1;
    const wrap = wrapperOf(style, side);
    const also = again.filter((n) => n !== passage && spans[n][0] <= at && at < spans[n][1]);
    if (passage < 0) prose.addOwn(part, wrap);
    else
      prose.add(
        part,
        passage,
        also.length ? (nodes) => shared(wrap ? [wrap(nodes)] : nodes, also, elements) : wrap,
      );
    at += length;
  }
  return elements;
}

/** Words that several passages have, to be found by each. */
function shared(nodes, passages, elements) {
  const mark = h('span.shared', {}, nodes);
  for (const n of passages) elements[n].push(mark);
  return mark;
}

/** The number that stands before a passage on both sides, to be pressed. */
const numberOf = (number, passage) =>
  h(
    'button.nth',
    { type: 'button', tabindex: -1, 'data-passage': number, 'aria-label': passageTold(number, passage) },
    String(number + 1),
  );

/** How a piece is marked within its passage: what is deleted or inserted, quoted, stock, left out, disguised, common. */
function wrapperOf(style, side) {
  const classes = [
    style & STYLE.quoted && 'quoted',
    style & STYLE.stock && 'stock',
    style & STYLE.leftOut && 'left-out',
    style & STYLE.trick && 'trick',
    style & STYLE.common && 'common',
  ].filter(Boolean);
  const name = style & STYLE.changed ? (side === 'source' ? 'del' : 'ins') : 'span';
  if (name === 'span' && !classes.length) return null;
  return (nodes) => h(name, { class: classes.join(' ') || null }, nodes);
}

/** Return which of some spans covers a place: of several the first; -1 if there is none. */
function coverOf(spans) {
  const order = range(spans.length).sort((a, b) => spans[a][0] - spans[b][0] || a - b);
  const reach = [];
  let furthest = 0;
  for (const n of order) reach.push((furthest = Math.max(furthest, spans[n][1])));
  return (place) => {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reach[middle] > place) high = middle;
      else low = middle + 1;
    }
    for (let i = low; i < order.length && spans[order[i]][0] <= place; i++) {
      if (spans[order[i]][1] > place) return order[i];
    }
    return -1;
  };
}

/** A passage in words. */
function passageTold(number_, { kind, moved, words, quotedWords }) {
  const more = [
    moved && 'moved',
    quotedWords && (quotedWords >= words ? 'quoted' : `${number(quotedWords)} quoted`),
  ].filter(Boolean);
  return [`Passage ${number(number_ + 1)}`, index.kinds[kind], plural(words, 'word'), ...more].join(', ');
}

/** Rows of a detail's passages by name. */
const passagesOf = (detail) =>
  detail.passages.map(
    ([
      kind,
      moved,
      sourceBegin,
      sourceEnd,
      pageBegin,
      pageEnd,
      words,
      sourceWords,
      equalWords,
      quotedWords,
    ]) => ({
      kind,
      moved,
      sourceBegin,
      sourceEnd,
      pageBegin,
      pageEnd,
      words,
      sourceWords,
      equalWords,
      quotedWords,
    }),
  );

// One finding's two texts side by side, with what links them between.

/** What can be shown or not: the class that switches it off, its name, what it looks like. */
const LAYERS = [
  ['verbatim', 'verbatim', () => h('span.passage.k-verbatim', {}, 'verbatim')],
  ['edited', 'edited', () => h('span.passage.k-edited', {}, 'edited')],
  ['spun', 'spun', () => h('span.passage.k-spun', {}, 'spun')],
  [
    'changed',
    'differences',
    () => [h('span.passage.k-edited', {}, h('del', {}, 'only the source'), ' ', h('ins', {}, 'only the page'))],
  ],
  ['quoted', 'quoted', () => h('span.quoted', {}, 'quoted')],
  ['stock', 'stock text', () => h('span.stock', {}, 'stock text')],
  ['left-out', 'left out', () => h('span.left-out', {}, 'boilerplate, left out')],
  ['trick', 'disguised', () => h('span.trick', {}, 'disguised')],
  ['common', 'common source', () => h('span.common', {}, 'owed to a common source')],
];

/** Draw the two texts; `choose(n)` is called when a reader points at a passage. Returns the element and its handles. */
function reader(detail, passages, choose) {
  const { record } = detail;
  const elements = [];
  const panes = ['source', 'page'].map((side, n) => {
    const prose = h('div.prose', { lang: language(record[side].language) });
    const spans = passages.map((passage) => [passage[`${side}Begin`], passage[`${side}End`]]);
    elements[n] = markedText(prose, detail[`${side}Text`], detail[side].pieces, passages, spans, side);
    return h(
      'div.pane',
      { tabindex: 0, role: 'region', 'aria-label': `Text of the ${side}`, 'data-side': side },
      prose,
    );
  });
  const gutter = h('div.gutter', {});
  const link = follow(
    panes,
    elements,
    passages.map(({ moved }) => moved),
    () => gutter.sight?.(),
  );
  let chosen = -1;
  let waiting = 0;
  /** Draw what is between the texts, once the layout has settled. */
  const redraw = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      link.changed();
      if (gutter.isConnected) drawGutter(gutter, panes, link.places(), passages, chosen, choose);
    });
  };
  const texts = h(
    'div.texts',
    {},
    side('Source', record.source, panes[0]),
    gutter,
    side('Page', record.page, panes[1]),
  );
  const now = h('span.now', {}, plural(passages.length, 'passage'));
  const box = h('section.reader', {}, h('h2.hidden', {}, 'The two texts'), bar(link, passages, now, choose));
  box.append(legend(detail, box, redraw), texts);
  texts.addEventListener('click', (event) => {
    const mark = event.target.closest('[data-passage]');
    const pane = mark?.closest('.pane');
    if (pane && getSelection().isCollapsed) choose(Number(mark.dataset.passage), { from: panes.indexOf(pane) });
  });
  box.addEventListener('unfolded', redraw);
  new ResizeObserver(redraw).observe(texts);

  const choosing = (n, on) =>
    elements.forEach((parts) => parts[n]?.forEach((part) => part.classList.toggle('chosen', on)));
  return {
    element: box,
    /** Begin where there is something to see. */
    begin: () => link.begin(),
    /** Bring a passage into sight; the text that it was chosen in, `from`, stays where it is. */
    show(n, from) {
      choosing(chosen, false);
      choosing(n, true);
      chosen = n;
      refill(now, nowTold(n, passages));
      link.show(n, from);
      redraw();
    },
  };
}

const side = (name, { title, id }, pane) =>
  h('div.side', {}, h('h3', {}, name, h('small', {}, told(title ?? id))), pane);

const nowTold = (n, passages) => [
  h('span.swatch', { class: kindLook(passages[n].kind), 'aria-hidden': 'true' }),
  `${number(n + 1)} of ${number(passages.length)}: ${passageTold(n, passages[n]).split(', ').slice(1).join(', ')}`,
];

const language = (given) => (/^[a-z]{2,3}$/.test(given ?? '') ? given : null);

/** What a reader has switched off stays so from one finding to the next. */
const off = new Set();

/** A switch that is remembered; `turn(on)` is called now and whenever it changes. */
function toggle(name, turn) {
  const input = h('input', {
    type: 'checkbox',
    name,
    onchange: () => {
      if (input.checked) off.delete(name);
      else off.add(name);
      turn(input.checked);
    },
  });
  input.checked = !off.has(name);
  turn(input.checked);
  return input;
}

function bar(link, passages, now, choose) {
  return h(
    'div.bar',
    {},
    h(
      'button',
      { type: 'button', 'data-walk': 'back', disabled: !passages.length, onclick: () => choose('back') },
      '\u2190 Previous',
      h('kbd', {}, 'p'),
    ),
    now,
    h(
      'button',
      { type: 'button', 'data-walk': 'on', disabled: !passages.length, onclick: () => choose('on') },
      'Next \u2192',
      h('kbd', {}, 'n'),
    ),
    h(
      'label.tick',
      {},
      toggle('together', (on) => (link.on = on)),
      ' Scroll together',
    ),
  );
}

/** What the marks mean, each with a switch; of those that rarely occur, only what is there. */
function legend(detail, box, redraw) {
  const styles = new Set();
  for (const { pieces } of [detail.source, detail.page])
    for (let i = 1; i < pieces.length; i += 2) styles.add(pieces[i]);
  const has = (bit) => [...styles].some((style) => style & bit);
  const kind = (n) => [...styles].some((style) => (style & 3) === n);
  const present = [
    kind(1),
    kind(2),
    kind(3),
    has(STYLE.changed),
    has(STYLE.quoted),
    has(STYLE.stock),
    has(STYLE.leftOut),
    has(STYLE.trick),
    has(STYLE.common),
  ];
  return h(
    'fieldset.layers',
    {},
    h('legend.hidden', {}, 'Marks'),
    LAYERS.filter((_, n) => present[n]).map(([name, , sample]) => {
      const input = toggle(`layer-${name}`, (on) => {
        box.classList.toggle(`no-${name}`, !on);
        redraw();
      });
      return h('label', {}, input, h('span.sample', {}, sample()));
    }),
  );
}

// --- between the texts --------------------------------------------------------------------------

/** Draw both texts as strips of passages, ribbons from one to the other, and what of each is in sight. */
function drawGutter(box, panes, places, passages, chosen, choose) {
  const { clientWidth: wide, clientHeight: high } = box;
  if (!wide || !high) return;
  const flat = wide > high;
  const [length, depth] = flat ? [wide, high] : [high, wide];
  const thick = flat ? 8 : 10;
  const lengths = panes.map((pane) => Math.max(pane.scrollHeight, 1));
  const along = (side, place) => (place * length) / lengths[side];
  const across = [
    [0, thick],
    [depth - thick, depth],
  ];
  const point = (x, y) => (flat ? `${y} ${x}` : `${x} ${y}`);
  const rect = (look, [x, x2], y, y2, more) =>
    s(
      'rect',
      flat
        ? { class: look, x: y, y: x, width: y2 - y, height: x2 - x, ...more }
        : { class: look, x, y, width: x2 - x, height: y2 - y, ...more },
    );
  const picture = s('svg', {
    width: wide,
    height: high,
    viewBox: `0 0 ${wide} ${high}`,
    role: 'img',
    'aria-label': `Where ${plural(passages.length, 'passage')} stand: the source ${flat ? 'above' : 'left'}, the page ${flat ? 'below' : 'right'}`,
  });
  across.forEach((band) => picture.append(rect('track', band, 0, length)));
  const ribbons = range(passages.length)
    .filter((n) => places[0][n] && places[1][n])
    .sort((a, b) => (a === chosen) - (b === chosen));
  for (const n of ribbons) {
    const [[a, b], [c, d]] = [0, 1].map((side) => {
      const [top, bottom] = places[side][n].map((place) => along(side, place));
      return [top, Math.max(bottom, top + 1.5)];
    });
    const [x, y] = [thick, depth - thick];
    const middle = (x + y) / 2;
    const shape = `M${point(x, a)} C${point(middle, a)} ${point(middle, c)} ${point(y, c)} L${point(y, d)} C${point(middle, d)} ${point(middle, b)} ${point(x, b)} Z`;
    const group = s(
      'g.link',
      {
        class: `${kindLook(passages[n].kind)}${n === chosen ? ' chosen' : ''}${passages[n].moved ? ' moved' : ''}`,
      },
      s('title', {}, passageTold(n, passages[n])),
      s('path', { d: shape }),
      rect('end', across[0], a, b),
      rect('end', across[1], c, d),
    );
    group.addEventListener('click', (event) => {
      event.stopPropagation();
      choose(n);
    });
    picture.append(group);
  }
  const sights = panes.map((pane, side) => rect('sight', across[side], 0, 1, { rx: 2 }));
  picture.append(...sights);
  box.sight = () =>
    panes.forEach((pane, side) => {
      sights[side].setAttribute(flat ? 'x' : 'y', along(side, pane.scrollTop));
      sights[side].setAttribute(flat ? 'width' : 'height', along(side, pane.clientHeight));
    });
  box.sight();
  picture.addEventListener('click', (event) => {
    const edge = picture.getBoundingClientRect();
    const [x, y] = flat
      ? [event.clientY - edge.top, event.clientX - edge.left]
      : [event.clientX - edge.left, event.clientY - edge.top];
    const side = x < depth / 2 ? 0 : 1;
    panes[side].dispatchEvent(new Event('focus'));
    panes[side].scrollTop = (y * lengths[side]) / length - panes[side].clientHeight / 2;
  });
  box.replaceChildren(picture);
}

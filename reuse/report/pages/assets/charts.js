// Counts to drawings. What a drawing shows by colour is also told in words beside it, or in a table below.

/** A bar of parts beside each other, as wide as `total`; `parts` are counts with the class of their colour. */
function stack(parts, total, label) {
  const bar = s('svg.stack', {
    viewBox: '0 0 100 10',
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label,
  });
  if (!label) {
    bar.removeAttribute('role');
    bar.setAttribute('aria-hidden', 'true');
  }
  let x = 0;
  for (const [count, look] of parts) {
    const width = total > 0 ? (100 * count) / total : 0;
    if (width > 0) bar.append(s('rect', { class: look, x, y: 0, width, height: 10 }));
    x += width;
  }
  return bar;
}

const verdictLook = (verdict) => `v-${index.verdicts[verdict]}`;
const kindLook = (kind) => `k-${index.kinds[kind]}`;

/** A verdict as it stands everywhere: a swatch and its name. */
const verdictOf = (verdict) =>
  h(
    'span.verdict',
    {},
    h('span.swatch', { class: verdictLook(verdict), 'aria-hidden': 'true' }),
    index.verdicts[verdict],
  );

/** How many pages have a stretch of text, in six steps; the mean of a stretch may be no whole number. */
const depthOf = (pages) =>
  pages <= 0 ? 0 : pages < 1.5 ? 1 : pages < 2.5 ? 2 : pages < 4.5 ? 3 : pages < 9.5 ? 4 : 5;
const DEPTHS = ['none', '1 page', '2 pages', '3 to 4', '5 to 9', '10 and more'];

/** Where an article's words are out there, from beginning to end. */
function strip(depths, label) {
  const bar = s('svg.strip', {
    viewBox: `0 0 ${Math.max(depths.length, 1)} 1`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label,
  });
  depths.forEach((pages, x) =>
    bar.append(s('rect', { class: `d${depthOf(pages)}`, x, y: 0, width: 1.02, height: 1 })),
  );
  return bar;
}

/** Marks of an axis from 0 up: at most four, at round numbers. */
function marks(most) {
  const rough = Math.max(most, 1) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].find((n) => n * power >= rough) * power);
  return range(Math.floor(most / step) + 1).map((n) => n * step);
}

/**
 * Bars over an axis. `bars` are `{label, title, parts: [[count, class], ...], href}`; `every` bar may have its
 * label below, as far as there is room.
 */
function columns(bars, { height = 150, room = 64, label }) {
  const most = Math.max(1, ...bars.map((bar) => sum(bar.parts.map(([count]) => count))));
  return drawn((width) => {
    const left = 12 + 7 * number(marks(most).at(-1)).length;
    const [top, bottom] = [8, height - 22];
    const step = (width - left) / bars.length;
    const gap = step > 12 ? 3 : step > 4 ? 1 : 0;
    const y = (count) => bottom - ((bottom - top) * count) / most;
    const picture = s('svg.columns', {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': label,
    });
    for (const mark of marks(most)) {
      picture.append(
        s('line.rule', { x1: left, x2: width, y1: y(mark), y2: y(mark) }),
        s('text.mark', { x: left - 6, y: y(mark) + 4, 'text-anchor': 'end' }, number(mark)),
      );
    }
    const nth = Math.max(1, Math.ceil(room / step));
    bars.forEach((bar, n) => {
      const x = left + n * step;
      const wide = Math.min(step - gap, 44);
      const group = s(
        'g.column',
        {},
        s('title', {}, bar.title),
        s('rect.touch', { x, y: top, width: step, height: bottom - top }),
      );
      let below = 0;
      for (const [count, look] of bar.parts) {
        if (count) {
          const [from, upto] = [y(below), y(below + count)];
          group.append(
            s('rect', {
              class: look,
              x: x + (step - wide) / 2,
              y: upto,
              width: wide,
              height: Math.max(from - upto, 0.5),
            }),
          );
        }
        below += count;
      }
      // Who has no pointer follows the links of the table below the drawing.
      if (bar.href) group.addEventListener('click', () => go(bar.href));
      if (bar.href) group.classList.add('leads');
      picture.append(group);
      if (n % nth === 0) {
        const middle =
          n === 0 && step < room ? { x, 'text-anchor': 'start' } : { x: x + step / 2, 'text-anchor': 'middle' };
        if (middle.x < width - room / 3 || n === 0)
          picture.append(s('text.mark', { ...middle, y: height - 6 }, bar.label));
      }
    });
    return picture;
  });
}

/** What a drawing shows, as a table that opens below it. */
function asTable(caption, heads, rows) {
  return h(
    'details.figures',
    {},
    h('summary', {}, 'As a table'),
    h(
      'div.scroll',
      { tabindex: 0, role: 'region', 'aria-label': caption },
      h(
        'table',
        {},
        h('caption.hidden', {}, caption),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            heads.map((head, n) => h('th', { scope: 'col', class: n ? 'number' : null }, head)),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map(([first, ...rest]) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, first),
              rest.map((cell) => h('td.number', {}, cell)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Which colour is which verdict. */
const verdictLegend = (count = ACCUSED) =>
  h(
    'ul.legend',
    {},
    range(count).map((verdict) => h('li', {}, verdictOf(verdict))),
  );

// --- of the whole report --------------------------------------------------------------------------

const UNITS = { day: 'day', week: 'week', month: 'month', year: 'year' };

/** A bar's name: the day it begins, as precise as the unit. */
function barName(at, unit) {
  if (unit === 'year') return at.slice(0, 4);
  if (unit === 'month') return day(at.slice(0, 7));
  return unit === 'week' ? `week of ${day(at)}` : day(at);
}

function timeline() {
  const { unit, bars, undated } = index.timeline;
  const tally = (counts) =>
    counts
      .map((count, n) => (count ? `${number(count)} ${index.verdicts[n]}` : ''))
      .filter(Boolean)
      .join(', ') || 'none';
  const link = ({ at }, n) =>
    to('findings', null, { from: firstDay(at), until: bars[n + 1] ? firstDay(bars[n + 1].at) : '' });
  const drawn = bars.map((bar, n) => ({
    label: unit === 'day' || unit === 'week' ? day(bar.at, { year: false }) : barName(bar.at, unit),
    title: `${barName(bar.at, unit)}: ${tally(bar.counts)}`,
    parts: bar.counts.map((count, verdict) => [count, verdictLook(verdict)]),
    href: sum(bar.counts) ? link(bar, n) : null,
  }));
  const busy = bars.filter(({ counts }) => sum(counts));
  return h(
    'section',
    {},
    h(
      'h2',
      {},
      'When they were published',
      h('small', {}, ` pages by ${UNITS[unit]}, each by its worst verdict`),
    ),
    bars.length
      ? [
          columns(drawn, {
            label: `Pages by ${UNITS[unit]} of publication, ${barName(bars[0].at, unit)} to ${barName(bars.at(-1).at, unit)}`,
          }),
          verdictLegend(),
          undated ? h('p.soft', {}, `${plural(undated, 'page')} without a date.`) : null,
          asTable(
            'Pages by date of publication',
            [UNITS[unit], ...index.verdicts.slice(0, ACCUSED)],
            busy.map((bar) => [
              h('a', { href: link(bar, bars.indexOf(bar)) }, barName(bar.at, unit)),
              ...bar.counts.map(number),
            ]),
          ),
        ]
      : h('p.empty', {}, 'No page says when it was published.'),
  );
}

function histogram() {
  const { findings } = index;
  const counts = range(10).map(() => range(ACCUSED).map(() => 0));
  findings.ofSource.forEach((part, row) => {
    if (findings.verdict[row] < ACCUSED) counts[tenth(part)][findings.verdict[row]]++;
  });
  const name = (n) => `${10 * n} to ${10 * n + 10}%`;
  return h(
    'section',
    {},
    h(
      'h2',
      {},
      'How much of the article',
      h(
        'small',
        {},
        ` findings${index.shown < index.total ? ' shown here' : ''} by the share of its words that was taken`,
      ),
    ),
    columns(
      counts.map((bins, n) => ({
        label: `${10 * n}%`,
        title: `${name(n)} of the article: ${plural(sum(bins), 'finding')}`,
        parts: bins.map((count, verdict) => [count, verdictLook(verdict)]),
        href: sum(bins) ? to('findings', null, { taken: n }) : null,
      })),
      { room: 40, label: 'Findings by the share of the article that was taken, in tenths' },
    ),
    verdictLegend(),
    asTable(
      'Findings by share of the article',
      ['of the article', 'findings'],
      counts.map((bins, n) => [
        h('a', { href: to('findings', null, { taken: n }) }, name(n)),
        number(sum(bins)),
      ]),
    ),
  );
}

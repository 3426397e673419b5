// One finding: its verdict, the two texts, its passages, and all that is known of it.

async function findingView({ value, query }) {
  const row = rowOf(value);
  if (row === undefined) return missing('finding', value);
  const detail = await detailOf(row);
  const { record } = detail;
  const passages = passagesOf(detail);
  let chosen = -1;
  let texts = null;
  const list = h('div', {});

  /** Go to a passage, or to the one behind or before: in the page's order. */
  const choose = (which, { quietly = false, from } = {}) => {
    if (!passages.length) return;
    const n =
      which === 'on'
        ? (chosen + 1) % passages.length
        : which === 'back'
          ? (chosen <= 0 ? passages.length : chosen) - 1
          : which;
    if (!(n in passages)) return;
    chosen = n;
    if (texts) {
      texts.show(n, from);
      if (!quietly && from === undefined) intoSight(texts.element);
    }
    for (const line of list.querySelectorAll('tr')) {
      const mine = line.querySelector(`[data-nth="${n}"]`);
      line.toggleAttribute('data-chosen', Boolean(mine));
      if (mine && !texts && !quietly) line.scrollIntoView({ block: 'nearest' });
    }
    remember(to('finding', value, changed(query, { passage: n + 1 })), false);
    announce(passageTold(n, passages[n]));
  };

  if (detail.sourceText !== null && detail.pageText !== null) texts = reader(detail, passages, choose);
  list.append(passageList(passages, choose));
  const view = h(
    'section.finding',
    {},
    trail(row, query),
    heading([
      verdictOf(index.findings.verdict[row]),
      h(
        'span.what',
        {},
        ` ${number(index.findings.words[row])} words, ${percent(index.findings.ofSource[row])} of the article`,
      ),
    ]),
    pairTitle(row, record),
    h(
      'ul.reasons',
      { 'aria-label': 'Why' },
      record.reasons.map((reason) => h('li', {}, told(reason))),
    ),
    loudly(record),
    decisions(record),
    texts
      ? texts.element
      : h(
          'p.notice',
          {},
          'This report was made without texts: it has the numbers, and where the passages stand. The spans are offsets in the texts with the sums below.',
        ),
    h(
      'div.two.uneven',
      {},
      part('Passages', passages.length, list),
      h('section', {}, h('h2', {}, 'Numbers'), numbers(record), kinds(row, record), furtherNumbers(record)),
    ),
    h('div.two', {}, metadata(record), h('div', {}, documents(record), disguises(record), links(record))),
  );
  view.walk = choose;
  const wanted = Number(query.get('passage')) - 1;
  view.arrived = () => (wanted in passages ? choose(wanted, { quietly: true }) : texts?.begin());
  return view;
}

/** Bring the texts into sight, unless they fill it already. */
function intoSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const below = document.querySelector('.top').getBoundingClientRect().bottom;
  if (top > innerHeight * 0.4 || bottom < innerHeight * 0.6 || top < below - element.offsetHeight / 2) {
    element.scrollIntoView({ block: 'start', behavior: calm() ? 'auto' : 'smooth' });
  }
}

/** The way back to the list, and to its neighbours in the same filter. */
function trail(row, query) {
  const settings = changed(query, { passage: null });
  const rows = selected(settings);
  const at = rows.indexOf(row);
  const [article, site] = [settings.get('article'), settings.get('site')];
  const lone = [...settings.keys()].length === 1;
  const up =
    lone && article ? toArticle(article) : lone && site ? toSite(site) : to('findings', null, settings);
  const neighbour = (step, text, key) => {
    const next = at < 0 ? undefined : rows[at + step];
    return next === undefined
      ? null
      : h('a', { href: toFinding(next, settings), 'data-step': step }, text, h('kbd', {}, key));
  };
  return h(
    'nav.trail',
    { 'aria-label': 'Findings' },
    h(
      'a',
      { href: up, 'data-up': true },
      '\u2190 ',
      lone && article ? 'The article' : lone && site ? 'The site' : 'Findings',
    ),
    h(
      'span.steps',
      {},
      neighbour(-1, 'Previous', '['),
      at < 0 ? null : h('span.soft', {}, `${number(at + 1)} of ${number(rows.length)}`),
      neighbour(1, 'Next', ']'),
    ),
  );
}

/** What was found where. */
function pairTitle(row, record) {
  const { findings } = index;
  const one = (name, document_, link) =>
    h(
      'div',
      {},
      h('p.role', {}, name),
      h(
        'p.title',
        {},
        link
          ? h('a', { href: link }, told(document_.title ?? document_.id))
          : told(document_.title ?? document_.id),
      ),
      h(
        'p.byline',
        {},
        [
          document_.author && told(document_.author),
          time(document_.date),
          name === 'Page' ? siteOf(findings.page[row]) : null,
          document_.url ? out(document_.url) : null,
        ]
          .filter(Boolean)
          .flatMap((part, n) => (n ? [' \u00b7 ', part] : [part])),
      ),
    );
  return h(
    'div.pair',
    {},
    one('Source', record.source, toArticle(findings.source[row])),
    one('Page', record.page, null),
  );
}

/** The passages, as a list to walk and to sort. */
function passageList(passages, choose) {
  const count = (key, name) => ({
    key,
    name,
    number: true,
    value: (n) => passages[n][key],
    cell: (n) => number(passages[n][key]),
  });
  const span = (side) => ({
    key: side,
    name: side === 'source' ? 'In the source' : 'On the page',
    number: false,
    value: (n) => String(passages[n][`${side}Begin`]),
    look: 'offsets',
    cell: (n) => `${number(passages[n][`${side}Begin`])}\u2013${number(passages[n][`${side}End`])}`,
  });
  if (!passages.length) return h('p.empty', {}, 'None.');
  return listing({
    label: 'Passages',
    rows: range(passages.length),
    columns: [
      {
        key: 'n',
        name: 'Passage',
        main: true,
        plain: true,
        value: (n) => String(n),
        cell: (n) =>
          h(
            'button.to',
            {
              type: 'button',
              'data-nth': n,
              'aria-label': passageTold(n, passages[n]),
              onclick: () => choose(n),
            },
            h('span.nth', {}, String(n + 1)),
            ' ',
            h('span.swatch', { class: kindLook(passages[n].kind), 'aria-hidden': 'true' }),
            index.kinds[passages[n].kind],
          ),
      },
      count('words', 'Words'),
      {
        key: 'same',
        name: 'Same',
        number: true,
        value: (n) => same(passages[n]),
        cell: (n) => percent(same(passages[n])),
      },
      {
        key: 'more',
        name: 'Besides',
        cell: (n) =>
          [
            passages[n].moved ? 'moved' : '',
            passages[n].quotedWords ? `${number(passages[n].quotedWords)} quoted` : '',
          ]
            .filter(Boolean)
            .join(', '),
      },
      span('source'),
      span('page'),
    ],
  });
}

/** Share of the longer side's words that the other has in the same order. */
const same = ({ equalWords, words, sourceWords }) => equalWords / Math.max(words, sourceWords, 1);

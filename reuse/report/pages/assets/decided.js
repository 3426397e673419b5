// What is decided of findings: licences, who was first, credits, common sources; as words, cells, filters, and a part
// of a finding's view.

const ORDER_TOLD = {
  'source-first': 'the article is older',
  'page-first': 'the page is older',
  'cannot-order': 'the dates do not tell',
};

/** Whether any finding of the report has a standing. */
const hasPolicy = () => index.findings.standing.some((n) => n >= 0);

/** Whether the dates of any finding have been compared. */
const hasDates = () => index.findings.order.some((n) => n >= 0);

/** A standing, or what is said of a term, in the colour of what it asks for. */
const statusOf = (status) => h('b.status', { 'data-status': status }, status);

/** Tags of a finding: what a reader must not miss. */
const tagsOf = (row) => [
  index.findings.tricks[row] ? h('span.tag', {}, 'disguised') : null,
  index.orders[index.findings.order[row]] === 'page-first' ? h('span.tag.loud', {}, 'the page is older') : null,
  index.findings.common[row] ? h('span.tag', {}, 'common source') : null,
];

const LICENCE = {
  key: 'standing',
  name: 'Licence',
  look: 'licence',
  there: hasPolicy,
  value: (row) => {
    const standing = index.findings.standing[row];
    return standing < 0 ? '' : String(standing);
  },
  cell: (row) => {
    const status = index.standings[index.findings.standing[row]];
    return status ? statusOf(status) : null;
  },
};

// --- filters ------------------------------------------------------------------------------------

/** What can be asked for beside verdicts: a setting, the names it can have, the column, and how one is shown. */
const DECIDED = [
  { key: 'licence', label: 'Licences', names: () => index.standings, column: 'standing', show: statusOf },
  { key: 'order', label: 'Who was first', names: () => index.orders, column: 'order', show: (name) => ORDER_TOLD[name] },
];

/** The numbers of the names that settings ask for. */
const askedOf = ({ key, names }, settings) =>
  new Set(
    (settings.get(key) ?? '')
      .split(',')
      .map((name) => names().indexOf(name))
      .filter((n) => n >= 0),
  );

/** Tests of rows, for what settings ask for. */
function decidedTests(settings) {
  const tests = DECIDED.map((facet) => [facet, askedOf(facet, settings)])
    .filter(([, asked]) => asked.size)
    .map(
      ([{ column }, asked]) =>
        (row) =>
          asked.has(index.findings[column][row]),
    );
  if (settings.has('common')) tests.push((row) => index.findings.common[row] > 0);
  return tests;
}

/** Rows of switches, one for each thing that is decided and differs. */
function decidedChips(settings, set) {
  return DECIDED.map((facet) => {
    const { key, label, names, column, show } = facet;
    const asked = askedOf(facet, settings);
    const there = new Set(index.findings[column].filter((n) => n >= 0));
    if (there.size + asked.size < 2) return null;
    const chip = (n) =>
      h(
        'button.chip',
        {
          type: 'button',
          'aria-pressed': String(asked.has(n)),
          'data-decided': names()[n],
          onclick: () => {
            set({ [key]: names().filter((_, other) => asked.has(other) !== (other === n)).join(',') });
            document.querySelector(`.chip[data-decided="${names()[n]}"]`)?.focus();
          },
        },
        show(names()[n]),
      );
    return h(
      'div.chips',
      { role: 'group', 'aria-label': label },
      range(names().length)
        .filter((n) => there.has(n) || asked.has(n))
        .map(chip),
    );
  });
}

// --- the overview -------------------------------------------------------------------------------

function licences() {
  const counts = index.standingCounts;
  if (!sum(counts)) return null;
  return h(
    'section.verdicts.licences',
    {},
    h('h2', {}, 'Licences', index.policy ? h('small', {}, ' by ', told(index.policy)) : null),
    h(
      'ul',
      {},
      counts.map((count, n) =>
        count
          ? h(
              'li',
              {},
              h(
                'a',
                { href: to('findings', null, { licence: index.standings[n] }) },
                statusOf(index.standings[n]),
                h('strong.number', {}, number(count)),
              ),
              h('span.says', {}, index.standingMeanings[n]),
            )
          : null,
      ),
    ),
  );
}

/** Say so where pages are older than the articles. */
function olderPages() {
  const count = index.orderCounts[index.orders.indexOf('page-first')];
  if (!count) return null;
  return h(
    'p.notice.loud',
    {},
    h('a', { href: to('findings', null, { order: 'page-first' }) }, plural(count, 'finding')),
    ' on pages that are older than the article: look at these before you ask anybody.',
  );
}

// --- a finding ----------------------------------------------------------------------------------

const DATED = { source: 'The article was published', page: 'The page was published' };

/** The dates of one side: what bounds them, and what states them. */
function bounds({ begin, end, stated, where, certainty }) {
  const within = [begin && `from ${begin}`, end && `before ${end}`].filter(Boolean).join(', ');
  return [
    told(within || 'not known'),
    stated ? [', stated as ', told(stated)] : null,
    where ? [' ', h('span.soft', {}, told(`${certainty}, ${where}`))] : null,
  ];
}

/** What is decided of a finding; nothing where nothing is. */
function decisions({ standing, precedence, credits, common_sources: common }) {
  const rows = [];
  const line = (name, ...answer) => rows.push([h('dt', {}, name), h('dd', {}, answer)]);
  if (standing) {
    line('Licence', statusOf(standing.status), ' ', told(standing.reason));
    for (const { name, status, reason } of standing.terms)
      line(h('code', {}, told(name)), statusOf(status), ' ', told(reason));
  }
  if (precedence) {
    line('Who was first', h('b', {}, ORDER_TOLD[precedence.order]), ': ', told(precedence.reason));
    for (const side of ['source', 'page']) line(DATED[side], bounds(precedence[side]));
  }
  for (const [name, answer] of credits ?? []) line(name, told(answer));
  for (const { id, url, title, words } of common ?? [])
    line('Common source', `${plural(words, 'word')}: `, url ? out(url, title ?? id) : told(title ?? id));
  if (!rows.length) return null;
  return h('section.decided', {}, h('h2', {}, 'Licence, dates, credits'), h('dl.facts', {}, rows));
}

/** Say loudly that a page is older. */
const loudly = ({ precedence }) =>
  precedence?.order === 'page-first' ? h('p.notice.loud', {}, told(precedence.reason)) : null;

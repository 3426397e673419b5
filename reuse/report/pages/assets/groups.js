// Articles, pages and sites: lists of them.

/** A view that is one list; its order and its place stand in the address. */
function listView(title, note, label, columns, rows, view, query) {
  const box = h('div', {});
  let settings = query;
  const show = () =>
    refill(
      box,
      table({
        label,
        columns,
        rows,
        sort: settings.get('sort') ?? '',
        at: Number(settings.get('at') ?? 0),
        change: (asked) => {
          settings = changed(settings, asked);
          remember(to(view, null, settings), true);
          show();
          refocus(box, asked);
          if ('sort' in asked) announce(orderTold(columns, settings.get('sort') ?? ''));
        },
      }),
    );
  show();
  return h('section', {}, heading(title), h('p.looked', {}, note), shownOfAll(), box);
}

const field = (columns, key, name, more = {}) => ({
  key,
  name,
  number: true,
  value: (row) => columns[key][row] ?? 0,
  cell: (row) => number(columns[key][row] ?? 0),
  ...more,
});
const dated = (columns, key, name) => ({
  key,
  name,
  value: (row) => firstDay(columns[key][row]),
  cell: (row) => time(columns[key][row]),
});

/** A cell with the counts of a row by verdict. */
const byVerdict = (counts) =>
  stack(
    counts.map((count, n) => [count, verdictLook(n)]),
    sum(counts),
    counts
      .map((count, n) => (count ? `${count} ${index.verdicts[n]}` : ''))
      .filter(Boolean)
      .join(', ') || 'no findings',
  );

/** Rows with findings; a report of every scored pair has others. */
const reusing = (columns) => range(columns.findings.length).filter((row) => columns.findings[row] > 0);

// --- articles -----------------------------------------------------------------------------------

function articlesView({ query }) {
  const { sources } = index;
  const most = Math.max(1, ...sources.taken);
  const columns = [
    {
      key: 'title',
      name: 'Article',
      main: true,
      plain: true,
      value: (row) => nameOfRow(sources, row),
      cell: (row) => [
        h('a.title', { href: toArticle(row) }, told(nameOfRow(sources, row))),
        below(sources.author[row] && told(sources.author[row]), time(sources.date[row])),
      ],
    },
    {
      key: 'strip',
      name: 'Where it was taken',
      plain: true,
      look: 'strips',
      cell: (row) =>
        strip(
          sources.strip[row] ?? [],
          `${percent(sources.taken[row] / Math.max(1, sources.words[row]))} of it taken`,
        ),
    },
    {
      key: 'share',
      name: 'Taken',
      number: true,
      value: (row) => sources.taken[row] / Math.max(1, sources.words[row]),
      cell: (row) => percent(sources.taken[row] / Math.max(1, sources.words[row])),
    },
    field(sources, 'taken', 'Words taken', {
      cell: (row) => [number(sources.taken[row]), stack([[sources.taken[row], 'amount']], most)],
    }),
    field(sources, 'words', 'Words'),
    field(sources, 'pages', 'Pages'),
    field(sources, 'sites', 'Sites'),
    field(sources, 'findings', 'Findings'),
  ];
  const rows = reusing(sources);
  return listView(
    'Articles',
    `${plural(rows.length, 'article')} with findings. A strip shows an article from beginning to end: the darker, the more pages have that part.`,
    'Articles',
    columns,
    rows,
    'articles',
    query,
  );
}

function below(...parts) {
  const there = parts.filter(Boolean);
  return there.length
    ? h(
        'span.below',
        {},
        there.flatMap((part, n) => (n ? [' \u00b7 ', part] : [part])),
      )
    : null;
}

// --- pages --------------------------------------------------------------------------------------

function pageColumns() {
  const { pages, sites } = index;
  return [
    {
      key: 'title',
      name: 'Page',
      main: true,
      plain: true,
      value: (row) => nameOfRow(pages, row),
      cell: (row) => [
        h('a.title', { href: to('findings', null, { page: row }) }, told(nameOfRow(pages, row))),
        below(
          pages.author[row] && told(pages.author[row]),
          pages.url[row] && h('span.address', {}, out(pages.url[row])),
        ),
      ],
    },
    {
      key: 'site',
      name: 'Site',
      value: (row) => sites.name[pages.site[row]] ?? '',
      cell: (row) =>
        pages.site[row] < 0
          ? h('span.soft', {}, 'no address')
          : h('a', { href: toSite(pages.site[row]) }, told(sites.name[pages.site[row]])),
    },
    dated(pages, 'date', 'Published'),
    field(pages, 'credited', 'Words reused'),
    {
      key: 'share',
      name: 'Of page',
      number: true,
      value: (row) => pages.credited[row] / Math.max(1, pages.words[row]),
      cell: (row) => percent(Math.min(1, pages.credited[row] / Math.max(1, pages.words[row]))),
    },
    field(pages, 'words', 'Words'),
    field(pages, 'findings', 'Findings'),
  ];
}

function pagesView({ query }) {
  const rows = reusing(index.pages);
  return listView(
    'Pages',
    `${plural(rows.length, 'page')} with findings.`,
    'Pages',
    pageColumns(),
    rows,
    'pages',
    query,
  );
}

// --- sites --------------------------------------------------------------------------------------

/** Columns of what is known of some sites alone. */
function ofSites(sites) {
  const known = (key) => sites[key].some((value) => value !== null && value !== 0);
  const columns = [
    field(sites, 'read', 'Of site', {
      value: (row) => (sites.read[row] ? sites.pages[row] / sites.read[row] : 0),
      cell: (row) =>
        sites.read[row]
          ? h('span', { title: `${number(sites.pages[row])} of ${plural(sites.read[row], 'page')} read` }, percent(sites.pages[row] / sites.read[row]))
          : null,
    }),
    field(sites, 'lag', 'Later by', {
      value: (row) => sites.lag[row] ?? -Infinity,
      cell: (row) =>
        sites.lag[row] === null
          ? null
          : h('span', { title: `the median of ${plural(sites.lagOf[row], 'finding')}` }, sites.lagTold[row]),
    }),
    field(sites, 'mirrored', 'Mirrors', {
      cell: (row) => (sites.mirrored[row] ? number(sites.mirrored[row]) : null),
    }),
  ];
  return columns.filter(({ key }) => known(key));
}

function sitesView({ query }) {
  const { sites } = index;
  const most = Math.max(1, ...sites.words);
  const columns = [
    {
      key: 'name',
      name: 'Site',
      main: true,
      plain: true,
      value: (row) => sites.name[row],
      cell: (row) => h('a.title', { href: toSite(row) }, told(sites.name[row])),
    },
    {
      key: 'worst',
      name: 'Worst',
      value: (row) => String(sites.worst[row]),
      cell: (row) => verdictOf(sites.worst[row]),
    },
    field(sites, 'findings', 'Findings', {
      cell: (row) => [number(sites.findings[row]), byVerdict(sites.counts[row])],
    }),
    field(sites, 'words', 'Words taken', {
      cell: (row) => [number(sites.words[row]), stack([[sites.words[row], 'amount']], most)],
    }),
    field(sites, 'pages', 'Pages'),
    ...ofSites(sites),
    field(sites, 'sources', 'Articles'),
    dated(sites, 'first', 'First'),
    dated(sites, 'last', 'Last'),
  ];
  const rows = reusing(sites);
  return listView(
    'Sites',
    `${plural(rows.length, 'site')} with findings. A site is the domain that somebody registered.`,
    'Sites',
    columns,
    rows,
    'sites',
    query,
  );
}

/** A part of a view, with how many there are of what it lists. */
const part = (title, count, ...content) =>
  h('section', {}, h('h2', {}, title, h('small', {}, ` ${number(count)}`)), ...content);

const upLink = (href, text) => h('p.up', {}, h('a', { href, 'data-up': true }, '\u2190 ', text));

const missing = (what, value) =>
  h(
    'section',
    {},
    heading(`There is no such ${what}`),
    h('p', {}, 'The link is of another report, or this file does not show it: ', h('code', {}, told(value))),
  );

// Findings to a list, with its columns and its filters.

const share = (value) => h('span', { class: value === 0 ? 'soft' : null }, percent(value));

/** A page's site as a link to it; of one without an address, nothing. */
const siteOf = (page) => {
  const site = index.pages.site[page];
  return site < 0 ? null : h('a', { href: toSite(site) }, told(index.sites.name[site]));
};

const kindsOf = (row) => index.kinds.map((kind, n) => [index.findings[kind][row], kindLook(n)]);

const VERDICT = {
  key: 'verdict',
  name: 'Verdict',
  plain: true,
  look: 'judged',
  value: (row) => String(index.findings.verdict[row]),
  cell: (row) => [verdictOf(index.findings.verdict[row]), tagsOf(row)],
};
const PAGE = {
  key: 'page',
  name: 'Page',
  main: true,
  plain: true,
  value: (row) => nameOfRow(index.pages, index.findings.page[row]),
  cell: (row) =>
    h(
      'a.title',
      { href: toFinding(row, listSettings()) },
      told(nameOfRow(index.pages, index.findings.page[row])),
    ),
};
const SITE = {
  key: 'site',
  name: 'Site',
  look: 'site',
  value: (row) => index.sites.name[index.pages.site[index.findings.page[row]]] ?? '',
  cell: (row) => siteOf(index.findings.page[row]),
};
const DATE = {
  key: 'date',
  name: 'Published',
  look: 'date',
  value: (row) => firstDay(index.pages.date[index.findings.page[row]]),
  cell: (row) => time(index.pages.date[index.findings.page[row]]),
};
const ARTICLE = {
  key: 'article',
  name: 'Article',
  look: 'article',
  value: (row) => nameOfRow(index.sources, index.findings.source[row]),
  cell: (row) => {
    const source = index.findings.source[row];
    return h('a', { href: toArticle(source) }, told(nameOfRow(index.sources, source)));
  },
};
const WORDS = {
  key: 'words',
  name: 'Words',
  number: true,
  value: (row) => index.findings.words[row],
  cell: (row) => [
    number(index.findings.words[row]),
    h('span.kinds', {}, stack(kindsOf(row), index.findings.words[row])),
  ],
};
const counted = (key, name, cell = number) => ({
  key,
  name,
  number: true,
  value: (row) => index.findings[key][row],
  cell: (row) => cell(index.findings[key][row]),
});
const COLUMNS = [
  VERDICT,
  LICENCE,
  PAGE,
  SITE,
  ARTICLE,
  DATE,
  WORDS,
  counted('ofSource', 'Of article', share),
  counted('ofPage', 'Of page', share),
  { ...counted('longest', 'Longest run'), look: 'spare' },
];

/** The columns of findings that this report has, without those that are the same in all rows. */
const columnsWithout = (...keys) => COLUMNS.filter(({ key, there }) => !keys.includes(key) && (there?.() ?? true));

/** The filters that findings opened from the present view keep, so that [ and ] walk through the same ones. */
function listSettings() {
  if (listSettings.hash !== location.hash) {
    const { view, value, query } = placeOf(location.hash);
    const settings =
      view === 'findings'
        ? changed(query, { at: null })
        : new URLSearchParams(view === 'article' || view === 'site' ? { [view]: value } : {});
    Object.assign(listSettings, { hash: location.hash, settings });
  }
  return listSettings.settings;
}

// --- the view -----------------------------------------------------------------------------------

function findingsView({ query }) {
  let settings = query;
  const results = h('div.results', {});
  const count = h('p.count', {});
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Verdicts' });
  const decided = h('div.decided', {});
  const more = h('div.chips', {});
  const show = () => {
    const rows = selected(settings);
    refill(
      count,
      h('strong', {}, counting(rows.length)),
      rows.length < index.findings.id.length ? ` of ${number(index.findings.id.length)}` : '',
    );
    refill(chips, verdictChips(settings, set));
    refill(decided, decidedChips(settings, set));
    refill(more, otherChips(settings, set));
    refill(
      results,
      rows.length
        ? table({
            label: 'Findings',
            look: 'even',
            columns: columnsWithout(),
            rows,
            ordered: true,
            sort: settings.get('sort') ?? '',
            at: Number(settings.get('at') ?? 0),
            change: (asked) => {
              set(asked);
              refocus(results, asked);
            },
          })
        : h('p.empty', {}, 'No finding is like that. ', h('a', { href: to('findings') }, 'Show all')),
    );
    announce(counting(rows.length));
  };
  /** Change settings, and tell the address: as a place to come back to, or while typing as the same place. */
  const set = (changes, keep = true) => {
    settings = changed(settings, { at: null, ...changes });
    remember(to('findings', null, settings), keep);
    show();
  };
  const view = h(
    'section',
    {},
    heading('Findings'),
    shownOfAll(),
    h(
      'form.filters',
      { role: 'search', 'aria-label': 'Findings', onsubmit: (event) => event.preventDefault() },
      searchField(settings, (q) => set({ q }, false)),
      chips,
      decided,
      moreFilters(settings, set),
      more,
    ),
    h('div.above', {}, count),
    results,
  );
  show();
  return view;
}

function searchField(settings, search) {
  const input = h('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Titles, addresses, sites, ids',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => search(input.value.trim()),
  });
  input.value = settings.get('q') ?? '';
  return h('label.search', {}, h('span', {}, 'Search'), input);
}

function verdictChips(settings, set) {
  const chosen = verdictsOf(settings);
  const counts = index.verdicts.map(() => 0);
  for (const row of matching(settings)) counts[index.findings.verdict[row]]++;
  const there = new Set(index.findings.verdict);
  return range(index.verdicts.length)
    .filter((n) => there.has(n) || chosen.has(n))
    .map((n) =>
      h(
        'button.chip',
        {
          type: 'button',
          'aria-pressed': String(chosen.has(n)),
          'data-verdict': index.verdicts[n],
          onclick: () => {
            const names = index.verdicts.filter((_, other) => chosen.has(other) !== (other === n));
            set({ verdict: names.join(',') });
            document.querySelector(`.chip[data-verdict="${index.verdicts[n]}"]`)?.focus();
          },
        },
        verdictOf(n),
        h('span.count', {}, number(counts[n])),
      ),
    );
}

/** Filters that are less often asked for. */
function moreFilters(settings, set) {
  const { sites, sources } = index;
  const min = h('input', {
    type: 'number',
    min: 0,
    step: 10,
    inputmode: 'numeric',
    oninput: () => set({ min: Number(min.value) > 0 ? Number(min.value) : null }, false),
  });
  min.value = settings.get('min') ?? '';
  const disguised = h('input', { type: 'checkbox', onchange: () => set({ disguised: disguised.checked }) });
  disguised.checked = settings.has('disguised');
  const wide = matchMedia('(min-width: 46rem)');
  const open = wide.matches || ['site', 'article', 'min', 'disguised'].some((key) => settings.has(key));
  const box = h(
    'details.more',
    { open },
    h('summary', {}, 'More filters'),
    h(
      'div.rest',
      {},
      choice('Site', 'site', sites.name, settings, set),
      choice(
        'Article',
        'article',
        range(sources.id.length).map((row) => nameOfRow(sources, row)),
        settings,
        set,
      ),
      h('label.field.short', {}, h('span', {}, 'Words, at least'), min),
      h('label.tick', {}, disguised, ' Disguised only'),
      h('a.reset', { href: to('findings') }, 'Clear all'),
    ),
  );
  wide.onchange = () => (box.open ||= wide.matches);
  return box;
}

/** What else is asked for, by links from other views; each can be taken away. */
function otherChips(settings, set) {
  const [from, until, taken, page, common] = ['from', 'until', 'taken', 'page', 'common'].map((key) => settings.get(key));
  const chip = (text, keys) =>
    h(
      'button.chip.on',
      { type: 'button', onclick: () => set(Object.fromEntries(keys.map((key) => [key, null]))) },
      text,
      h('span', { 'aria-hidden': 'true' }, ' \u00d7'),
      h('span.hidden', {}, ' (take away)'),
    );
  return [
    from || until
      ? chip(`Published ${from ? `from ${day(from)} on` : ''}${until ? ` before ${day(until)}` : ''}`, [
          'from',
          'until',
        ])
      : null,
    taken !== null ? chip(`${10 * taken} to ${10 * taken + 10}% of the article`, ['taken']) : null,
    common !== null ? chip('With a common source', ['common']) : null,
    page !== null ? chip(['Page: ', told(nameOfRow(index.pages, Number(page)) ?? '')], ['page']) : null,
  ];
}

/** So many findings; of a report with pairs that accuse nobody, so many pairs. */
const counting = (count) => plural(count, sum(index.verdictCounts.slice(ACCUSED)) ? 'pair' : 'finding');

/** Which findings a report has that cannot have all, by the order that they were asked for in. */
const FIRST = {
  verdict: 'with the worst verdicts',
  words: 'that have most words',
  share: 'that took the largest shares',
  date: 'on the newest pages',
};

/** Say so where the report shows fewer findings than there are, or was made of a choice. */
const shownOfAll = () => [
  index.chosen
    ? h('p.notice', {}, 'Of the report this is a choice: ', h('code', {}, told(index.chosen)))
    : null,
  index.shown < index.total
    ? h(
        'p.notice',
        {},
        `This file shows ${number(index.shown)} of ${counting(index.total)}, the ones ${FIRST[index.order] ?? 'that come first'}. `,
        'All of them stand in findings.jsonl and findings.csv. The counts of the overview are of all.',
      )
    : null,
];

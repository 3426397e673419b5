// What is known of a finding to tables: numbers, the page's own statements, documents, disguises, links.

function grid(caption, heads, rows) {
  return h(
    'div.scroll',
    {},
    h(
      'table.grid',
      {},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head, n) => (n ? h('th.number', { scope: 'col' }, head) : h('td', {}))),
        ),
      ),
      h(
        'tbody',
        {},
        rows.filter(Boolean).map(([name, ...cells]) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            cells.map((cell) => h('td.number', {}, cell)),
          ),
        ),
      ),
    ),
  );
}

const decimals = (value) => value.toFixed(3);

function numbers({ scores, source, page }) {
  return grid(
    'Both texts',
    ['', 'Source', 'Page'],
    [
      ['Words', number(source.words), number(page.words)],
      ['Of them shared', number(scores.matched_source_words), number(scores.matched_words)],
      ['Share', percent(scores.share_of_source), percent(scores.share_of_page)],
      ['Contained in the other', percent(scores.source_in_page), percent(scores.page_in_source)],
    ],
  );
}

/** The page's words by kind, which add up to all it has. */
function kinds(row, { scores, page }) {
  const words = scores.words_by_kind;
  const line = (name, count, look) => [
    [look ? h('span.swatch', { class: look, 'aria-hidden': 'true' }) : null, name],
    number(count),
    percent(count / Math.max(page.words, 1)),
  ];
  return [
    stack(
      Object.entries(words).map(([kind, count]) => [count, `k-${kind}`]),
      page.words,
      '',
    ),
    grid(
      'The page\u2019s words',
      ['', 'Words', 'Of page'],
      [
        ...Object.entries(words).map(([kind, count]) => line(kind, count, `k-${kind}`)),
        ['all', number(page.words), page.words ? '100%' : ''],
      ],
    ),
  ];
}

function furtherNumbers({ scores, probability, lanes, features, also_matches: also }) {
  const rows = [
    ['Probability of copying', decimals(probability)],
    ['Longest shared run', plural(scores.longest_run, 'word')],
    ['Moved', plural(scores.moved_words, 'word')],
    ['Quoted', plural(scores.quoted_words, 'word')],
    ['Credited to this source', plural(scores.credited_words, 'word')],
    ['Resemblance', decimals(scores.resemblance)],
    lanes.length ? ['Found by', lanes.join(', ')] : null,
  ];
  return [
    h(
      'dl.facts',
      {},
      rows.filter(Boolean).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
    also.length
      ? h(
          'p',
          {},
          'Also matches: ',
          also.flatMap((id, n) => [n ? ', ' : '', sourceLink(id)]),
          '.',
        )
      : null,
    h(
      'details',
      {},
      h('summary', {}, 'What the verdict looked at'),
      h(
        'dl.facts.dense',
        {},
        Object.entries(features).map(([name, value]) => [
          h('dt', {}, told(name)),
          h('dd', {}, decimals(value)),
        ]),
      ),
    ),
  ];
}

function sourceLink(id) {
  const row = index.sources.id.indexOf(id);
  return row < 0 ? told(id) : h('a', { href: toArticle(row) }, told(nameOfRow(index.sources, row)));
}

const FACTS = {
  url: 'Address',
  canonical_url: 'Canonical address',
  canonical_site: 'Canonical site',
  site: 'Site',
  title: 'Title',
  author: 'Author',
  published: 'Published',
  modified: 'Modified',
  language: 'Language',
  noindex: 'Kept from search engines',
  paywalled: 'Behind a paywall',
};
const CERTAINTY = {
  stated: 'stated',
  derived: 'derived from the address or what is shown',
  guessed: 'guessed',
  bound: 'no later than',
};

/** What a page says of itself, where, and how sure that is. */
function metadata({ metadata: facts }) {
  if (!facts)
    return h(
      'section',
      {},
      h('h2', {}, 'What the page says of itself'),
      h('p.empty', {}, 'Nothing: it is not a web page.'),
    );
  const value = (name, given) => {
    if (typeof given === 'boolean') return given ? 'yes' : 'no';
    if (/url$/.test(name)) return out(given);
    return told(String(given));
  };
  const line = (name, { value: given, where, certainty }, disagrees) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, FACTS[name] ?? told(name), disagrees ? h('span.tag', {}, 'disagrees') : null),
      h('td.long', {}, value(name, given)),
      h('td', {}, h('code', {}, told(where))),
      h('td', {}, CERTAINTY[certainty] ?? told(certainty)),
    );
  const names = [
    ...Object.keys(FACTS),
    ...Object.keys(facts).filter((name) => !(name in FACTS) && facts[name] && 'value' in facts[name]),
  ];
  return h(
    'section',
    {},
    h('h2', {}, 'What the page says of itself'),
    h(
      'div.scroll',
      { tabindex: 0, role: 'region', 'aria-label': 'What the page says of itself' },
      h(
        'table.grid.wide',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Fact', 'Value', 'Where', 'How sure'].map((head) => h('th', { scope: 'col' }, head)),
          ),
        ),
        h(
          'tbody',
          {},
          names.filter((name) => facts[name]).map((name) => line(name, facts[name], false)),
          (facts.also ?? []).map((fact) => line(fact.field, fact, true)),
        ),
      ),
    ),
  );
}

/** Which documents these are. */
function documents(record) {
  const one = (
    name,
    { id, path, line, url, sha256, original_sha256: original, language: spoken, modified, fetched, text },
  ) => {
    const rows = [
      ['Id', h('code', {}, told(id))],
      ['File', [h('code', {}, told(path)), line ? `, ${number(line)}` : '']],
      url ? ['Address', out(url)] : null,
      [
        'Text',
        { given: 'as given', page: 'all that the page shows', article: 'the article of the page' }[text] ??
          told(text ?? ''),
      ],
      spoken ? ['Language', told(spoken)] : null,
      modified ? ['Modified', time(modified)] : null,
      fetched ? ['Fetched', time(fetched)] : null,
      ['SHA-256 of the text', h('code', {}, told(sha256))],
      original ? ['SHA-256 of the page as it came', h('code', {}, told(original))] : null,
    ];
    return [
      h('h3', {}, name),
      h(
        'dl.facts.dense',
        {},
        rows.filter(Boolean).map(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]),
      ),
    ];
  };
  return h(
    'section',
    {},
    h('h2', {}, 'The documents'),
    one('Source', record.source),
    one('Page', record.page),
    h('dl.facts.dense', {}, h('dt', {}, 'Finding'), h('dd', {}, h('code', {}, told(record.finding)))),
  );
}

const TRICKS = {
  invisible: 'invisible characters within words',
  'soft-hyphen': 'soft hyphens within words',
  'look-alike': 'letters of another script within words',
  'full-width': 'words in full width',
  split: 'words split by markup',
  entity: 'words written in numbers',
  hidden: 'hidden words between words',
  inserted: 'words of no use put in',
};

function disguises({ tricks }) {
  if (!tricks.length) return null;
  return h(
    'section',
    {},
    h('h2', {}, 'Disguises'),
    h(
      'ul.notes',
      {},
      tricks.map(({ kind, count }) => h('li', {}, `${plural(count, 'place')}: `, TRICKS[kind] ?? told(kind))),
    ),
  );
}

/** Links from the page to the sites of the articles. */
function links({ metadata: facts }) {
  if (!facts?.links) return null;
  const { total, first } = facts.links;
  return h(
    'section',
    {},
    h('h2', {}, 'Links back', h('small', {}, ` ${number(total)}`)),
    total
      ? h(
          'ul.notes',
          {},
          first.map(({ url, text, rel }) =>
            h(
              'li',
              {},
              out(url),
              text ? [' \u201c', told(text), '\u201d'] : '',
              rel ? [' ', h('code', {}, told(rel))] : '',
            ),
          ),
        )
      : h('p.empty', {}, 'None to the sites of your articles.'),
    total > first.length ? h('p.soft', {}, `and ${number(total - first.length)} more`) : null,
  );
}

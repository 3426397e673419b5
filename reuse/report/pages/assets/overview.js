// The whole report in one view: how much, by whom, when, and what it was made from.

function overviewView() {
  return h(
    'section.overview',
    {},
    heading('Overview', 'hidden'),
    statement(),
    shownOfAll(),
    olderPages(),
    index.total ? verdicts() : null,
    licences(),
    index.reused.findings ? charts() : null,
    notices(),
    unreadable(),
    making(),
  );
}

function charts() {
  return [
    h('div.two', {}, timeline(), histogram()),
    h(
      'div.two',
      {},
      ranking('Sites', 'that took most', index.sites, index.sites.name, index.sites.words, toSite, 'sites'),
      ranking(
        'Articles',
        'most is taken from',
        index.sources,
        range(index.sources.id.length).map((row) => nameOfRow(index.sources, row)),
        index.sources.credited,
        toArticle,
        'articles',
      ),
    ),
  ];
}

/** Inputs that could not be read; the report lists the first of them. */
const unread = () => index.counted.unreadable;

/** The report in a sentence, each number a way in. */
function statement() {
  const { counted: looked, reused } = index;
  const link = (href, text) => h('a', { href }, text);
  const against =
    looked.documents === undefined
      ? `${plural(looked.sources ?? 0, 'article')} of yours and ${plural(looked.pages ?? 0, 'page')}`
      : `${plural(looked.documents, 'document')}, each against all others`;
  // A report made from findings alone does not know what was looked at, and of a choice it says nothing.
  const lookedAt =
    index.chosen || (looked.sources ?? looked.documents) === undefined
      ? null
      : h(
          'p.looked',
          {},
          `Looked at: ${against}. `,
          unread()
            ? link('#overview?to=unreadable', `${plural(unread(), 'input')} could not be read.`)
            : 'All of it could be read.',
        );
  if (!reused.findings)
    return [h('p.statement', {}, index.chosen ? 'No finding is like that.' : 'No reuse was found.'), lookedAt];
  return [
    h(
      'p.statement',
      {},
      link(to('findings'), plural(reused.findings, 'finding')),
      ' on ',
      link(to('pages'), plural(reused.pages, 'page')),
      reused.sites ? [' of ', link(to('sites'), plural(reused.sites, 'site'))] : null,
      ' reuse ',
      h('strong', {}, plural(index.words, 'word')),
      ' of ',
      link(to('articles'), plural(reused.sources, 'article')),
      '.',
    ),
    lookedAt,
  ];
}

function verdicts() {
  const counts = index.verdictCounts;
  const accused = counts.slice(0, ACCUSED);
  return h(
    'section.verdicts',
    {},
    h('h2', {}, 'Verdicts'),
    stack(
      accused.map((count, n) => [count, verdictLook(n)]),
      sum(accused),
      `Findings by verdict: ${accused.map((count, n) => `${count} ${index.verdicts[n]}`).join(', ')}`,
    ),
    h(
      'ul',
      {},
      counts.map((count, n) =>
        n < ACCUSED || count
          ? h(
              'li',
              {},
              h(
                'a',
                { href: to('findings', null, { verdict: index.verdicts[n] }) },
                verdictOf(n),
                h('strong.number', {}, number(count)),
              ),
              h('span.says', {}, index.meanings[n]),
            )
          : null,
      ),
    ),
  );
}

function ranking(title, note, columns, names, words, link, all) {
  const rows = range(names.length)
    .filter((row) => words[row] > 0)
    .sort((a, b) => words[b] - words[a]);
  const top = rows.slice(0, 10);
  const most = words[top[0]] ?? 1;
  return h(
    'section',
    {},
    h('h2', {}, title, h('small', {}, ` ${note}, in words`)),
    top.length
      ? h(
          'ol.ranking',
          {},
          top.map((row) =>
            h(
              'li',
              {},
              h('a', { href: link(row) }, told(names[row])),
              h('span.number', {}, number(words[row])),
              stack([[words[row], 'amount']], most),
            ),
          ),
        )
      : h('p.empty', {}, 'None.'),
    h(
      'p',
      {},
      h('a', { href: to(all) }, names.length > 1 ? `All ${number(names.length)} ${all}` : `All ${all}`),
    ),
  );
}

// --- what it was made from ------------------------------------------------------------------------

const notices = () =>
  index.notices.length
    ? h(
        'section',
        {},
        h('h2', {}, 'Notes'),
        h(
          'ul.notes',
          {},
          index.notices.map((note) => h('li', {}, told(note))),
        ),
      )
    : null;

function unreadable() {
  const rows = index.unreadable;
  if (!rows.length) return null;
  return h(
    'section',
    { id: 'unreadable' },
    h('h2', {}, 'What could not be read', h('small', {}, ` ${plural(unread(), 'input')}; everything else was`)),
    listing({
      label: 'Unreadable inputs',
      rows: range(rows.length),
      columns: [
        {
          key: 'path',
          name: 'Input',
          main: true,
          value: (n) => rows[n].path,
          cell: (n) => [
            h('code', {}, told(rows[n].path)),
            rows[n].line ? `, line ${number(rows[n].line)}` : '',
          ],
        },
        { key: 'reason', name: 'Why', value: (n) => rows[n].reason, cell: (n) => told(rows[n].reason) },
      ],
    }),
    unread() > rows.length
      ? h('p.soft', {}, `These are the first ${number(rows.length)}; run.json has all.`)
      : null,
  );
}

function making() {
  const settings = Object.entries(index.settings);
  const told_ = (value) => told(typeof value === 'string' ? value : JSON.stringify(value));
  return h(
    'section',
    {},
    h('h2', {}, 'How this report was made'),
    h(
      'dl.facts',
      {},
      index.command ? [h('dt', {}, 'Command'), h('dd', {}, h('code', {}, told(index.command)))] : null,
      index.asOf ? [h('dt', {}, 'As of'), h('dd', {}, told(index.asOf), ', after which no date is taken')] : null,
      index.explained
        ? [h('dt', {}, 'Common sources'), h('dd', {}, `explain ${plural(index.explained, 'pair')}, accused without them`)]
        : null,
      h('dt', {}, 'Version'),
      h('dd', {}, `textreuse ${index.version}`),
      h('dt', {}, 'Options digest'),
      h(
        'dd',
        {},
        h('code', {}, told(index.options)),
        ' ',
        h('span.soft', {}, 'equal digests and equal inputs give equal findings'),
      ),
    ),
    settings.length
      ? h(
          'details',
          {},
          h('summary', {}, `Settings (${settings.length})`),
          h(
            'dl.facts.dense',
            {},
            settings.map(([name, value]) => [h('dt', {}, told(name)), h('dd', {}, told_(value))]),
          ),
        )
      : null,
  );
}

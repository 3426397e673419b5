// One article, one site: how much of it is out there, where, and how often; and what a site has taken.

async function articleView({ value }) {
  const { sources, findings } = index;
  const row = Number(value);
  if (!(row in sources.id)) return missing('article', value);
  const rows = range(findings.id.length).filter((n) => findings.source[n] === row);
  const article = index.text ? await articleOf(row) : null;
  const [words, taken] = [sources.words[row], sources.taken[row]];
  return h(
    'section',
    {},
    upLink(to('articles'), 'All articles'),
    heading(told(nameOfRow(sources, row))),
    h(
      'p.byline',
      {},
      [
        sources.author[row] && told(sources.author[row]),
        time(sources.date[row]),
        sources.url[row] ? out(sources.url[row]) : null,
        sources.title[row] ? h('code', {}, told(sources.id[row])) : null,
      ]
        .filter(Boolean)
        .flatMap((part, n) => (n ? [' \u00b7 ', part] : [part])),
    ),
    h(
      'p.statement.small',
      {},
      h('strong', {}, `${number(taken)} of ${plural(words, 'word')}`),
      ` (${percent(taken / Math.max(words, 1))}) are out there, on `,
      h('a', { href: to('findings', null, { article: row }) }, plural(sources.pages[row], 'page')),
      sources.sites[row] ? ` of ${plural(sources.sites[row], 'site')}` : '',
      sources.pages[row] > 1
        ? `, which have ${plural(sources.credited[row], 'word')} of it between them.`
        : '.',
    ),
    article
      ? outThere(article)
      : h(
          'div.tally',
          {},
          strip(sources.strip[row] ?? [], 'Where it was taken, from beginning to end'),
          depthLegend(),
        ),
    shownOfAll(),
    part(
      'Findings',
      rows.length,
      listing({ label: 'Findings of this article', look: 'even', columns: columnsWithout('article'), rows }),
    ),
    article
      ? null
      : h(
          'p.notice',
          {},
          index.text
            ? 'This file shows none of its findings, and not its text.'
            : 'This report was made without texts.',
        ),
  );
}

const depthLegend = () =>
  h(
    'ul.legend',
    {},
    DEPTHS.map((name, depth) =>
      h('li', {}, h('span.swatch', { class: `d${depth}`, 'aria-hidden': 'true' }), name),
    ),
  );

/** The text, each part as deep as pages have it, below a strip whose cells lead to its paragraphs. */
function outThere(article) {
  const notes = [];
  const box = h('div.prose.depths', {});
  const prose = new Prose(box, ([depth]) =>
    h('span.depth', { class: `d${depthOf(depth)}`, title: `on ${plural(depth, 'page')}` }),
  );
  const cuts = article.paragraphs.map(([begin]) => begin);
  let [at, next] = [0, 0];
  for (let i = 0; i < article.pieces.length; i += 2) {
    const end = at + article.pieces[i];
    const group = article.pieces[i + 1] ? [article.pieces[i + 1]] : null;
    while (at < end) {
      if (next < cuts.length && cuts[next] <= at) {
        const note = noteOn(article.paragraphs[next], next);
        prose.place(note);
        notes.push(note);
        next += 1;
      }
      const stop = Math.min(end, Math.max(at + 1, cuts[next] ?? end));
      prose.add(article.full.slice(at, stop), group);
      at = stop;
    }
  }
  return h(
    'section',
    {},
    h('h2', {}, 'What of it is out there'),
    heat(article.paragraphs, notes),
    depthLegend(),
    h('div.sheet', { tabindex: 0, role: 'region', 'aria-label': 'Text of the article' }, box),
  );
}

/** A paragraph's number and count, beside it. */
const noteOn = ([, , words, taken, pages], n) =>
  h(
    'span.beside',
    { tabindex: -1, dir: 'ltr' },
    h('span.nth', {}, String(n + 1)),
    ' ',
    taken
      ? `${number(taken)} of ${plural(words, 'word')}, ${plural(pages, 'page')}`
      : h('span.soft', {}, 'not taken'),
  );

/** Cells as wide as paragraphs are long, filled as far as they were taken. */
function heat(paragraphs, notes) {
  const cells = paragraphs.map(([, , words, taken, pages], n) => {
    const text = `Paragraph ${n + 1}: ${number(taken)} of ${plural(words, 'word')} taken${taken ? `, on ${plural(pages, 'page')}` : ''}`;
    const cell = h(
      'button.cell',
      {
        type: 'button',
        title: text,
        'aria-label': text,
        tabindex: n ? -1 : 0,
        onclick: () => {
          const note = notes[n];
          note.scrollIntoView({ block: 'center', behavior: calm() ? 'auto' : 'smooth' });
          note.focus({ preventScroll: true });
        },
      },
      h('span.level', { class: `d${depthOf(pages)}` }),
    );
    cell.style.flexGrow = words;
    cell.firstChild.style.height = `${words ? Math.max(taken ? 8 : 0, (100 * taken) / words) : 0}%`;
    return cell;
  });
  return h(
    'div.heat',
    {
      role: 'group',
      'aria-label': 'Paragraphs: left and right lead on, Enter goes there',
      onkeydown: (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = step && cells[cells.indexOf(document.activeElement) + step];
        if (!next) return;
        event.preventDefault();
        cells.forEach((cell) => (cell.tabIndex = cell === next ? 0 : -1));
        next.focus();
      },
    },
    cells,
  );
}

// --- one site -------------------------------------------------------------------------------------

function siteView({ value }) {
  const { sites, pages, findings, sources } = index;
  const row = Number(value);
  if (!(row in sites.name)) return missing('site', value);
  const rows = range(findings.id.length).filter((n) => pages.site[findings.page[n]] === row);
  const theirs = [...new Set(rows.map((n) => findings.page[n]))];
  const taken = new Map();
  for (const n of rows) {
    const known = taken.get(findings.source[n]) ?? { credited: 0, pages: new Set() };
    taken.set(findings.source[n], {
      credited: known.credited + findings.credited[n],
      pages: known.pages.add(findings.page[n]),
    });
  }
  const articleColumns = [
    {
      key: 'title',
      name: 'Article',
      main: true,
      plain: true,
      value: (n) => nameOfRow(sources, n),
      cell: (n) => [
        h('a.title', { href: toArticle(n) }, told(nameOfRow(sources, n))),
        below(time(sources.date[n])),
      ],
    },
    {
      key: 'credited',
      name: 'Words taken',
      number: true,
      value: (n) => taken.get(n).credited,
      cell: (n) => number(taken.get(n).credited),
    },
    {
      key: 'pages',
      name: 'Pages here',
      number: true,
      value: (n) => taken.get(n).pages.size,
      cell: (n) => number(taken.get(n).pages.size),
    },
  ];
  const [first, last] = [sites.first[row], sites.last[row]];
  return h(
    'section',
    {},
    upLink(to('sites'), 'All sites'),
    heading(told(sites.name[row])),
    h(
      'p.statement.small',
      {},
      `${plural(sites.findings[row], 'finding')} on ${plural(sites.pages[row], 'page')}: `,
      h('strong', {}, plural(sites.words[row], 'word')),
      ` of ${plural(sites.sources[row], 'article')}.`,
      first
        ? [' Published ', first === last ? ['on ', time(first)] : [time(first), ' to ', time(last)], '.']
        : '',
    ),
    siteKnown(row),
    h(
      'div.tally',
      {},
      byVerdict(sites.counts[row]),
      h(
        'ul.legend',
        {},
        sites.counts[row].map((count, n) =>
          count
            ? h(
                'li',
                {},
                h(
                  'a',
                  { href: to('findings', null, { site: row, verdict: index.verdicts[n] }) },
                  verdictOf(n),
                  ' ',
                  number(count),
                ),
              )
            : null,
        ),
      ),
    ),
    shownOfAll(),
    part(
      'Findings',
      rows.length,
      listing({ label: 'Findings on this site', look: 'even', columns: columnsWithout('site'), rows }),
    ),
    part(
      'Articles',
      taken.size,
      listing({
        label: 'Articles taken by this site',
        columns: articleColumns,
        rows: [...taken.keys()],
        sort: 'credited',
      }),
    ),
    part(
      'Pages',
      theirs.length,
      listing({
        label: 'Pages of this site',
        columns: pageColumns().filter(({ key }) => key !== 'site'),
        rows: theirs,
        sort: 'credited',
      }),
    ),
  );
}

/** What is known of a site as a whole: how much of it, how much later, and which others have the same. */
function siteKnown(row) {
  const { sites } = index;
  const [read, lag, mirrors] = [sites.read[row], sites.lagTold[row], sites.mirrors[row]];
  const more = sites.mirrored[row] - mirrors.length;
  const nameOf = (name) => {
    const there = sites.name.indexOf(name);
    return there < 0 ? told(name) : h('a', { href: toSite(there) }, told(name));
  };
  return [
    read
      ? h('p.soft', {}, `${number(sites.pages[row])} of ${plural(read, 'page')} read here have findings, ${percent(sites.pages[row] / read)}.`)
      : null,
    lag ? h('p.soft', {}, `Later than the articles by ${lag}, the median of ${plural(sites.lagOf[row], 'finding')}.`) : null,
    mirrors.length
      ? h(
          'p.soft',
          {},
          'The same words of the same articles: ',
          mirrors.flatMap(([name, articles], n) => [n ? ', ' : '', nameOf(name), ` (${plural(articles, 'article')})`]),
          more > 0 ? ` and ${number(more)} more` : '',
          '.',
        )
      : null,
  ];
}

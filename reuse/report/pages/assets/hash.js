// Addresses within the report to what they ask for: `#finding=1f00?verdict=spun` names a view, what it shows, and its
// settings, by which findings are selected.

/** What an address says. */
function placeOf(hash) {
  const [, view = '', value = '', query = ''] = /^#?([a-z]*)(?:=([^?]*))?(?:\?(.*))?$/s.exec(hash) ?? [];
  return { view, value: decoded(value), query: new URLSearchParams(query) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a view; settings that are empty are left out. */
function to(view, value, settings) {
  const query = new URLSearchParams();
  const entries = settings instanceof URLSearchParams ? settings : Object.entries(settings ?? {});
  for (const [name, given] of entries) {
    if (given !== '' && given !== null && given !== undefined && given !== false) query.set(name, given);
  }
  const named = value === null || value === undefined || value === '' ? '' : `=${encodeURIComponent(value)}`;
  const told = query.toString();
  return `#${view}${named}${told && `?${told}`}`;
}

/** Settings, with some of them changed; null takes one away. */
function changed(settings, changes) {
  const query = new URLSearchParams(settings);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '' || value === false || value === undefined) query.delete(name);
    else query.set(name, value === true ? '1' : value);
  }
  return query;
}

/** Links to what the report has. */
const toFinding = (row, settings) => to('finding', index.findings.id[row], settings);
const toSite = (row) => to('site', row);
const toArticle = (row) => to('article', row);

// --- the findings that are asked for --------------------------------------------------------------

/**
 * Rows of the findings that settings ask for, in their order.
 *
 * `verdict`, `licence`, `order` (names, with commas), `common`, `site`, `article`, `page` (rows), `min` (words), `disguised`, `q` (words that ids,
 * titles, addresses, authors and sites must hold), `from` and `until` (days of publication), `taken` (a tenth of the
 * article: 0 to 9), `sort`.
 */
function selected(settings) {
  const verdicts = verdictsOf(settings);
  const rows = matching(settings);
  return verdicts.size ? rows.filter((row) => verdicts.has(index.findings.verdict[row])) : rows;
}

/** The same, of all verdicts; kept until something else is asked for. */
function matching(settings) {
  const asked = changed(settings, { verdict: null, at: null, passage: null }).toString();
  if (matching.asked === asked) return matching.rows;
  const { findings, pages } = index;
  const tests = [];
  const wanted = (name) => (settings.has(name) ? Number(settings.get(name)) : null);
  const [site, article, page, min, taken] = ['site', 'article', 'page', 'min', 'taken'].map(wanted);
  if (site !== null) tests.push((row) => pages.site[findings.page[row]] === site);
  if (article !== null) tests.push((row) => findings.source[row] === article);
  if (page !== null) tests.push((row) => findings.page[row] === page);
  if (min !== null) tests.push((row) => findings.words[row] >= min);
  tests.push(...decidedTests(settings));
  if (settings.has('disguised')) tests.push((row) => findings.tricks[row]);
  if (taken !== null) tests.push((row) => tenth(findings.ofSource[row]) === taken);
  const [from, until] = [settings.get('from'), settings.get('until')];
  const date = (row) => firstDay(pages.date[findings.page[row]]);
  if (from) tests.push((row) => date(row) >= from);
  if (until) tests.push((row) => date(row) && date(row) < until);
  const words = bare(settings.get('q') ?? '')
    .split(/\s+/)
    .filter(Boolean);
  if (words.length) tests.push((row) => words.every((word) => haystack(row).includes(word)));
  const rows = inOrder(settings.get('sort') ?? '').filter((row) => tests.every((test) => test(row)));
  Object.assign(matching, { asked, rows });
  return rows;
}

/** All rows in an order; the last one is kept, for filters change more often. */
function inOrder(sort) {
  if (inOrder.sort !== sort)
    Object.assign(inOrder, { sort, rows: sorted(range(index.findings.id.length), COLUMNS, sort) });
  return inOrder.rows;
}

const verdictsOf = (settings) =>
  new Set(
    (settings.get('verdict') ?? '')
      .split(',')
      .map((name) => index.verdicts.indexOf(name))
      .filter((n) => n >= 0),
  );

/** Which tenth of an article was taken, the whole of it being in the last. */
const tenth = (share) => Math.min(9, Math.floor(10 * share));

/** Text without accents and capitals, to be searched. */
const bare = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** What a search looks through, for one finding; made once. */
function haystack(row) {
  haystack.all ??= [];
  const { findings, sources, pages, sites } = index;
  const [source, page] = [findings.source[row], findings.page[row]];
  return (haystack.all[row] ??= bare(
    [
      findings.id[row],
      ...['id', 'title', 'url', 'author'].flatMap((key) => [sources[key][source], pages[key][page]]),
      sites.name[pages.site[page]],
    ]
      .filter(Boolean)
      .join('\n'),
  ));
}

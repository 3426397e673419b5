// The whole report in one view: how much, by whom, when, and what it was made from.

function overviewView() {
  return h('section.overview', {},
    heading('Overview', 'hidden'),
    statement(),
    shownOfAll(),
    index.total ? verdicts() : null,
    there(index.sites, 'findings') ? charts() : null,
    notices(), unreadable(), making());
}

function charts() {
  return [
    h('div.two', {}, timeline(), histogram()),
    h('div.two', {},
      ranking('Sites', 'that took most', index.sites, index.sites.name, index.sites.words, toSite, 'sites'),
      ranking('Articles', 'most is taken from', index.sources, range(index.sources.id.length).map((row) => nameOfRow(index.sources, row)), index.sources.credited, toArticle, 'articles'))];
}

/** Inputs that could not be read; the report lists the first of them. */
const unread = () => index.counted.unreadable ?? index.unreadable.length;

const there = (columns, key) => columns[key].filter((count) => count > 0).length;

/** The report in a sentence, each number a way in. */
function statement() {
  const { counted: looked, sources, sites } = index;
  const accused = sum(index.verdictCounts.slice(0, ACCUSED));
  const link = (href, text) => h('a', { href }, text);
  if (!accused) {
    return h('p.statement', {}, `Nothing of ${plural(looked.sources ?? looked.documents, looked.sources === undefined ? 'document' : 'article')} was found${looked.pages === undefined ? ' elsewhere' : ` on ${plural(looked.pages, 'page')}`}.`);
  }
  return [
    h('p.statement', {},
      link(to('findings'), plural(accused, 'finding')), ' on ', link(to('pages'), plural(sum(sites.pages), 'page')), ' of ',
      link(to('sites'), plural(sites.name.filter((name) => name !== NO_ADDRESS).length, 'site')), ' reuse ', h('strong', {}, plural(index.words, 'word')), ' of ',
      link(to('articles'), plural(there(sources, 'findings'), 'article')), '.'),
    h('p.looked', {}, looked.documents === undefined
      ? `Looked at: ${plural(looked.sources, 'article')} of yours and ${plural(looked.pages, 'page')}.`
      : `Looked at: ${plural(looked.documents, 'document')}, each against all others.`,
    unread() ? [' ', link('#overview?to=unreadable', `${plural(unread(), 'input')} could not be read.`)] : ' All of them could be read.'),
  ];
}

function verdicts() {
  const counts = index.verdictCounts;
  const accused = counts.slice(0, ACCUSED);
  return h('section.verdicts', {},
    h('h2', {}, 'Verdicts'),
    stack(accused.map((count, n) => [count, verdictLook(n)]), sum(accused), `Findings by verdict: ${accused.map((count, n) => `${count} ${index.verdicts[n]}`).join(', ')}`),
    h('ul', {}, counts.map((count, n) => n < ACCUSED || count
      ? h('li', {},
          h('a', { href: to('findings', null, { verdict: index.verdicts[n] }) }, verdictOf(n), h('strong.number', {}, number(count))),
          h('span.says', {}, index.meanings[n]))
      : null)));
}

const UNITS = { day: 'day', week: 'week', month: 'month', year: 'year' };

/** A bar's name: the day it begins, as precise as the unit. */
function barName(at, unit) {
  if (unit === 'year') return at.slice(0, 4);
  if (unit === 'month') return day(at.slice(0, 7));
  return unit === 'week' ? `week of ${day(at)}` : day(at);
}

function timeline() {
  const { unit, bars, undated } = index.timeline;
  const tally = (counts) => counts.map((count, n) => (count ? `${number(count)} ${index.verdicts[n]}` : '')).filter(Boolean).join(', ') || 'none';
  const link = ({ at }, n) => to('findings', null, { from: firstDay(at), until: bars[n + 1] ? firstDay(bars[n + 1].at) : '' });
  const drawn = bars.map((bar, n) => ({
    label: unit === 'day' || unit === 'week' ? day(bar.at, { year: false }) : barName(bar.at, unit),
    title: `${barName(bar.at, unit)}: ${tally(bar.counts)}`,
    parts: bar.counts.map((count, verdict) => [count, verdictLook(verdict)]),
    href: sum(bar.counts) ? link(bar, n) : null,
  }));
  const busy = bars.filter(({ counts }) => sum(counts));
  return h('section', {},
    h('h2', {}, 'When they were published', h('small', {}, ` pages by ${UNITS[unit]}, each by its worst verdict`)),
    bars.length
      ? [columns(drawn, { label: `Pages by ${UNITS[unit]} of publication, ${barName(bars[0].at, unit)} to ${barName(bars.at(-1).at, unit)}` }),
        verdictLegend(),
        undated ? h('p.soft', {}, `${plural(undated, 'page')} without a date.`) : null,
        asTable('Pages by date of publication', [UNITS[unit], ...index.verdicts.slice(0, ACCUSED)],
          busy.map((bar) => [h('a', { href: link(bar, bars.indexOf(bar)) }, barName(bar.at, unit)), ...bar.counts.map(number)]))]
      : h('p.empty', {}, 'No page says when it was published.'));
}

function histogram() {
  const { findings } = index;
  const counts = range(10).map(() => range(ACCUSED).map(() => 0));
  findings.ofSource.forEach((part, row) => {
    if (findings.verdict[row] < ACCUSED) counts[tenth(part)][findings.verdict[row]]++;
  });
  const name = (n) => `${10 * n} to ${10 * n + 10}%`;
  return h('section', {},
    h('h2', {}, 'How much of the article', h('small', {}, ` findings${index.shown < index.total ? ' shown here' : ''} by the share of its words that was taken`)),
    columns(counts.map((bins, n) => ({
      label: `${10 * n}%`, title: `${name(n)} of the article: ${plural(sum(bins), 'finding')}`,
      parts: bins.map((count, verdict) => [count, verdictLook(verdict)]),
      href: sum(bins) ? to('findings', null, { taken: n }) : null,
    })), { room: 40, label: 'Findings by the share of the article that was taken, in tenths' }),
    verdictLegend(),
    asTable('Findings by share of the article', ['of the article', 'findings'],
      counts.map((bins, n) => [h('a', { href: to('findings', null, { taken: n }) }, name(n)), number(sum(bins))])));
}

function ranking(title, note, columns, names, words, link, all) {
  const rows = range(names.length).filter((row) => words[row] > 0).sort((a, b) => words[b] - words[a]);
  const top = rows.slice(0, 10);
  const most = words[top[0]] ?? 1;
  return h('section', {},
    h('h2', {}, title, h('small', {}, ` ${note}, in words`)),
    top.length
      ? h('ol.ranking', {}, top.map((row) => h('li', {},
          h('a', { href: link(row) }, told(names[row])), h('span.number', {}, number(words[row])),
          stack([[words[row], 'bar']], most))))
      : h('p.empty', {}, 'None.'),
    h('p', {}, h('a', { href: to(all) }, `All ${plural(names.length, all.slice(0, -1))}`)));
}

// --- what it was made from ------------------------------------------------------------------------

const notices = () =>
  index.notices.length
    ? h('section', {}, h('h2', {}, 'Notes'), h('ul.notes', {}, index.notices.map((note) => h('li', {}, told(note)))))
    : null;

function unreadable() {
  const rows = index.unreadable;
  if (!rows.length) return null;
  return h('section', { id: 'unreadable' },
    h('h2', {}, 'What could not be read', h('small', {}, ` ${plural(unread(), 'input')}; everything else was`)),
    listing({ label: 'Unreadable inputs', rows: range(rows.length), columns: [
      { key: 'path', name: 'Input', main: true, value: (n) => rows[n].path,
        cell: (n) => [h('code', {}, told(rows[n].path)), rows[n].line ? `, line ${number(rows[n].line)}` : ''] },
      { key: 'reason', name: 'Why', value: (n) => rows[n].reason, cell: (n) => told(rows[n].reason) },
    ] }),
    unread() > rows.length ? h('p.soft', {}, `These are the first ${number(rows.length)}; run.json has all.`) : null);
}

function making() {
  const settings = Object.entries(index.settings);
  const told_ = (value) => told(typeof value === 'string' ? value : JSON.stringify(value));
  return h('section', {},
    h('h2', {}, 'How this report was made'),
    h('dl.facts', {},
      index.command ? [h('dt', {}, 'Command'), h('dd', {}, h('code', {}, told(index.command)))] : null,
      h('dt', {}, 'Version'), h('dd', {}, `textreuse ${index.version}`),
      h('dt', {}, 'Options digest'), h('dd', {}, h('code', {}, told(index.options)), ' ', h('span.soft', {}, 'equal digests and equal inputs give equal findings'))),
    settings.length
      ? h('details', {}, h('summary', {}, `Settings (${settings.length})`),
          h('dl.facts.dense', {}, settings.map(([name, value]) => [h('dt', {}, told(name)), h('dd', {}, told_(value))])))
      : null);
}

// Rows to tables: sorted by any column (what is empty stands last), a hundred at a time; cards where the screen is narrow.

const PER_PAGE = 100;

/**
 * Make a table with its pager.
 *
 * `columns` are `{key, name, cell(row), value(row), number, main, plain}`: `value` sorts (numbers from the greatest
 * on), `main` heads the row. `sort` is the key of a column, `-key` the other way round; '' leaves the rows in their
 * order; `ordered` rows are in it already. `change({sort})` and `change({at})` are called when a reader asks for another order or other rows.
 */
function table({ label, look, columns: all, rows, ordered = false, sort = '', at = 0, change }) {
  if (!rows.length) return h('p.empty', {}, 'None.');
  const shown = ordered ? rows : sorted(rows, all, sort);
  const last = Math.floor((shown.length - 1) / PER_PAGE) * PER_PAGE;
  const from = Math.max(0, Math.min(Math.floor(at) || 0, last));
  // Rows that are cards on narrow screens would no longer be a table to those who do not see them.
  return h(
    'div.listing',
    { tabindex: -1 },
    ordering(all, sort, change),
    h(
      'div.scroll.cards',
      {},
      h(
        'table',
        { role: 'table', class: look },
        h('caption.hidden', {}, label),
        h(
          'thead',
          { role: 'rowgroup' },
          h(
            'tr',
            { role: 'row' },
            all.map((column) => header(column, sort, change)),
          ),
        ),
        h(
          'tbody',
          { role: 'rowgroup' },
          shown.slice(from, from + PER_PAGE).map((row) =>
            h(
              'tr',
              { role: 'row' },
              all.map((column) => cellOf(column, row)),
            ),
          ),
        ),
      ),
    ),
    last > 0 ? pager(from, shown.length, change) : null,
  );
}

/** The head of a column, which sorts by it: numbers from the greatest on, and at the second press the other way. */
function header(column, sort, change) {
  const given = { scope: 'col', role: 'columnheader', class: lookOf(column) };
  const name = h('span', {}, column.name);
  if (!column.value) return h('th', given, name);
  const isFirst = sort === column.key;
  const isSorted = isFirst || sort === `-${column.key}`;
  const descends = isFirst === Boolean(column.number);
  const press = () => change({ sort: isFirst ? `-${column.key}` : column.key, at: 0 });
  const arrow = h('span.arrow', { 'aria-hidden': 'true' }, isSorted ? (descends ? '\u25be' : '\u25b4') : '');
  return h(
    'th',
    { ...given, 'aria-sort': isSorted ? (descends ? 'descending' : 'ascending') : null },
    h('button.sort', { type: 'button', 'data-key': column.key, onclick: press }, name, arrow),
  );
}

function cellOf(column, row) {
  const given = { 'data-name': column.plain ? null : column.name, class: lookOf(column) };
  return column.main
    ? h('th.main', { ...given, scope: 'row', role: 'rowheader' }, column.cell(row))
    : h('td', { ...given, role: 'cell' }, column.cell(row));
}

const lookOf = ({ number: counts, look }) => [counts && 'number', look].filter(Boolean).join(' ') || null;

/** Rows in the order of a column; those that are equal stay as they were. */
function sorted(rows, columns, sort) {
  const column = columns.find(({ key, value }) => value && (key === sort || `-${key}` === sort));
  if (!column) return rows;
  const way = (sort.startsWith('-') ? -1 : 1) * (column.number ? -1 : 1);
  const values = new Map(rows.map((row) => [row, column.value(row)]));
  const compare = column.number ? (a, b) => way * (a - b) : (a, b) => !a - !b || way * collator.compare(a, b);
  return [...rows].sort((a, b) => compare(values.get(a), values.get(b)));
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Where rows are cards there are no headers to press. */
function ordering(columns, sort, change) {
  const select = h(
    'select',
    { onchange: () => change({ sort: select.value, at: 0 }) },
    h('option', { value: '' }, 'as listed'),
    columns
      .filter(({ value }) => value)
      .flatMap(({ key, name, number: counts }) => [
        h('option', { value: key }, counts ? `${name}, most first` : `${name}, a to z`),
        h('option', { value: `-${key}` }, counts ? `${name}, least first` : `${name}, z to a`),
      ]),
  );
  select.value = sort;
  return h('label.ordering', {}, 'Sort by ', select);
}

function pager(from, count, change) {
  const button = (name, to, possible) =>
    h('button', { type: 'button', disabled: !possible, onclick: () => change({ at: to }) }, name);
  const last = Math.floor((count - 1) / PER_PAGE) * PER_PAGE;
  return h(
    'nav.pager',
    { 'aria-label': 'Pages of this list' },
    button('First', 0, from > 0),
    button('Previous', from - PER_PAGE, from > 0),
    h('span', {}, `${number(from + 1)}\u2013${number(Math.min(from + PER_PAGE, count))} of ${number(count)}`),
    button('Next', from + PER_PAGE, from < last),
    button('Last', last, from < last),
  );
}

/** A table that keeps its order to itself, for lists within a view. */
function listing(given) {
  const box = h('div', {});
  const show = (state) =>
    refill(
      box,
      table({
        ...given,
        ...state,
        change: (asked) => {
          const next = { ...state, ...asked };
          show(next);
          refocus(box, asked);
          if ('sort' in asked) announce(orderTold(given.columns, next.sort));
        },
      }),
    );
  show({ sort: given.sort ?? '', at: 0 });
  return box;
}

/** After a table was drawn anew: focus what was pressed, or the beginning of the rows that were asked for. */
function refocus(box, asked) {
  const list = box.querySelector('.listing');
  if ('sort' in asked) {
    const button = box.querySelector(`.sort[data-key="${asked.sort.replace(/^-/, '')}"]`);
    (button?.offsetParent ? button : list?.querySelector('.ordering select'))?.focus({ preventScroll: true });
  } else {
    list?.focus({ preventScroll: true });
    list?.scrollIntoView({ block: 'start' });
    announce(box.querySelector('.pager span')?.textContent ?? '');
  }
}

function orderTold(columns, sort) {
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ''));
  return column ? `Sorted by ${column.name}${sort.startsWith('-') ? ', the other way round' : ''}` : '';
}

// Two texts that scroll together: where one stands at a passage, the other stands at the same passage.

/** Share of a pane's height at which both texts are level. */
const LEVEL = 0.3;

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Where elements of passages stand in their pane: [top, bottom] of each, in pixels of what scrolls. */
function measured(pane, elements) {
  const origin = pane.getBoundingClientRect().top + pane.clientTop - pane.scrollTop;
  return elements.map((parts) => {
    if (!parts.length) return null;
    const [first, last] = [parts[0].getBoundingClientRect(), parts.at(-1).getBoundingClientRect()];
    return [first.top - origin, last.bottom - origin];
  });
}

/**
 * From places in one text to places in the other: straight lines between the passages that stand in the same order
 * in both; within a passage that has moved, to its counterpart.
 */
function mapping(mine, theirs, moved, ends) {
  const order = range(mine.length)
    .filter((n) => mine[n] && theirs[n])
    .sort((a, b) => mine[a][0] - mine[b][0]);
  const knots = [ends[0]];
  for (const n of order) {
    if (moved[n]) continue;
    for (const edge of [0, 1]) {
      const knot = [mine[n][edge], theirs[n][edge]];
      if (knot[0] > knots.at(-1)[0] && knot[1] >= knots.at(-1)[1]) knots.push(knot);
    }
  }
  if (ends[1][0] > knots.at(-1)[0] && ends[1][1] >= knots.at(-1)[1]) knots.push(ends[1]);
  const elsewhere = order.filter((n) => moved[n]);
  return (place) => {
    const here = elsewhere.find((n) => mine[n][0] <= place && place < mine[n][1]);
    if (here !== undefined) return between(mine[here], theirs[here], place);
    let next = knots.findIndex(([at]) => at > place);
    if (next < 0) next = knots.length - 1;
    if (next === 0 || knots.length < 2) return knots[0][1];
    const [[a, b], [c, d]] = [knots[next - 1], knots[next]];
    return between([a, c], [b, d], Math.min(place, c));
  };
}

const between = ([a, b], [c, d], place) => (b > a ? c + ((place - a) * (d - c)) / (b - a) : c);

/**
 * Let two panes follow each other; `elements` are those of each passage, by pane. Returns `show(n, from)`,
 * which brings a passage into sight on both sides, or beside where it stands on the side `from`, `begin()`, `places()`,
 * `changed()`, to be called when the layout has, and `on`.
 */
function follow(panes, elements, moved, onscroll) {
  const state = { on: true };
  let places = null;
  let maps = null;
  let driver = null;
  let target = null;
  let frame = 0;

  const measure = () => {
    if (places) return;
    places = panes.map((pane, side) => measured(pane, elements[side]));
    const level = panes.map((pane) => pane.clientHeight * LEVEL);
    const ends = (side) => [
      [level[side], level[1 - side]],
      [
        panes[side].scrollHeight - panes[side].clientHeight + level[side],
        panes[1 - side].scrollHeight - panes[1 - side].clientHeight + level[1 - side],
      ],
    ];
    maps = [0, 1].map((side) => mapping(places[side], places[1 - side], moved, ends(side)));
  };

  const step = () => {
    frame = 0;
    if (target === null) return;
    const other = panes[1 - driver];
    const way = target - other.scrollTop;
    // A short way is gone at once, so that both move as one; a long one, to what has moved, is glided.
    const done = calm() || Math.abs(way) < 120;
    other.scrollTop = done ? target : other.scrollTop + way * 0.3;
    if (done) target = null;
    else frame = requestAnimationFrame(step);
  };

  panes.forEach((pane, side) => {
    const take = () => (driver = side);
    for (const event of ['wheel', 'touchstart', 'pointerdown', 'keydown', 'focus'])
      pane.addEventListener(event, take, { passive: true });
    pane.addEventListener(
      'scroll',
      () => {
        onscroll();
        if (!state.on || driver !== side) return;
        measure();
        const other = panes[1 - side];
        const place = maps[side](pane.scrollTop + pane.clientHeight * LEVEL) - other.clientHeight * LEVEL;
        target = Math.max(0, Math.min(place, other.scrollHeight - other.clientHeight));
        frame ||= requestAnimationFrame(step);
      },
      { passive: true },
    );
  });

  return Object.assign(state, {
    show(n, from) {
      measure();
      driver = target = null;
      const height = Math.max(0, ...places.map((all) => (all[n] ? all[n][1] - all[n][0] : 0)));
      const high = panes[0].clientHeight;
      // A short passage stands at the level, a long one begins near the top.
      const offset =
        from !== undefined && places[from][n]
          ? places[from][n][0] - panes[from].scrollTop
          : Math.max(high * 0.1, Math.min(high * LEVEL, (high - height) / 2));
      panes.forEach((pane, side) => {
        if (side === from || !places[side][n]) return;
        pane.scrollTo({ top: places[side][n][0] - offset, behavior: calm() ? 'auto' : 'smooth' });
      });
    },
    /** Bring the first passages into sight, if they are not. */
    begin() {
      measure();
      const first = places[1].findIndex((place, n) => place && places[0][n]);
      if (first >= 0 && panes.some((pane, side) => places[side][first][0] > pane.clientHeight * 0.8))
        this.show(first);
    },
    places() {
      measure();
      return places;
    },
    changed() {
      places = maps = null;
    },
  });
}

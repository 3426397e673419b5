// Addresses within the report to views: `#finding=1f00?verdict=spun` names a view, what it shows, and its settings.

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

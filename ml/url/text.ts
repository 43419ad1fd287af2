const MAX_CHARS = 512;

/**
 * The text that the models read: a canonical URL without scheme, leading `www.`, fragment and final slash, at most
 * 512 characters. These parts depend on where a URL was collected. The same as `model_text` of
 * `ml/training/url/text.py`.
 */
export function modelText(href: string): string {
  const afterScheme = href.slice(href.indexOf('://') + 3);
  const hash = afterScheme.indexOf('#');
  const whole = hash < 0 ? afterScheme : afterScheme.slice(0, hash);
  const slash = whole.indexOf('/');
  let text = slash < 0 ? whole : whole.slice(0, slash) + oneSlashEach(whole.slice(slash));
  if (text.startsWith('www.')) text = text.slice(4);
  if (text.endsWith('/')) text = text.slice(0, -1);
  return text.slice(0, MAX_CHARS);
}

/** Collapses slashes in the path, as the canonical form does, but not in the query. */
function oneSlashEach(rest: string): string {
  if (!rest.includes('//')) return rest;
  const query = rest.indexOf('?');
  const path = query < 0 ? rest : rest.slice(0, query);
  return path.replace(/\/{2,}/g, '/') + rest.slice(path.length);
}

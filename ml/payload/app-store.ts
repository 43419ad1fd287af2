/** App stores: their schemes and their web pages. */

import type { CanonicalUrl } from '../url/canonical.ts';
import { findParameter, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import type { PayloadContent } from './payload.ts';
import type { SchemeText } from './scheme.ts';

const STORES =
  /^(?:market|itms-apps?s?|itms|macappstores?|ms-windows-store|samsungapps|onestore|tstore|appmarket|hiapplink|mimarket|amzn)$/;

/** The app's identifier in the part after a store's host: a query parameter, `id123456789`, or the last segment. */
function findAppId(rest: string): string | null {
  const mark = rest.indexOf('?');
  const query = mark === -1 ? [] : readQuery(rest.slice(mark + 1).split('#')[0]!);
  const named = findParameter(query, 'id', 'appid', 'productid', 'p', 'q', 'pid');
  if (named !== null) return toPart(named);
  const path = (mark === -1 ? rest : rest.slice(0, mark)).replace(/(?<!\/)\/+$/, '');
  const apple = /\/id(\d{5,12})$/.exec(path)?.[1];
  const last = path.split('/').at(-1) ?? '';
  return apple ?? toNullIfEmpty(toPart(last));
}

function toContent(app_id: string | null, store: string, url: string): PayloadContent {
  return {
    kind: 'app_store',
    fields: { app_id },
    reasons: [{ code: 'store_app', part: app_id ?? store, level: 'info' }],
    sources: [{ field: 'url', text: url, as: 'scheme' }],
  };
}

export function parseAppStore({ scheme, rest }: SchemeText): PayloadContent | null {
  return STORES.test(scheme) ? toContent(findAppId(rest), scheme, rest) : null;
}

/** Web pages of stores: the host, and the start of an app's path. */
const PAGES: [RegExp, RegExp][] = [
  [/^play\.google\.com$/, /^\/store\/apps\/details/],
  [/^(?:apps|itunes)\.apple\.com$/, /\/id\d{5,12}/],
  [/^(?:m\.)?onestore\.co\.kr$/, /\/(?:app|detail|product)/i],
  [/^(?:galaxystore|apps)\.samsung\.com$/, /^\/(?:detail|appquery)/i],
  [/^apps\.microsoft\.com$/, /^\/(?:store\/)?detail/],
  [/^appgallery\.huawei\.com$/, /\/app\//],
];

/** A link to an app's page; null for other links. */
export function parseStorePage(url: CanonicalUrl): PayloadContent | null {
  const isPage = PAGES.some(([host, path]) => host.test(url.host) && path.test(url.path));
  if (!isPage) return null;
  const rest = `${url.path}${url.query === null ? '' : `?${url.query}`}`;
  return {
    ...toContent(findAppId(rest), url.host, ''),
    sources: [{ field: 'url', text: url.href, as: 'address' }],
  };
}

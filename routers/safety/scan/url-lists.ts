import { inArray, sql } from 'drizzle-orm';
import { type Db, preparedStatements, url_lists } from '../../../db/index.ts';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';

/** Names looked up for one URL: its hash, its host and the domains above it. */
const MAX_KEYS = 8;

const statements = preparedStatements((db) => ({
  // No LIMIT: `get` reads one row, and SQLite compiles a statement anew whenever its limit is bound.
  some: db.select({ value: url_lists.value }).from(url_lists).prepare(),
  naming: db
    .select({ value: url_lists.value, kind: url_lists.kind, list: url_lists.list })
    .from(url_lists)
    .where(
      inArray(
        url_lists.value,
        Array.from({ length: MAX_KEYS }, (_, i) => sql.placeholder(`name${i}`)),
      ),
    )
    .prepare(),
}));

const SPECIFICITY = { url: 0, host: 1, domain: 2 } as const;

/** The administrator's word on a URL: that of the narrowest entry (URL, host, longest domain). */
export function matchUrlList(db: Db, url: CanonicalUrl): 'allow' | 'deny' | null {
  // Most have no lists, and every scan asks.
  if (!statements(db).some.get()) return null;
  const names = toListKeys(url);
  const values: Record<string, string> = {};
  for (let i = 0; i < MAX_KEYS; i++) values[`name${i}`] = names[i] ?? '';
  const hits = statements(db).naming.all(values);
  if (hits.length === 0) return null;
  hits.sort((a, b) => SPECIFICITY[a.kind] - SPECIFICITY[b.kind] || b.value.length - a.value.length);
  return hits[0]?.list ?? null;
}

/** `url:<hash>`, `host:<host>`, and `domain:<name>` for the host and the domains above it. */
function toListKeys({ hash, host, is_ip, public_suffix }: CanonicalUrl): string[] {
  const names = [`url:${hash}`, `host:${host}`];
  if (is_ip || public_suffix === null) return names;
  const labels = host.split('.');
  const most = MAX_KEYS - names.length;
  for (let from = Math.max(0, labels.length - most - 1); from < labels.length - 1; from++) {
    names.push(`domain:${labels.slice(from).join('.')}`);
  }
  return names;
}

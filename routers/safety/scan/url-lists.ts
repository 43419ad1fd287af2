import { inArray, sql } from 'drizzle-orm';
import { type Db, preparedStatements, url_lists } from '../../../db/index.ts';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import type { Verdict } from '../../../ml/url/judge.ts';
import { findReasons } from '../../../ml/url/reasons.ts';
import type { Context } from '../../core/context.ts';
import type { ScanResult } from './url-scan.ts';

/** Keys looked up for one URL: its hash, its host and the domains above it. */
const MAX_KEYS = 8;

const statements = preparedStatements((db) => ({
  // Without LIMIT: `get` reads one row, and SQLite recompiles a statement whenever its limit is bound.
  any: db.select({ value: url_lists.value }).from(url_lists).prepare(),
  byKeys: db
    .select({ value: url_lists.value, kind: url_lists.kind, list: url_lists.list })
    .from(url_lists)
    .where(
      inArray(
        url_lists.value,
        Array.from({ length: MAX_KEYS }, (_, i) => sql.placeholder(`key${i}`)),
      ),
    )
    .prepare(),
}));

const SPECIFICITY = { url: 0, host: 1, domain: 2 } as const;

/** The result for a URL that is on the administrators' allow or deny list. */
export function findListResult({ db }: Context, url: CanonicalUrl): ScanResult | null {
  const list = matchUrlList(db, url);
  return list && { verdict: toListVerdict(url, list), risks: [], list, cached: false };
}

/** The list of the most specific entry that matches a URL: the URL, its host, or its longest domain. */
function matchUrlList(db: Db, url: CanonicalUrl): 'allow' | 'deny' | null {
  // Most installations have no lists, and every scan comes here.
  if (!statements(db).any.get()) return null;
  const keys = toListKeys(url);
  const params: Record<string, string> = {};
  for (let i = 0; i < MAX_KEYS; i++) params[`key${i}`] = keys[i] ?? '';
  const hits = statements(db).byKeys.all(params);
  if (hits.length === 0) return null;
  hits.sort((a, b) => SPECIFICITY[a.kind] - SPECIFICITY[b.kind] || b.value.length - a.value.length);
  return hits[0]?.list ?? null;
}

function toListVerdict(url: CanonicalUrl, list: 'allow' | 'deny'): Verdict {
  if (list === 'allow') {
    return {
      verdict: 'safe',
      analysis_result: 'safe',
      confidence: 1,
      risk_score: 0,
      risk_level: 'low',
      reasons: [],
    };
  }
  return {
    verdict: 'dangerous',
    analysis_result: 'dangerous',
    confidence: 1,
    risk_score: 1,
    risk_level: 'high',
    reasons: [{ code: 'deny_list', part: url.host, weight: 1 }, ...findReasons(url)],
  };
}

/** `url:<hash>`, `host:<host>`, and `domain:<name>` for the host and the domains above it. */
function toListKeys({ hash, host, is_ip, public_suffix }: CanonicalUrl): string[] {
  const keys = [`url:${hash}`, `host:${host}`];
  if (is_ip || public_suffix === null) return keys;
  const labels = host.split('.');
  const maxDomains = MAX_KEYS - keys.length;
  for (let from = Math.max(0, labels.length - maxDomains - 1); from < labels.length - 1; from++) {
    keys.push(`domain:${labels.slice(from).join('.')}`);
  }
  return keys;
}

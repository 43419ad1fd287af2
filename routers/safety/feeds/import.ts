import { FeedImport, type FeedImportCounts } from '../../../db/index.ts';
import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import { toExpressionHash } from '../../../ml/url/expressions.ts';
import { findHostGuard } from '../../../ml/url/guarded-hosts.ts';
import { FeedFormatError, readFeed } from './formats.ts';

export interface FeedImportJob {
  /** of the feeds' database */
  database: string;
  name: string;
  ttl_ms: number;
  /** the feed's content */
  file: string;
  /** Unix milliseconds */
  now: number;
}

/** Entries that no address can be read from mean a wrong file rather than a bad line. */
const MIN_READABLE = 0.5;

/**
 * Replaces a feed by what a file lists. A host that no feed may block is not imported and is kept in the table
 * `refused`. A link to one page of such a host is imported and matches that page alone. Throws FeedFormatError for a file that is no feed, and then changes nothing.
 */
export async function importFeed(
  job: FeedImportJob,
  onProgress: (bytes: number) => void = () => {},
): Promise<FeedImportCounts> {
  const feed = new FeedImport(job.database, job.name, job.ttl_ms);
  try {
    let read = 0;
    let unreadable = 0;
    await readFeed(
      job.file,
      (entry) => {
        read++;
        if (!addEntry(feed, entry)) unreadable++;
      },
      onProgress,
    );
    if (read === 0) throw new FeedFormatError('there is no entry in it');
    if (unreadable > read * (1 - MIN_READABLE))
      throw new FeedFormatError(`${unreadable} of its ${read} lines are neither a URL nor a host`);
    return feed.finish(job.now);
  } finally {
    feed.close();
  }
}

/** Returns false for what is no address. */
function addEntry(feed: FeedImport, entry: string): boolean {
  const url = parseEntry(entry);
  if (!url) {
    feed.skip();
    return false;
  }
  const guard = findHostGuard(url);
  const isBareHost = url.path === '/' && url.query === null && url.userinfo === null;
  if (guard === 'not_public' || (guard && isBareHost)) feed.refuse(entry, guard);
  else feed.add({ hash: toExpressionHash(url), is_exact: guard !== null });
  return true;
}

/** Feeds write `hxxp://evil[.]com` so that nobody opens it by mistake. */
const DEFANGED_DOT = /\[\.\]|\(\.\)|\{\.\}|\[dot\]/gi;
const DEFANGED_SCHEME = /^h[tx]{2}p(s?)(?:\[:\]|:)\/\//i;

function parseEntry(entry: string): CanonicalUrl | null {
  const url = canonicalize(entry.replace(DEFANGED_DOT, '.').replace(DEFANGED_SCHEME, 'http$1://'));
  if (!url) return null;
  return url.is_ip || url.host.includes('.') ? url : null;
}

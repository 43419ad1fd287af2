import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import type { HashPrefixInput, ListedHashes } from './schemas.ts';

/** Of five million hashes one begins with the same 4 bytes as another in a thousand. */
const MAX_HASHES = 1000;

/** The listed hashes that begin with a prefix. */
export function listHashes(
  { feeds, clock }: Context,
  { prefix }: z.infer<typeof HashPrefixInput>,
): z.infer<typeof ListedHashes> {
  const listed = feeds.listByPrefix(Buffer.from(prefix, 'hex'), clock.now(), MAX_HASHES);
  return {
    hashes: listed.map(({ hash, feeds, is_exact }) => ({
      hash: hash.toString('hex'),
      feeds,
      exact: is_exact,
    })),
  };
}

import { ApiError, type ErrorCode } from './errors.ts';

/** Troubles of the machine that a client can be told of: by SQLite's result codes (sqlite.org/rescode.html) and errno. */
const STORAGE_ERRORS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'DB_BUSY'],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, 'STORAGE_FULL'],
  [/^(SQLITE_READONLY|EROFS$)/, 'STORAGE_READ_ONLY'],
  [/^SQLITE/, 'DB_ERROR'],
];
/** Errors wrap errors: tRPC's around Drizzle's around the engine's. */
const MAX_DEPTH = 4;

/**
 * What a failure of the database or the disk is to a client; null for all others. Told by codes alone: the engine may
 * be another one with the same codes.
 */
export function findStorageError(error: unknown): ErrorCode | null {
  let at = error;
  for (let depth = 0; depth < MAX_DEPTH && at instanceof Error && !(at instanceof ApiError); depth++) {
    const { code } = at as { code?: unknown };
    const storageError = typeof code === 'string' && STORAGE_ERRORS.find(([pattern]) => pattern.test(code));
    if (storageError) return storageError[1];
    at = at.cause;
  }
  return null;
}

/** Whether it is that nothing can be written now, while what is there can be read. */
export function isWriteFailure(error: unknown): boolean {
  const storageError = findStorageError(error);
  return storageError !== null && storageError !== 'DB_ERROR';
}

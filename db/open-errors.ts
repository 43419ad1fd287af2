/** Thrown for a database that cannot be opened or brought up to date; the message names the file and says what to do. */
export class UnusableDatabaseError extends Error {}

/** By SQLite's result codes (sqlite.org/rescode.html) and errno. The file is left as it is in each case. */
const REASONS: readonly (readonly [RegExp, (file: string, message: string) => string])[] = [
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    (file, message) =>
      `${file} is damaged (${message}). It was left as it is. Bring back a backup with "flashscan restore <backup>"; ` +
      'what is there is kept beside it',
  ],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|EROFS$|EACCES$|EPERM$)/,
    (file, message) =>
      `${file} cannot be written (${message}). Let the user who runs Flashscan own it and its folder (chown -R), or ` +
      'mount the disk writable',
  ],
  [
    /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/,
    (file, message) =>
      `the disk of ${file} is full (${message}). Make room, or move DATA_DIR to a larger one; nothing is lost`,
  ],
  [
    /^SQLITE_(BUSY|LOCKED)/,
    (file, message) => `another program holds ${file} (${message}). Start again when it is done`,
  ],
];

/** What a person who starts the product can do about it; errors of other kinds come back as they are. */
export function toOpenError(error: unknown, file: string): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, message } = at as Error & { code?: unknown };
    const reason = typeof code === 'string' && REASONS.find(([pattern]) => pattern.test(code));
    if (reason) return new UnusableDatabaseError(reason[1](file, message), { cause: error });
  }
  return error;
}

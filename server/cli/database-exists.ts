import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Env, EnvError } from '../process/env.ts';

/** For commands that need an existing database: without this check they would create an empty one. Throws EnvError. */
export function assertDatabaseExists({
  database_file,
  DATA_DIR,
}: Pick<Env, 'database_file' | 'DATA_DIR'>): void {
  if (database_file === ':memory:' || existsSync(database_file)) return;
  throw new EnvError(
    `there is no database here: ${path.resolve(database_file)} does not exist (DATA_DIR is ${path.resolve(DATA_DIR)}). ` +
      'Run the command in the folder of the server, or set DATA_DIR as the server has it',
  );
}

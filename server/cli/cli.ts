#!/usr/bin/env -S node --max-semi-space-size=4 --no-parallel-scavenge --heap-growing-percent=20
import { loadEnvFileIfPresent } from '../process/load-env-file.ts';
import { createCli } from './commands.ts';
import { withExitCode } from './exit-code.ts';

// What a command writes is for the user of the process alone: the database, uploads, backups.
process.umask(0o077);

await withExitCode(async () => {
  loadEnvFileIfPresent();
  await createCli().parseAsync();
})();

#!/usr/bin/env -S node --max-semi-space-size=4 --no-parallel-scavenge --heap-growing-percent=20
import { loadEnvFileIfPresent } from '../process/load-env-file.ts';
import { createCli } from './commands.ts';
import { withExitCode } from './exit-code.ts';

await withExitCode(async () => {
  loadEnvFileIfPresent();
  await createCli().parseAsync();
})();

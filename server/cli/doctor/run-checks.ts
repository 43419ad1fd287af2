import type { Env } from '../../process/env.ts';
import { checkClock, database } from './database.ts';
import { dataFolder, diskSpace } from './disk.ts';
import { configuration, node, port } from './environment.ts';
import { backups, checkFiles } from './files.ts';
import { type Check, type Finding, fail, toMessage } from './finding.ts';
import { chatbot, languageModel, urlModel } from './models.ts';

const CHECKS: Record<string, Check> = {
  node,
  'disk space': diskSpace,
  'data folder': dataFolder,
  database,
  files: checkFiles,
  backups,
  'URL model': urlModel,
  chatbot,
  'language model': languageModel,
  port,
  clock: checkClock,
  configuration,
};

/** Runs all checks in sequence. They change nothing, and the server may run meanwhile. */
export async function runChecks(
  env: Env,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const checks = Object.entries(CHECKS);
  for (const [n, [name, check]] of checks.entries()) {
    onProgress(n, checks.length);
    try {
      findings.push(...(await check(env)));
    } catch (error) {
      findings.push(
        fail(
          name,
          `could not be checked: ${toMessage(error)}`,
          'mend what failed before it, and run this again',
        ),
      );
    }
  }
  return findings;
}

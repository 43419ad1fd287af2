import type { Command } from 'commander';
import type { Context } from '../../routers/core/context.ts';
import { analyzeUrls } from '../../routers/safety/scan/batch.ts';
import type { Analysis } from '../../routers/safety/scan/schemas.ts';
import { readEnv } from '../process/env.ts';
import { jsonOption, type WithExitCode } from './commands.ts';
import { readStandardInput } from './standard-input.ts';

/** `flashscan scan <url…>`: the same verdicts as over HTTP, with no server running. Exit code 3: one is dangerous. */
export function scanCommand(program: Command, guarded: WithExitCode): void {
  program
    .command('scan')
    .description(
      'Judge URLs; with none given, or -, one a line from standard input. Exit code 3: one is dangerous',
    )
    .argument('[urls...]')
    .option('--language <language>', 'ko or en', 'ko')
    .addOption(jsonOption())
    .action(
      guarded(async (given: string[], options: { language: string; json?: boolean }) => {
        const { closeDeps: closeParts, openDeps: openParts } = await import('../process/main.ts');
        const urls = given.length === 0 || given.includes('-') ? await urlsFromStandardInput() : given;
        const deps = await openParts({ ...readEnv(), LOG_LEVEL: 'error' });
        try {
          const ctx: Context = {
            ...deps,
            auth: { caller: { kind: 'system', name: 'command line' } },
            language: options.language === 'en' ? 'en' : 'ko',
            http: null,
            consume: () => {},
          };
          const { results, dangerous, failed } = await analyzeUrls(ctx, urls, true);
          process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
          process.exitCode = dangerous > 0 ? 3 : failed > 0 ? 1 : 0;
        } finally {
          await closeParts(deps);
        }
      }),
    );
}

type Result = Analysis | { url: string; error_code: string; message: string };

function table(results: readonly Result[]): string {
  return results
    .map((result) => {
      if ('error_code' in result) return `${result.error_code.padEnd(11)}        ${result.url}\n`;
      const { risk_score, suspicious_patterns } = result.details;
      const reasons = suspicious_patterns.map((text) => `                   · ${text}\n`).join('');
      return `${result.analysis_result.padEnd(11)} ${risk_score.toFixed(3)}  ${result.url}\n${reasons}`;
    })
    .join('');
}

async function urlsFromStandardInput(): Promise<string[]> {
  return (await readStandardInput())
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

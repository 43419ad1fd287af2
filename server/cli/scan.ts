import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Language } from '../../ml/text/language.ts';
import type { Context } from '../../routers/core/context.ts';
import { analyzeUrls } from '../../routers/safety/scan/analyze-urls.ts';
import type { BatchResult } from '../../routers/safety/scan/schemas.ts';
import { random } from '../process/clock-and-random.ts';
import { type Env, readEnv } from '../process/env.ts';
import { createCommandLog } from '../process/process-log.ts';
import { createProgress } from '../process/progress.ts';
import { UsageError, type WithExitCode } from './exit-code.ts';
import { languageOfLocale } from './locale.ts';
import type { OutputOptions } from './print.ts';
import { jsonOption } from './print.ts';
import { scanFeedbackCommand } from './scan-feedback.ts';
import { readStandardInput } from './standard-input.ts';

/** URLs per run of the model, so that a long list shows progress. */
const CHUNK_URLS = 100;

interface ScanOptions extends OutputOptions {
  language: Language;
}

/** `flashscan scan <url…>`: the verdicts of `POST /scan/analyze` without a server. */
export function scanCommand(program: Command, withExitCode: WithExitCode): void {
  const scan = program
    .command('scan')
    .description(
      'Scan URLs; with none, or -, one a line from standard input. Exit code 3: one is dangerous; 1: one could not be scanned',
    )
    .argument('[urls...]')
    .addOption(
      new Option('--language <language>', 'of the reasons')
        .choices(['ko', 'en'])
        .default(languageOfLocale(process.env), 'ko where LANG begins with ko, otherwise en'),
    )
    .addOption(jsonOption())
    .action(
      withExitCode(async (urls: string[], { language, json }: ScanOptions) => {
        const list = urls.length === 0 || urls.includes('-') ? await readUrls() : urls;
        if (list.length === 0)
          throw new UsageError('there is no URL to scan, in the arguments or on standard input');
        const { results, dangerous, failed } = await scanInChunks(list, language);
        process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : toTable(results));
        process.exitCode = dangerous > 0 ? 3 : failed > 0 ? 1 : 0;
      }),
    );
  scanFeedbackCommand(scan, withExitCode);
}

async function scanInChunks(urls: readonly string[], language: Language): Promise<ScanTotals> {
  const { closeDeps, openDeps } = await import('../process/main.ts');
  const deps = await openDeps(withoutNewFiles(readEnv()), createCommandLog());
  const progress = createProgress('Scanning');
  try {
    const ctx: Context = {
      ...deps,
      auth: { caller: { kind: 'system', name: 'command line' } },
      language,
      http: null,
      consume: () => () => {},
    };
    const totals: ScanTotals = { results: [], dangerous: 0, failed: 0 };
    for (let at = 0; at < urls.length; at += CHUNK_URLS) {
      const { results, dangerous, failed } = await analyzeUrls(ctx, urls.slice(at, at + CHUNK_URLS), true);
      totals.results.push(...results);
      totals.dangerous += dangerous;
      totals.failed += failed;
      progress.update(totals.results.length, urls.length);
    }
    return totals;
  } finally {
    progress.stop();
    await closeDeps(deps);
  }
}

type ScanTotals = Pick<BatchResult, 'results' | 'dangerous' | 'failed'>;

/** Without a database none is created: the allow lists and the cache are empty then. */
function withoutNewFiles(env: Env): Env {
  if (existsSync(env.database_file)) return env;
  const WEBHOOK_SECRET = env.WEBHOOK_SECRET ?? random.uuid();
  return { ...env, database_file: ':memory:', WEBHOOK_SECRET };
}

function toTable(results: BatchResult['results']): string {
  const toReasons = (reasons: readonly string[]) =>
    reasons.map((reason) => `                   · ${reason}\n`).join('');
  return results
    .map((result) => {
      if ('error_code' in result)
        return `${result.error_code.padEnd(11)}        ${result.url}\n${toReasons([result.message])}`;
      const { risk_score, suspicious_patterns } = result.details;
      return `${result.analysis_result.padEnd(11)} ${risk_score.toFixed(3)}  ${result.url}\n${toReasons(suspicious_patterns)}`;
    })
    .join('');
}

async function readUrls(): Promise<string[]> {
  return (await readStandardInput())
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

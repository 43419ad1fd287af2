import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Language } from '../../ml/text/language.ts';
import type { Context } from '../../routers/core/context.ts';
import { random } from '../process/clock-and-random.ts';
import { type Env, readEnv } from '../process/env.ts';
import { createCommandLog } from '../process/process-log.ts';
import { createProgress } from '../process/progress.ts';
import { UsageError, type WithExitCode } from './exit-code.ts';
import { languageOfLocale } from './locale.ts';
import type { OutputOptions } from './print.ts';
import { jsonOption } from './print.ts';
import { readScanCsv } from './scan-csv.ts';
import { scanFeedbackCommand } from './scan-feedback.ts';
import { readScanItems, type ScanItem } from './scan-items.ts';
import type { ScannedItem } from './scan-judge.ts';

/** Items per run of the model, so that a long list shows progress. */
const CHUNK_ITEMS = 100;
/** Characters of a text that the table shows. */
const MAX_SHOWN_CHARS = 200;

interface ScanOptions extends OutputOptions {
  language: Language;
  file?: string;
  csv?: string;
}

/** `flashscan scan <input…>`: the verdicts of the server's `/scan/…` operations without a server. */
export function scanCommand(program: Command, withExitCode: WithExitCode): void {
  const scan = program
    .command('scan')
    .description(
      'Judge URLs, what codes hold, whole messages, and pictures of codes; with no input, or -, one a line from standard input. Exit code 3: one is dangerous; 1: one could not be judged',
    )
    .argument('[inputs...]', 'a URL, the content of a code, a message, or the path of a picture')
    .option('--file <file>', 'judge the lines of a file')
    .addOption(
      new Option(
        '--csv <file>',
        'judge a CSV file with a column url or text (- is standard input), and print it with the columns verdict, risk_score and reasons',
      ).conflicts(['file', 'json']),
    )
    .addOption(
      new Option('--language <language>', 'of the reasons')
        .choices(['ko', 'en'])
        .default(languageOfLocale(process.env), 'ko where LANG begins with ko, otherwise en'),
    )
    .addOption(jsonOption())
    .action(
      withExitCode(async (inputs: string[], options: ScanOptions) => {
        if (options.csv === undefined) await scanInputs(inputs, options);
        else if (inputs.length > 0) throw new UsageError('--csv takes its file and no other input');
        else await scanCsv(options.csv, options.language);
      }),
    );
  scanFeedbackCommand(scan, withExitCode);
}

async function scanInputs(inputs: readonly string[], { file, language, json }: ScanOptions): Promise<void> {
  const items = await readScanItems(inputs, file);
  if (items.length === 0) throw new UsageError('there is nothing to scan, in the arguments or in the input');
  const answers: object[] = [];
  await scanItems(items, language, (scanned) => {
    if (json) answers.push(scanned.answer);
    else process.stdout.write(toTableText(scanned));
  });
  if (json) process.stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
}

async function scanCsv(file: string, language: Language): Promise<void> {
  const { items, header, toLine } = await readScanCsv(file);
  process.stdout.write(header);
  let row = 0;
  await scanItems(items, language, (scanned) => process.stdout.write(toLine(row++, scanned)));
}

/** Judges all, passes on each with its verdict, in order, and sets the exit code. */
async function scanItems(
  items: readonly ScanItem[],
  language: Language,
  onScanned: (scanned: ScannedItem) => void,
): Promise<void> {
  const [{ closeDeps, openDeps }, { judgeItems }] = await Promise.all([
    import('../process/deps.ts'),
    import('./scan-judge.ts'),
  ]);
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
    const verdicts = new Set<string | null>();
    for (let at = 0; at < items.length; at += CHUNK_ITEMS) {
      for (const scanned of await judgeItems(ctx, items.slice(at, at + CHUNK_ITEMS))) {
        for (const { verdict } of scanned.lines) verdicts.add(verdict);
        onScanned(scanned);
      }
      progress.update(Math.min(at + CHUNK_ITEMS, items.length), items.length);
    }
    process.exitCode = verdicts.has('dangerous') ? 3 : verdicts.has(null) ? 1 : 0;
  } finally {
    progress.stop();
    await closeDeps(deps);
  }
}

/** Without a database none is created: the allow lists and the cache are empty then. */
function withoutNewFiles(env: Env): Env {
  if (existsSync(env.database_file)) return env;
  const WEBHOOK_SECRET = env.WEBHOOK_SECRET ?? random.uuid();
  return { ...env, database_file: ':memory:', WEBHOOK_SECRET };
}

function toTableText({ lines }: ScannedItem): string {
  return lines
    .map(({ text, verdict, risk_score, error_code, reasons }) => {
      const columns = [(verdict ?? error_code ?? '').padEnd(11), risk_score?.toFixed(3) ?? '     '];
      const notes = reasons.map((reason) => `                   · ${toPrintable(reason)}\n`);
      return `${columns.join(' ')}  ${toPrintable(text)}\n${notes.join('')}`;
    })
    .join('');
}

/** On one line, without characters that move the cursor or the direction of a terminal. */
function toPrintable(text: string): string {
  const line = text.replace(/[\s\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ').trim();
  return line.length > MAX_SHOWN_CHARS ? `${line.slice(0, MAX_SHOWN_CHARS)}…` : line;
}

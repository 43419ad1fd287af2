import { createReadStream, existsSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'csv-parse';
import { canonicalize } from '../../ml/url/canonical.ts';
import { startClassifier } from '../../ml/url/classify.ts';
import { type Evaluation, evaluate, type LabelledScore } from '../../ml/url/evaluation.ts';
import { collectAllEvidence, estimateRisks, judgeByRisks } from '../../ml/url/judge.ts';
import { readEnv } from '../process/env.ts';
import { createProgress } from '../process/progress.ts';
import { UsageError, type WithExitCode } from './exit-code.ts';
import { jsonOption, type OutputOptions, printTable } from './print.ts';

const URLS_PER_RUN = 128;
const MAX_ROWS = 5_000_000;
const MALICIOUS = new Set(['1', 'malicious', 'phishing', 'dangerous', 'bad', 'true']);
const BENIGN = new Set(['0', 'benign', 'legitimate', 'safe', 'good', 'false']);
const COLUMNS = [
  'source',
  'malicious',
  'benign',
  'auc',
  'tpr_at_1_percent',
  'tpr_at_01_percent',
  'detected',
  'false_alarms',
] as const;

interface EvalOptions extends OutputOptions {
  modelOnly?: boolean;
}

interface LabelledRow {
  url: string;
  is_malicious: boolean;
  source: string;
}

type ScoredRow = LabelledScore & { source: string };

/** `flashscan eval urls <csv>`: judges a labelled file, so that users can measure the model on their own data. */
export function evalCommand(program: Command, withExitCode: WithExitCode): void {
  program
    .command('eval')
    .description('Measure the models on data of your own')
    .command('urls <csv>')
    .description(
      'Judge the URLs of a CSV file with the columns url, label (1 malicious, 0 benign) and optionally source; nothing is stored',
    )
    .option('--model-only', "the model's risk, without rules and redirectors")
    .addOption(jsonOption())
    .action(withExitCode(evaluateFile));
}

async function evaluateFile(file: string, { modelOnly = false, json }: EvalOptions): Promise<void> {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  const rows = await readRows(file);
  const classifier = await startClassifier({ modelDir: readEnv().url_model_dir });
  const progress = createProgress('Judging');
  try {
    const { thresholds } = classifier.info;
    const scored: ScoredRow[] = [];
    let unreadable = 0;
    for (let start = 0; start < rows.length; start += URLS_PER_RUN) {
      const part = rows.slice(start, start + URLS_PER_RUN).flatMap((row) => {
        const url = canonicalize(row.url);
        if (!url) unreadable++;
        return url ? [{ ...row, canonical: url }] : [];
      });
      const urls = part.map(({ canonical }) => canonical);
      const risks = await estimateRisks(urls, classifier);
      part.forEach(({ is_malicious, source, canonical }, i) => {
        const own = risks[i] ?? [];
        const verdict = modelOnly ? null : judgeByRisks(collectAllEvidence(canonical), own, thresholds);
        scored.push({ is_malicious, source, risk: verdict?.risk_score ?? own[0] ?? 0 });
      });
      progress.update(start + part.length, rows.length);
    }
    progress.stop();
    printTable(toTable(scored, thresholds.dangerous), COLUMNS, { json });
    if (unreadable > 0)
      process.stderr.write(`flashscan: ${unreadable} rows have no URL that can be judged\n`);
  } finally {
    progress.stop();
    await classifier.close();
  }
}

/** Throws UsageError for a file without the columns, and for a label of another kind. */
async function readRows(file: string): Promise<LabelledRow[]> {
  const rows: LabelledRow[] = [];
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      trim: true,
      relax_quotes: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }),
  );
  for await (const row of parser as AsyncIterable<Record<string, string>>) {
    const { url, label = '', source = '' } = row;
    if (url === undefined || row.label === undefined)
      throw new UsageError(`${file} must have a header with the columns url and label`);
    const is_malicious = MALICIOUS.has(label.toLowerCase());
    if (!is_malicious && !BENIGN.has(label.toLowerCase()))
      throw new UsageError(`the label "${label.slice(0, 40)}" in row ${rows.length + 2} is neither 1 nor 0`);
    rows.push({ url, is_malicious, source });
    if (rows.length > MAX_ROWS) throw new UsageError(`${file} has more than ${MAX_ROWS} rows`);
  }
  if (rows.length === 0) throw new UsageError(`${file} has no rows`);
  return rows;
}

function toTable(rows: readonly ScoredRow[], threshold: number) {
  const sources = [...new Set(rows.map(({ source }) => source))].sort();
  const groups =
    sources.length > 1
      ? sources.map((source) => [source, rows.filter((row) => row.source === source)] as const)
      : [];
  return [...groups, ['all', rows] as const].map(([source, some]) => ({
    source: source === '' ? '(none)' : source,
    ...toRounded(evaluate(some, threshold)),
  }));
}

function toRounded(evaluation: Evaluation): Evaluation {
  const entries = Object.entries(evaluation).map(([name, value]) => [
    name,
    value === null ? null : Math.round(value * 10_000) / 10_000,
  ]);
  return Object.fromEntries(entries);
}

import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { VERSION } from '../../server/process/settings.ts';
import { compareAll } from './compare.ts';
import { committedRatios, writePage } from './page.ts';
import { measureMemory, measureModel, measureStart } from './parts.ts';
import { isBuilt } from './processes.ts';
import { type Figures, goals, render } from './report.ts';

/**
 * `npm run bench [-- --json] [--rounds 5] [--seconds 1.5] [--keep]`: the server beside a bare handler, in one run, and
 * each ratio beside that of the table in docs/performance.md. The new table is put there; `--keep` leaves the old one.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    keep: { type: 'boolean', default: false },
  },
});
/** Of the model and uncached scans, which are short: see `measureModel`. */
const TURNS_A_ROUND = 10;
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  load_before: loadavg().map((load) => Math.round(load * 10) / 10),
};
const start = await measureStart(3);
const memory = await measureMemory(1000);
const model = await measureModel(rounds * TURNS_A_ROUND);
const { operations, paths } = await compareAll(rounds, seconds);

const figures: Omit<Figures, 'goals'> = {
  version: VERSION,
  from: isBuilt ? 'dist' : 'sources',
  machine,
  rounds,
  seconds,
  operations,
  paths,
  model,
  start_seconds: start,
  memory_mib: memory,
};
const all: Figures = { ...figures, goals: goals(figures) };
process.stdout.write(values.json ? `${JSON.stringify(all, null, 2)}\n` : render(all, committedRatios()));
if (!values.keep) writePage(all);

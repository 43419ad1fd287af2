/**
 * Bounded mixed load over loopback on the real server, which is killed again and again; everything it acknowledged is
 * kept in a ledger and looked for. `npx tsx tests/faults/mixed-load.ts --minutes 60 --workers 2 --kill-every 60`
 * (`--kill-every 0` kills nothing); ends with code 1 when anything was lost or went wrong. Run `npm run build` first:
 * without it, the sources run.
 */
import { readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { Calls, newTally, pause, type Tally } from './mixed/calls.ts';
import { growth, line, type Sample, share } from './mixed/report.ts';
import { Server } from './mixed/server.ts';
import { Follower } from './mixed/stream.ts';
import { User } from './mixed/user.ts';
import { Verifier } from './mixed/verify.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    workers: { type: 'string', default: '2' },
    'kill-every': { type: 'string', default: '60' },
    users: { type: 'string', default: '6' },
    port: { type: 'string', default: '5790' },
    keep: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const killEvery = Number(values['kill-every']);
/** What a kill may still be felt after all listen again: connections that were waiting, caches that are cold. */
const AFTER_MS = 3000;
const P99_MS = 50;

const server = new Server(Number(values.workers), Number(values.port));
const calls = new Calls(server.url);
const users = Array.from({ length: Number(values.users) }, (_, n) => new User(calls, `user${n}`));
const verifiers = users.map((user) => new Verifier(calls, user));
const followers = users.map((user) => new Follower(calls, user));
const samples: Sample[] = [];
const total: Tally = newTally();
let began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 1000);
let kills = 0;

process.on('exit', () => void server.stop());
process.on('SIGINT', () => process.exit(1));

await server.start();
console.log(`runs from ${server.from}, in ${server.folder}`);
for (const user of users) await user.register();
began = performance.now();
const [overLoad, overStreams] = [new AbortController(), new AbortController()];
const streams = followers.map((follower) => follower.follow(overStreams.signal));
const load = Promise.all(users.map((user) => user.load(overLoad.signal)));
load.catch((error) => {
  console.error(error);
  process.exit(1);
});
const minutely = setInterval(() => tell(`minute ${Math.round(seconds() / 60)}`), 60_000);
const killing = killEvery > 0 ? killAgainAndAgain() : pause(minutes * 60_000);
await killing;
overLoad.abort();
await load;
for (const [n, verifier] of verifiers.entries()) await verifier.atTheEnd(followers[n] as Follower);
overStreams.abort();
await Promise.all(streams);
clearInterval(minutely);
tell('the end');
await judge();

/** In turn: one worker; all processes, which are then started again. */
async function killAgainAndAgain(): Promise<void> {
  const end = began + minutes * 60_000;
  for (let next = performance.now() + killEvery * 1000; next < end; next += killEvery * 1000) {
    await pause(next - performance.now());
    sample();
    calls.killed = true;
    const from = performance.now();
    await (kills++ % 2 === 0 ? server.killOne() : server.killAll());
    const back_ms = Math.round(performance.now() - from);
    await Promise.all(verifiers.map((verifier) => verifier.afterKill()));
    await pause(AFTER_MS);
    calls.killed = false;
    console.log(`kill ${kills} at ${seconds()} s: all listened again after ${back_ms} ms`);
  }
  await pause(end - performance.now());
}

function sample() {
  const now = server.processes();
  samples.push(...now.map((one) => ({ ...one, at: seconds() })));
  return now;
}

function tell(name: string): void {
  console.log(
    `load ${loadavg()[0]?.toFixed(1)}`,
    line(name, calls.tally, killEvery > 0 ? server.processes() : sample()),
  );
  const { requests, cut, wrong, cached } = calls.tally;
  total.requests += requests;
  total.cut += cut;
  for (const [kind, times] of wrong) total.wrong.set(kind, (total.wrong.get(kind) ?? 0) + times);
  total.cached.calm.push(...cached.calm);
  total.cached.killed.push(...cached.killed);
  calls.tally = newTally();
}

async function judge(): Promise<void> {
  const code = await server.stop();
  const db = new Sqlite(path.join(server.folder, 'data', 'flashscan.db'), { readonly: true });
  const integrity = db.pragma('integrity_check', { simple: true });
  db.close();
  const errors = readFileSync(server.log, 'utf8')
    .split('\n')
    .filter((told) => told.includes('"level":"error"'));
  const memory = growth(samples, killEvery);
  const p99 = share(total.cached.calm, 0.99);
  const sum = (of: (user: User) => number) => users.reduce((all, user) => all + of(user), 0);
  const good = {
    'nothing wrong': total.wrong.size === 0,
    'nothing in the log': errors.length === 0,
    'memory flat': memory.every(({ flat }) => flat),
    [`p99 of cached scans under ${P99_MS} ms`]: p99 < P99_MS,
    'stopped as it should': code === 0,
    'database whole': integrity === 'ok',
  };
  console.log({
    ...{ minutes: seconds() / 60, kills, requests: total.requests, cut: total.cut },
    wrong: Object.fromEntries(total.wrong),
    cached_ms: { n: total.cached.calm.length, p50: share(total.cached.calm, 0.5), p99 },
    cached_while_killed_ms: { n: total.cached.killed.length, p99: share(total.cached.killed, 0.99) },
    acknowledged: {
      scans: sum(({ ledger }) => ledger.scanned.acked),
      chats: sum(({ ledger }) => ledger.chats.acked),
      jobs: sum(({ ledger }) => ledger.jobs.size),
      completions: sum(({ ledger }) => ledger.completed.size),
      quizzes: sum(({ ledger }) => ledger.quizzes.size),
      files: sum(({ ledger }) => ledger.files.size),
      broadcasts: sum(({ ledger }) => ledger.told.size),
      events_heard: followers.reduce((all, { ids }) => all + ids.length, 0),
      streams_resumed: followers.reduce((all, { resumed }) => all + resumed, 0),
    },
    errors: errors.slice(0, 5),
  });
  console.table(memory);
  console.log(good);
  const fine = Object.values(good).every(Boolean);
  console.log(fine ? 'PASSED' : 'FAILED');
  if (fine && !values.keep) rmSync(server.folder, { recursive: true, force: true });
  process.exitCode = fine ? 0 : 1;
}

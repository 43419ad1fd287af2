/**
 * Thousands of event streams that say nothing, over loopback: what they cost, and whether the product still answers.
 * `npx tsx tests/faults/idle-streams.ts [streams] [seconds]`; ends with code 1 when one was refused or lost.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

const STREAMS = Number(process.argv[2] ?? 5000);
const SECONDS = Number(process.argv[3] ?? 45);
const PER_USER = 20;
const AT_ONCE = 50;

const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-streams-'));
const env = { ...process.env, DATA_DIR: folder, PORT: '0', RATE_LIMITS: 'off', LOG_LEVEL: 'info' };
const server = spawn(process.execPath, ['--import', 'tsx', 'server/cli/cli.ts', 'serve'], { env });
const open: IncomingMessage[] = [];
let lost = 0;

try {
  const url = await listening();
  const tokens = await logins(url, Math.ceil(STREAMS / PER_USER));
  const before = used();
  const began = performance.now();
  await inTurns(STREAMS, (n) => openStream(url, tokens[n % tokens.length] as string));
  const opened_ms = Math.round(performance.now() - began);
  const after = used();
  const waits = await healthWhile(url, SECONDS);
  const idle = used();
  const heard_ms = await broadcast(url, tokens[0] as string);
  console.log({
    streams: open.length,
    lost,
    opened_ms,
    mib: { before: before.mib, after: after.mib, idle: idle.mib },
    kib_per_stream: Math.round(((idle.mib - before.mib) * 1024) / STREAMS),
    cpu_share_while_idle: Math.round(((idle.cpu_s - after.cpu_s) / SECONDS) * 1000) / 1000,
    health_ms: { p50: waits[Math.floor(waits.length / 2)], max: waits.at(-1) },
    heard_ms,
  });
  if (lost > 0 || open.length !== STREAMS) process.exitCode = 1;
} finally {
  server.kill('SIGKILL');
  for (const stream of open) stream.destroy();
  rmSync(folder, { recursive: true, force: true });
}

function listening(): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      if (text === '' || !text.includes('"url"')) text += chunk;
      const [, url] = /"url":"(http:[^"]+)"/.exec(text) ?? [];
      if (url) resolve(url);
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.once('close', () => reject(new Error(text)));
  });
}

/** Memory of the server now, and the processor time it has used. */
function used(): { mib: number; cpu_s: number } {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const kib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { mib: Math.round(kib / 1024), cpu_s: (Number(fields[11]) + Number(fields[12])) / 100 };
}

async function inTurns<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const turn = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => make(from + i));
    made.push(...(await Promise.all(turn)));
  }
  return made;
}

function post(url: string, body: object, token?: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
}

function logins(url: string, count: number): Promise<string[]> {
  return inTurns(count, async (n) => {
    const account = { email: `user${n}@example.com`, password: 'correct horse battery staple' };
    return (await (await post(`${url}/auth/register`, account)).json()).access_token;
  });
}

function openStream(url: string, token: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const agent = new Agent({ keepAlive: false });
    const refused = () => {
      lost++;
      resolve();
    };
    const asked = get(`${url}/events/stream`, { headers, agent }, (answer) => {
      if (answer.statusCode !== 200) return refused();
      open.push(answer);
      answer.once('data', () => resolve());
      answer.on('close', () => server.killed || lost++);
      answer.on('error', () => {});
    });
    asked.on('error', refused);
  });
}

/** How long a small request takes, asked ten times a second, sorted; milliseconds. */
async function healthWhile(url: string, seconds: number): Promise<number[]> {
  const waits: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const began = performance.now();
    await (await fetch(`${url}/health`)).arrayBuffer();
    waits.push(Math.round((performance.now() - began) * 10) / 10);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return waits.sort((a, b) => a - b);
}

/** Until one of a user's streams hears what the user tells; milliseconds. */
async function broadcast(url: string, token: string): Promise<number> {
  const heard = new Promise<void>((resolve) => {
    for (const stream of open)
      stream.on('data', (chunk: Buffer) => void (chunk.includes('deploy.done') && resolve()));
  });
  const began = performance.now();
  await post(`${url}/events/broadcast`, { event_type: 'deploy.done', payload: {} }, token);
  await heard;
  return Math.round(performance.now() - began);
}

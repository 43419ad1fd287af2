/** Starts the built product on an empty folder, has it judge one link, and stops it. Throws when one of them fails. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const signal = AbortSignal.timeout(60_000);

const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-first-scan-'));
const server = spawn('bin/flashscan', ['serve'], {
  env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: folder },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exit = once(server, 'exit', { signal });
try {
  const url = await findAddress();
  const answer = await fetch(`${url}/scan/analyze`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://secure-naver-login.tk' }),
    signal,
  });
  const { data } = await answer.json();
  assert.equal(data.analysis_result, 'dangerous');
  server.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
  console.log(`Node.js ${process.versions.node}: ${data.analysis_result}, ${data.confidence}`);
} finally {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function findAddress() {
  for await (const line of createInterface({ input: server.stdout, signal })) {
    const [, url] = /"url":"(http:[^"]+)"/.exec(line) ?? [];
    if (url) {
      server.stdout.resume();
      return url;
    }
  }
  throw new Error('the server ended before it listened');
}

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, preview } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';
import { emptyFolder, startServer } from '../server/process/run.ts';
import { openPage } from './page.ts';

/** Builds `examples/react` against the client as it is packed, and serves it. Returns its origin. */
async function servePage(): Promise<string> {
  await promisify(execFile)(process.execPath, [resolveInPackage('bin/build.js'), '--if-stale']);
  const outDir = path.join(emptyFolder(), 'page');
  const options = {
    configFile: false,
    logLevel: 'error',
    root: resolveInPackage('examples/react'),
    resolve: { alias: { 'flashscan-client': resolveInPackage('dist/clients/typescript/client.js') } },
    build: { outDir, emptyOutDir: true },
  } as const;
  await build(options);
  const server = await preview({ ...options, preview: { host: '127.0.0.1', port: 0 } });
  onTestFinished(() => server.close());
  const [address] = server.resolvedUrls?.local ?? [];
  return (address as string).replace(/\/$/, '');
}

test('a Vite page with React Query scans through the packed client and keeps its guest', async () => {
  const origin = await servePage();
  const { url } = await startServer({ DATA_DIR: emptyFolder(), CORS_ORIGINS: origin });
  const { page, hosts, complaints, picture } = await openPage(`${origin}/?server=${encodeURIComponent(url)}`);
  await page.getByText('Server: ok').waitFor();
  await page.getByRole('button', { name: 'Check' }).click();
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await verdict.waitFor();
  expect(await verdict.locator('strong').innerText()).toBe('dangerous');
  expect(await verdict.getByRole('listitem').count()).toBeGreaterThan(1);
  const history = page.getByRole('list').last().getByRole('listitem');
  await history.first().waitFor();
  expect(await history.allInnerTexts()).toEqual(['http://secure-naver-login.tk']);

  await page.getByLabel('Link').fill('not a link');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').innerText()).toMatch(/URL/);
  await picture('react');
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(complaints).toEqual([]);
}, 180_000);

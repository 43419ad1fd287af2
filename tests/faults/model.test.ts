import { cpSync, renameSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openModelThread } from '../../ml/model-thread.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { emptyFolder } from '../server/process/run.ts';
import { testApp } from '../support/app.ts';
import { dieAtQuestions } from './dying-thread.ts';

const modelDir = resolveInPackage('ml/url/model');

async function withModel(classifier: Promise<UrlClassifier>) {
  const own = await classifier;
  onTestFinished(() => own.close());
  return testApp({ classifier: own });
}

test('when the thread of the models dies, fifty scans that wait for it are answered all the same', async () => {
  const deaths: Error[] = [];
  const app = await withModel(startClassifier({ modelDir, onError: (error) => deaths.push(error) }));
  const it = await app.user('kim');
  dieAtQuestions(1);
  const scans = Array.from({ length: 50 }, (_, n) =>
    it.post('/scan/analyze', { url: `https://example.com/${n}` }),
  );
  expect((await Promise.all(scans)).map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(deaths).toHaveLength(1);
  expect((await it.get('/history')).body.data.total).toBe(50);
  expect((await it.get('/health/ready')).status).toBe(200);
});

test('without a file of the model, scans say so, the rest goes on, and it works again when the file is back', async () => {
  const folder = path.join(emptyFolder(), 'model');
  cpSync(modelDir, folder, { recursive: true });
  const [file, away] = ['onnx/model_fp16.onnx', 'away'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  renameSync(file, away);
  const missing: unknown[] = [];
  const thread = openModelThread(undefined, 100);
  const app = await withModel(
    startClassifier({ modelDir: folder, thread, onLoadError: (error) => missing.push(error) }),
  );
  expect(missing).toHaveLength(1);
  const admin = await app.admin();
  await admin.post('/admin/lists', { list: 'deny', kind: 'domain', entry: 'listed-here.com' });
  const it = await app.user('kim');
  const scan = () => it.post('/scan/analyze', { url: 'https://example.com/' });
  const refused = await scan();
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    500,
    'MODEL_ERROR',
    '10',
  ]);
  expect((await it.get('/history')).body.data.total).toBe(0);
  expect((await it.get('/health')).body).toMatchObject({
    status: 'degraded',
    checks: { url_model: 'failing' },
  });
  expect((await it.get('/health/ready')).status).toBe(503);
  expect((await it.get('/me')).status).toBe(200);
  const listed = await it.post('/scan/analyze', { url: 'https://listed-here.com/' });
  expect([listed.status, listed.body.data.analysis_result]).toEqual([200, 'dangerous']);

  renameSync(away, file);
  await vi.waitFor(async () => expect((await it.get('/health/ready')).status).toBe(200), 10_000);
  const { status, body } = await scan();
  expect([status, body.data.details.model_version]).toEqual([200, expect.stringMatching(/^urlbert_/)]);
});

test('a model that is damaged while it runs is not noticed until its thread dies, and is loaded again when it is whole', async () => {
  const folder = path.join(emptyFolder(), 'model');
  cpSync(modelDir, folder, { recursive: true });
  const thread = openModelThread(undefined, 100);
  const app = await withModel(startClassifier({ modelDir: folder, thread, onLoadError: () => {} }));
  const it = await app.user('kim');
  const scan = async (n: number) =>
    (await it.post('/scan/analyze', { url: `https://example.com/${n}` })).status;
  expect(await scan(1)).toBe(200);
  truncateSync(path.join(folder, 'tokenizer.json'), 100);
  expect(await scan(2)).toBe(200);
  dieAtQuestions(1);
  expect(await scan(3)).toBe(500);
  cpSync(modelDir, folder, { recursive: true });
  await vi.waitFor(async () => expect((await it.get('/health/ready')).status).toBe(200), 10_000);
  expect(await scan(3)).toBe(200);
});

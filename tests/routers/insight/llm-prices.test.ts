import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { audit_log, llm_prices } from '../../../db/index.ts';
import prices from '../../../db/seed-data/prices.json' with { type: 'json' };
import { computeCost, toDecimal, toNanos } from '../../../routers/insight/llm/money.ts';
import { findPrice, listModelAliases } from '../../../routers/insight/llm/prices.ts';
import { testApp } from '../../support/app.ts';
import { COST } from '../../support/llm.ts';

test('money is exact: decimals become whole nano-dollars and back', () => {
  expect([0.0024, '0.15', 2.4e-7, 1e-9, 4e-10, 5e-10, 999_999.999999999].map(toNanos)).toEqual([
    2_400_000, 150_000_000, 240, 1, 0, 1, 999_999_999_999_999,
  ]);
  expect([150_000_000, 37_500_000, 1, 0].map(toDecimal)).toEqual(['0.15', '0.0375', '0.000000001', '0.00']);
  const price = {
    input_nanos: 37_500_000,
    output_nanos: 0,
    cached_input_nanos: null,
    cache_write_nanos: null,
  };
  const tokens = { input_tokens: 1, output_tokens: 0, cached_input_tokens: 0, cache_write_tokens: 0 };
  expect(computeCost(price, tokens)).toBe(38);
  const cached = { ...price, input_nanos: 3_000, cached_input_nanos: 300, cache_write_nanos: 3_750 };
  const parts = {
    input_tokens: 6_000_000,
    output_tokens: 0,
    cached_input_tokens: 3_000_000,
    cache_write_tokens: 2_000_000,
  };
  expect(computeCost(cached, parts)).toBe(3_000 + 3 * 300 + 2 * 3_750);
  expect(computeCost({ ...cached, cached_input_nanos: null, cache_write_nanos: null }, parts)).toBe(18_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_000_000_000_000_000 }),
      (nanos) => toNanos(toDecimal(nanos)) === nanos,
    ),
  );
});

test('a model is found by the names its hosts and versions give it', () => {
  const known = new Set(prices.prices.map(({ model }) => model));
  const found = (name: string) => listModelAliases(name).find((one) => known.has(one)) ?? null;
  const names = {
    'gpt-4o-mini-2024-07-18': 'gpt-4o-mini',
    'GPT-4o-2024-05-13': 'gpt-4o-2024-05-13',
    'gpt-4o-2024-11-20': 'gpt-4o',
    'openai/gpt-4.1-mini': 'gpt-4.1-mini',
    'gpt-4-0613': 'gpt-4',
    'gpt-4-1106-preview': 'gpt-4-1106-preview',
    'claude-3-5-sonnet-latest': 'claude-3-5-sonnet',
    'us.anthropic.claude-3-5-sonnet-20241022-v2:0': 'claude-3-5-sonnet',
    'claude-sonnet-4@20250514': 'claude-sonnet-4',
    'models/gemini-1.5-pro-002': 'gemini-1.5-pro',
    'gemini-2.5-pro-preview-05-06': 'gemini-2.5-pro',
    'gpt-4o-audio-preview': null,
    'gpt-4o-mini-realtime-preview': null,
    'llama3.1:8b': null,
    '2024-07-18': null,
  };
  expect(Object.fromEntries(Object.keys(names).map((name) => [name, found(name)]))).toEqual(names);
});

test('the prices that ship are decimals with a date and a source, each model once and in lower case', () => {
  for (const { model, input, output, date, source } of prices.prices) {
    expect([model, model.toLowerCase()]).toEqual([model, model]);
    for (const price of [input, output]) expect(price).toMatch(/^\d+\.\d{2,4}$/);
    expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
    expect(source).not.toBe('');
  }
  expect(new Set(prices.prices.map(({ model }) => model)).size).toBe(prices.prices.length);
});

test('administrators list, put and remove prices; each change leaves an audit row', async () => {
  const app = testApp();
  const admin = await app.admin();
  const list = async () =>
    new Map((await admin.get('/admin/prices')).body.prices.map((row: { model: string }) => [row.model, row]));
  expect((await list()).get('gpt-4o-mini')).toEqual({
    ...{ model: 'gpt-4o-mini', input: '0.15', output: '0.60', currency: 'USD' },
    ...{ date: expect.any(String), source: 'OpenAI API pricing', edited_at: null },
    ...{ cached_input: '0.075', cache_write: null },
  });
  const put = await admin.put('/admin/prices/gpt-4o-mini', {
    input: '0.3',
    output: '1.2',
    source: 'contract',
  });
  expect([put.status, put.body]).toMatchObject([200, { input: '0.30', output: '1.20', source: 'contract' }]);
  expect((await admin.post('/llm/cost', COST)).body.computed_usd).toBe(0.00084);
  await admin.put(`/admin/prices/${encodeURIComponent('Meta-Llama/My-Model')}`, { input: '1', output: '2' });
  const mine = { ...COST, model_name: 'meta-llama/my-model' };
  expect((await admin.post('/llm/cost', mine)).body.computed_usd).toBe(0.002);
  expect((await admin.delete('/admin/prices/gpt-4o-mini')).status).toBe(204);
  expect((await admin.delete('/admin/prices/gpt-4o-mini')).status).toBe(404);
  expect((await list()).has('gpt-4o-mini')).toBe(false);
  expect((await admin.post('/llm/cost', COST)).body.computed_usd).toBeNull();
  for (const input of ['-1', '0.1234567891', 'free', 0.15]) {
    expect((await admin.put('/admin/prices/x', { input, output: '1' })).body.issues[0].path).toBe('input');
  }
  const noted = app.deps.db.select().from(audit_log).all();
  expect(noted.map(({ action, target }) => [action, target])).toEqual([
    ['prices.put', 'gpt-4o-mini'],
    ['prices.put', 'meta-llama/my-model'],
    ['prices.remove', 'gpt-4o-mini'],
  ]);
  const alice = await app.user('alice');
  expect((await alice.get('/admin/prices')).status).toBe(403);
  expect((await alice.put('/admin/prices/x', { input: '1', output: '1' })).status).toBe(403);
  expect((await alice.delete('/admin/prices/x')).status).toBe(403);
});

test('a start renews the prices that ship and leaves alone what an administrator changed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-prices-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'it.db');
  const first = testApp({ file });
  const admin = await first.admin();
  await admin.get('/admin/prices');
  first.deps.db.update(llm_prices).set({ input_nanos: 1 }).run();
  await admin.put('/admin/prices/gpt-4o', { input: '9', output: '9' });
  await admin.delete('/admin/prices/o1');
  const { db } = testApp({ file }).deps;
  expect([
    findPrice(db, 'gpt-4o')?.input_nanos,
    findPrice(db, 'o1'),
    findPrice(db, 'o3')?.input_nanos,
  ]).toEqual([9e9, null, 2e9]);
});

test('input from the cache has a price of its own, and parts are not more than their whole', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const call = { model_name: 'claude-sonnet-4', input_tokens: 1_000_000, output_tokens: 100 };
  const cost = async (more: object) => (await alice.post('/llm/cost', { ...call, ...more })).body;
  // 3 dollars a million; 0.30 from the cache, 3.75 into it; 15 a million of output.
  expect((await cost({})).computed_usd).toBe(3.0015);
  expect((await cost({ cached_input_tokens: 500_000, cache_write_tokens: 100_000 })).computed_usd).toBe(
    // 0.4 × 3 + 0.5 × 0.30 + 0.1 × 3.75 + 0.0015
    1.7265,
  );
  expect((await cost({ cached_input_tokens: 900_000, cache_write_tokens: 100_001 })).issues[0].path).toBe(
    'input_tokens',
  );
  expect((await cost({ reasoning_tokens: 101 })).issues[0].path).toBe('output_tokens');
});

import type { AnyTRPCProcedure } from '@trpc/server';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { appRouter } from '../../../routers/index.ts';
import { testApp } from '../../support/app.ts';

test('every procedure without required fields takes no input at all', async () => {
  const app = testApp();
  const admin = await app.admin();
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>);
  const optional = procedures.filter(([, { _def }]) =>
    (_def as unknown as { inputs: z.ZodType[] }).inputs.every((schema) => schema.safeParse({}).success),
  );
  expect(optional.length).toBeGreaterThanOrEqual(58);
  const refused: string[] = [];
  for (const [name, { _def }] of optional) {
    if (_def.type === 'subscription' || ['auth.logout', 'me.remove'].includes(name)) continue;
    const { status, body } =
      _def.type === 'query' ? await admin.get(`/trpc/${name}`) : await admin.post(`/trpc/${name}`, '');
    // What such a procedure needs in truth, it names itself.
    const issues: { path: string }[] = body.error?.data.issues ?? [];
    if (status === 415 || issues.some(({ path }) => path === ''))
      refused.push(`${name}: ${JSON.stringify(body.error)}`);
  }
  expect(refused).toEqual([]);
});

test('a null field is as good as one left out', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const scan = await alice.post('/scan/analyze', { url: 'https://example.com', use_cache: null });
  expect(scan.status).toBe(200);
  const history = await alice.query('history.list', { limit: null, offset: null });
  expect(history.body.result.data.total).toBe(1);
  const required = await alice.post('/scan/analyze', { url: null });
  expect(required.status).toBe(400);
});

test('an input left out names the fields that are required', async () => {
  const { body } = await testApp().client().post('/trpc/scan.analyze', '');
  expect(body.error.data.issues.map(({ path }: { path: string }) => path)).toEqual(['url']);
});

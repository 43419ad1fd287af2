import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { loadKnowledge } from '../../../ml/chat/knowledge.ts';
import { type Passage, splitPassages } from '../../../ml/chat/passages.ts';
import { readVectorFile, toTextHash } from '../../../ml/chat/vector-file.ts';
import { inspectIndex, openVectorIndex, SHIPPED_VECTORS } from '../../../ml/chat/vectors.ts';
import { type Embedder, openEmbedder } from '../../../ml/text/embed.ts';
import { converse, KNOWLEDGE, testEngine } from './engine.ts';

let embedder: Embedder;
beforeAll(async () => {
  embedder = await openEmbedder('');
});
afterAll(() => embedder.close());

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashscan-index-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** An embedder that remembers what it was asked, and can be made to fail. */
function watch(id = embedder.id) {
  const asked: string[] = [];
  const watched = {
    id,
    dimensions: embedder.dimensions,
    failsAfter: Number.POSITIVE_INFINITY,
    close: async () => {},
    embed: (texts: readonly string[], kind: 'query' | 'passage') => {
      if (asked.length >= watched.failsAfter) return Promise.reject(new Error('out of memory'));
      asked.push(...texts);
      return embedder.embed(texts, kind);
    },
  };
  return { asked, watched };
}

const passagesOf = (texts: readonly string[]): Passage[] =>
  texts.map((text) => ({ document: 0, topic: 'a', lang: 'en', kind: 'phrase', text }));

test('the vectors that ship are those of the documents: `npm run vectors` makes them anew', async () => {
  const { documents } = await loadKnowledge(KNOWLEDGE);
  const passages = splitPassages(documents);
  const header = { format: 2 as const, embedder: embedder.id, dimensions: embedder.dimensions };
  const shipped = await readVectorFile(join(KNOWLEDGE, SHIPPED_VECTORS), header);
  if (shipped.state !== 'read') throw new Error(shipped.state);
  expect(passages.filter(({ text }) => !shipped.vectors.has(toTextHash(text)))).toEqual([]);
  const sample = passages.filter((_, i) => i % 200 === 0);
  const fresh = await embedder.embed(
    sample.map(({ text }) => text),
    'passage',
  );
  for (const [n, { text }] of sample.entries()) {
    const { values, scale } = shipped.vectors.get(toTextHash(text))!;
    const cosine = values.reduce((sum, value, at) => sum + value * scale * fresh[n]![at]!, 0);
    expect(cosine, text).toBeGreaterThan(0.998);
  }
});

test('a first start embeds no document', async () => {
  const { asked, watched } = watch();
  const engine = await testEngine({ indexDir: await emptyFolder(), embedder: async () => watched });
  onTestFinished(() => engine.close());
  expect(asked).toEqual([]);
  await converse(engine, 'QR 코드 피싱이 뭐예요?');
  expect(asked).toHaveLength(1);
});

test('vectors that were made are kept when the work stops, and only the missing ones are made then', async () => {
  const folder = await emptyFolder();
  const passages = passagesOf(Array.from({ length: 80 }, (_, i) => `text ${i}`));
  const first = watch();
  first.watched.failsAfter = 32;
  await expect(openVectorIndex({ folder, passages, embedder: first.watched })).rejects.toThrow('memory');
  const { asked, watched } = watch();
  expect(await inspectIndex({ folder, passages, embedder: watched })).toBe('absent');
  const index = await openVectorIndex({ folder, passages, embedder: watched });
  expect(asked).toEqual(passages.slice(32).map(({ text }) => text));
  expect(await inspectIndex({ folder, passages, embedder: watched })).toBe('ready');
  const [question] = await embedder.embed(['text 7'], 'passage');
  expect(index.cosines(question!)[7]).toBeGreaterThan(0.99);
});

test('half a record, which a crash leaves, is dropped; a damaged file is made anew; another embedder starts its own', async () => {
  const folder = await emptyFolder();
  const passages = passagesOf(['one', 'two', 'three']);
  const open = async (id?: string) => {
    const { asked, watched } = watch(id);
    const damage: string[] = [];
    await openVectorIndex({ folder, passages, embedder: watched, onDamaged: (text) => damage.push(text) });
    return { asked, damage };
  };
  await open();
  const file = join(folder, `${embedder.id.replace(':', '_')}.bin`);
  const whole = await readFile(file);
  await truncate(file, whole.length - 10);
  expect(await open()).toEqual({ asked: ['three'], damage: [] });
  expect(await readFile(file)).toEqual(whole);
  whole[whole.length - 5]! ^= 1;
  await writeFile(file, whole);
  const again = await open();
  expect(again.asked).toHaveLength(3);
  expect(again.damage[0]).toMatch(/record/);
  expect((await open('other:1')).asked).toHaveLength(3);
  await expect(readFile(file)).rejects.toThrow();
});

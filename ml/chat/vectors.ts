import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// The package's main entry loads tokenizers and fetchers that take 85 MB and are not used.
import { LocalIndex } from 'vectra/lib/LocalIndex.js';
import type { Embedder } from '../text/embed.ts';
import type { Passage } from './passages.ts';
import { readShippedVectors } from './shipped-vectors.ts';

/** A near passage, by its index, and its cosine to the question. */
export interface VectorHit {
  passage: number;
  cosine: number;
}
export interface VectorIndex {
  nearest(vector: Float32Array, count: number): Promise<VectorHit[]>;
}

export interface VectorIndexOptions {
  /** Has one folder per embedder and documents; outdated ones are removed when a new one is ready. */
  folder: string;
  /** SHA-256 of the documents. */
  documents: string;
  passages: readonly Passage[];
  embedder: Embedder;
  /** A file of vectors that come with the documents; they are used when they are of this embedder and these documents. */
  shipped?: string;
  onProgress?(done: number, total: number): void;
  onDamaged?(reason: string): void;
}

/** What an index is of. */
export interface IndexManifest {
  format: 1;
  embedder: string;
  documents: string;
  passages: number;
  dimensions: number;
}

type Metadata = { passage: number };

const BATCH = 128;

/**
 * Opens the vectors of these passages. They are built when they are missing, unreadable, or of another model or other
 * documents. They are written to a temporary folder that is renamed when complete, so a partial index is never read.
 * Throws when the embedder or the disk fails.
 */
export async function openVectorIndex(options: VectorIndexOptions): Promise<VectorIndex> {
  const { name, home, manifest } = toIndexPath(options);
  await mkdir(options.folder, { recursive: true });
  let index = await readIndex(home, manifest, options.onDamaged);
  if (!index) {
    await buildIndex(home, manifest, options);
    index = await readIndex(home, manifest, options.onDamaged);
    if (!index) throw new Error('The vector index cannot be read back');
  }
  await removeStaleIndexes(options.folder, name);
  return toSearchable(index);
}

/** Whether the vectors of these passages exist. Builds nothing. */
export async function inspectIndex(
  options: VectorIndexOptions,
): Promise<'ready' | 'absent' | { damage: string }> {
  const { home, manifest } = toIndexPath(options);
  let damage: string | null = null;
  const index = await readIndex(home, manifest, (reason) => {
    damage = reason;
  });
  if (index) return 'ready';
  return damage === null ? 'absent' : { damage };
}

/** What the index of these passages is of. */
export function toManifest({
  documents,
  passages,
  embedder: { id, dimensions },
}: Pick<VectorIndexOptions, 'documents' | 'passages' | 'embedder'>): IndexManifest {
  return { format: 1, embedder: id, documents, passages: passages.length, dimensions };
}

function toIndexPath(options: VectorIndexOptions) {
  const { folder, documents, embedder } = options;
  const manifest = toManifest(options);
  const name = `${documents.slice(0, 12)}-${embedder.id.replace(/[^\w.-]+/g, '_')}`;
  return { name, home: join(folder, name), manifest };
}

function toSearchable(index: LocalIndex<Metadata>): VectorIndex {
  return {
    // The text search of the package stays off: it does not find Korean and can end the process.
    nearest: async (vector, count) => {
      const found = await index.queryItems(Array.from(vector), '', count);
      return found.map(({ item, score }) => ({ passage: item.metadata.passage, cosine: score }));
    },
  };
}

async function readIndex(
  home: string,
  expected: IndexManifest,
  onDamaged?: (reason: string) => void,
): Promise<LocalIndex<Metadata> | null> {
  let text: string;
  try {
    text = await readFile(join(home, 'manifest.json'), 'utf8');
  } catch {
    return null;
  }
  try {
    if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(expected))
      throw new Error('its manifest is another');
    const index = new LocalIndex<Metadata>(home);
    const items = await index.listItems();
    const isComplete = items.every(
      ({ vector, metadata }) => vector.length === expected.dimensions && metadata.passage < expected.passages,
    );
    if (items.length !== expected.passages || !isComplete) throw new Error('it is not whole');
    return index;
  } catch (error) {
    onDamaged?.(error instanceof Error ? error.message : String(error));
    return null;
  }
}

async function buildIndex(home: string, manifest: IndexManifest, options: VectorIndexOptions): Promise<void> {
  const { passages, embedder, onProgress } = options;
  const folder = `${home}.building-${randomUUID().slice(0, 8)}`;
  const index = new LocalIndex<Metadata>(folder);
  await index.createIndex({ version: 1 });
  const shipped = options.shipped ? await readShippedVectors(options.shipped, manifest) : null;
  const vectors = shipped ?? (await embedPassages(passages, embedder, onProgress));
  const items = vectors.map((vector, passage) => ({
    vector: Array.from(vector, truncateVector),
    metadata: { passage } satisfies Metadata,
  }));
  await index.batchInsertItems(items);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  // Another process may have built its index first. It is equivalent, and may be in use.
  const otherIndex = await readIndex(home, manifest);
  if (!otherIndex) {
    await rm(home, { recursive: true, force: true });
    await rename(folder, home).catch(() => {});
  }
  await rm(folder, { recursive: true, force: true });
}

/** The vectors of all passages, in their order. */
export async function embedPassages(
  passages: readonly Passage[],
  embedder: Embedder,
  onProgress?: (done: number, total: number) => void,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < passages.length; start += BATCH) {
    const texts = passages.slice(start, start + BATCH).map(({ text }) => text);
    vectors.push(...(await embedder.embed(texts, 'passage')));
    onProgress?.(vectors.length, passages.length);
  }
  return vectors;
}

/** Five decimals: the file is a third as large, and a cosine changes by less than 1e-4. */
function truncateVector(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** A build folder older than this belongs to a process that died. */
const STALE_BUILD_MS = 3_600_000;

/** Removes indexes of other documents or models, and unfinished builds. */
async function removeStaleIndexes(folder: string, name: string): Promise<void> {
  for (const otherName of await readdir(folder))
    if (
      otherName !== name &&
      (!otherName.includes('.building-') || (await isStaleBuild(join(folder, otherName))))
    )
      await rm(join(folder, otherName), { recursive: true, force: true });
}

async function isStaleBuild(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder);
  return Date.now() - mtimeMs > STALE_BUILD_MS;
}

import { appendFile, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from '../text/embed.ts';
import type { Passage } from './passages.ts';
import {
  encodeHeader,
  encodeRecord,
  type PackedVector,
  packVector,
  readVectorFile,
  toTextHash,
  type VectorFileHeader,
} from './vector-file.ts';

export interface VectorIndex {
  /** The cosine of each passage to a question, in the order of the passages. */
  cosines(question: Float32Array): Float32Array;
}

export interface VectorIndexOptions {
  /** Has one file per embedder: the vectors of texts that do not ship with theirs. Those of other embedders are removed. */
  folder: string;
  passages: readonly Passage[];
  embedder: Pick<Embedder, 'id' | 'dimensions' | 'embed'>;
  /** A file of vectors that come with the documents; those of this embedder are used. */
  shipped?: string | undefined;
  onProgress?(done: number, total: number): void;
  onDamaged?(reason: string): void;
}

/** In the folder of the documents. */
export const SHIPPED_VECTORS = 'vectors.bin';

/** Texts between two writes of the file. A passage takes up to 0.4 s, so that little is lost when the process dies. */
const BATCH = 32;

/**
 * Opens the vectors of these passages. Those that are neither shipped nor in the folder are made and kept, batch by
 * batch. Throws when the embedder or the disk fails; the next call goes on from there.
 */
export async function openVectorIndex(options: VectorIndexOptions): Promise<VectorIndex> {
  const { folder, passages, embedder, shipped } = options;
  const header = toHeader(embedder);
  await mkdir(folder, { recursive: true });
  const known = shipped ? await readKnown(shipped, header) : new Map<string, PackedVector>();
  const hashes = passages.map(({ text }) => toTextHash(text));
  if (hashes.some((hash) => !known.has(hash))) await addOwn(options, header, hashes, known);
  await removeOtherFiles(folder, toFileName(embedder));
  return toSearchable(hashes.map((hash) => known.get(hash)!));
}

/** Whether the vectors of these passages exist. Makes nothing. */
export async function inspectIndex(
  options: VectorIndexOptions,
): Promise<'ready' | 'absent' | { damage: string }> {
  const { folder, passages, embedder, shipped } = options;
  const header = toHeader(embedder);
  const known = shipped ? await readKnown(shipped, header) : new Map<string, PackedVector>();
  const own = await readVectorFile(join(folder, toFileName(embedder)), header);
  if (own.state === 'damaged') return { damage: own.reason };
  const isKnown = (hash: string) => known.has(hash) || (own.state === 'read' && own.vectors.has(hash));
  return passages.every(({ text }) => isKnown(toTextHash(text))) ? 'ready' : 'absent';
}

function toHeader({ id, dimensions }: VectorIndexOptions['embedder']): VectorFileHeader {
  return { format: 2, embedder: id, dimensions };
}

function toFileName({ id }: VectorIndexOptions['embedder']): string {
  return `${id.replace(/[^\w.-]+/g, '_')}.bin`;
}

async function readKnown(file: string, header: VectorFileHeader): Promise<Map<string, PackedVector>> {
  const content = await readVectorFile(file, header);
  return content.state === 'read' ? content.vectors : new Map();
}

/** Adds to `known` the vectors of the folder, and makes those that are still missing. */
async function addOwn(
  { folder, passages, embedder, onProgress, onDamaged }: VectorIndexOptions,
  header: VectorFileHeader,
  hashes: readonly string[],
  known: Map<string, PackedVector>,
): Promise<void> {
  const file = join(folder, toFileName(embedder));
  const own = await readVectorFile(file, header);
  if (own.state === 'damaged') onDamaged?.(own.reason);
  if (own.state !== 'read') await writeFile(file, encodeHeader(header));
  else {
    // The next record must not follow half a record.
    await truncate(file, own.intact);
    for (const [hash, vector] of own.vectors) known.set(hash, vector);
  }
  const missing = [...new Map(passages.map(({ text }, i) => [hashes[i]!, text]))].filter(
    ([hash]) => !known.has(hash),
  );
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    const vectors = await embedder.embed(
      batch.map(([, text]) => text),
      'passage',
    );
    const packed = vectors.map(packVector);
    await appendFile(file, Buffer.concat(batch.map(([hash], i) => encodeRecord(hash, packed[i]!))));
    for (const [i, [hash]] of batch.entries()) known.set(hash, packed[i]!);
    onProgress?.(passages.length - missing.length + at + batch.length, passages.length);
  }
}

/** A question's numbers have 16 bits: with 8 bits of a passage, a sum of 384 products still fits into 32 bits. */
const QUESTION_SCALE = 32_767;

/**
 * All vectors in one array, so that a search reads memory in order, in whole numbers and four sums at a time, which is
 * three times as fast as one sum of fractions.
 */
function toSearchable(vectors: readonly PackedVector[]): VectorIndex {
  const dimensions = vectors[0]?.values.length ?? 0;
  const width = Math.ceil(dimensions / 4) * 4;
  const values = new Int8Array(vectors.length * width);
  const scales = Float32Array.from(vectors, ({ scale }) => scale / QUESTION_SCALE);
  for (const [i, vector] of vectors.entries()) values.set(vector.values, i * width);
  return {
    cosines(question) {
      const numbers = new Int16Array(width);
      for (let i = 0; i < dimensions; i++) numbers[i] = Math.round(question[i]! * QUESTION_SCALE);
      const cosines = new Float32Array(scales.length);
      for (let i = 0; i < scales.length; i++) cosines[i] = multiply(values, i * width, numbers) * scales[i]!;
      return cosines;
    },
  };
}

function multiply(values: Int8Array, from: number, numbers: Int16Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let j = 0, at = from; j < numbers.length; j += 4, at += 4) {
    a = (a + Math.imul(values[at]!, numbers[j]!)) | 0;
    b = (b + Math.imul(values[at + 1]!, numbers[j + 1]!)) | 0;
    c = (c + Math.imul(values[at + 2]!, numbers[j + 2]!)) | 0;
    d = (d + Math.imul(values[at + 3]!, numbers[j + 3]!)) | 0;
  }
  return a + b + c + d;
}

/** Removes the vectors of other embedders, and folders of earlier versions. */
async function removeOtherFiles(folder: string, name: string): Promise<void> {
  for (const other of await readdir(folder))
    if (other !== name) await rm(join(folder, other), { recursive: true, force: true });
}

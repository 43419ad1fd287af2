import { readFile } from 'node:fs/promises';
import type { IndexManifest } from './vectors.ts';

/** In the folder of the documents. */
export const SHIPPED_VECTORS = 'vectors.bin';

/** Vectors are of unit length: 16 bits keep each number to 0.00003. */
const SCALE = 32_767;
const NEWLINE = 0x0a;

/** The vectors that come with the documents: what they are of as a line of JSON, then their numbers, 16 bits each. */
export function encodeVectors(manifest: IndexManifest, vectors: readonly Float32Array[]): Buffer {
  const numbers = Int16Array.from(
    vectors.flatMap((vector) => Array.from(vector, (value) => Math.round(value * SCALE))),
  );
  return Buffer.concat([Buffer.from(`${JSON.stringify(manifest)}\n`), Buffer.from(numbers.buffer)]);
}

/** The vectors of such a file; null when there is none, or when it is of another embedder or other documents. */
export async function readShippedVectors(
  file: string,
  expected: IndexManifest,
): Promise<Float32Array[] | null> {
  const bytes = await readFile(file).catch(() => null);
  if (!bytes) return null;
  const end = bytes.indexOf(NEWLINE);
  if (bytes.toString('utf8', 0, end) !== JSON.stringify(expected)) return null;
  const { dimensions, passages } = expected;
  // A copy begins where 16 bits can be read.
  const numbers = new Int16Array(Uint8Array.from(bytes.subarray(end + 1)).buffer);
  if (numbers.length !== dimensions * passages) return null;
  return Array.from({ length: passages }, (_, i) =>
    Float32Array.from(numbers.subarray(i * dimensions, (i + 1) * dimensions), (value) => value / SCALE),
  );
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * A file of vectors by the hash of their text. It begins with a line of JSON that names the embedder. Each record is
 * the hash (16 bytes), a checksum of the rest (4), the scale as float32 (4), and the numbers in 8 bits each. Records
 * are only ever appended, so that work which was interrupted goes on where it stopped.
 */
export interface VectorFileHeader {
  format: 2;
  embedder: string;
  dimensions: number;
}

/** A vector of unit length in 8 bits a number: `values[i] · scale`. A cosine changes by less than 0.003. */
export interface PackedVector {
  values: Int8Array;
  scale: number;
}

const HASH_BYTES = 16;
const HEAD_BYTES = HASH_BYTES + 8;
const NEWLINE = 0x0a;

/** What a vector is kept under: the text and its kind. */
export function toTextHash(text: string): string {
  return createHash('sha256')
    .update(`passage\0${text}`)
    .digest('hex')
    .slice(0, HASH_BYTES * 2);
}

export function packVector(vector: Float32Array): PackedVector {
  const scale = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9) / 127;
  return { values: Int8Array.from(vector, (value) => Math.round(value / scale)), scale: Math.fround(scale) };
}

export function encodeHeader(header: VectorFileHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

export function encodeRecord(textHash: string, { values, scale }: PackedVector): Buffer {
  const record = Buffer.alloc(HEAD_BYTES + values.length);
  Buffer.from(textHash, 'hex').copy(record, 0);
  record.writeFloatLE(scale, HASH_BYTES + 4);
  Buffer.from(values.buffer, values.byteOffset, values.length).copy(record, HEAD_BYTES);
  toChecksum(record).copy(record, HASH_BYTES);
  return record;
}

function toChecksum(record: Buffer): Buffer {
  return createHash('sha256')
    .update(record.subarray(0, HASH_BYTES))
    .update(record.subarray(HASH_BYTES + 4))
    .digest()
    .subarray(0, 4);
}

export type VectorFileContent =
  | { state: 'absent' }
  /** `intact`: bytes up to the end of the last whole record */
  | { state: 'read'; vectors: Map<string, PackedVector>; intact: number }
  | { state: 'damaged'; reason: string };

/** Reads a file of vectors. A record that was being written when the process died is left out. Never throws. */
export async function readVectorFile(file: string, expected: VectorFileHeader): Promise<VectorFileContent> {
  const bytes = await readFile(file).catch(() => null);
  if (!bytes) return { state: 'absent' };
  const start = bytes.indexOf(NEWLINE) + 1;
  if (start === 0 || bytes.toString('utf8', 0, start - 1) !== JSON.stringify(expected))
    return { state: 'damaged', reason: 'it is of another embedder' };
  const size = HEAD_BYTES + expected.dimensions;
  const vectors = new Map<string, PackedVector>();
  let at = start;
  for (; at + size <= bytes.length; at += size) {
    const record = bytes.subarray(at, at + size);
    if (!toChecksum(record).equals(record.subarray(HASH_BYTES, HASH_BYTES + 4)))
      return { state: 'damaged', reason: `its record at byte ${at} is not what was written` };
    vectors.set(record.toString('hex', 0, HASH_BYTES), {
      scale: record.readFloatLE(HASH_BYTES + 4),
      // A copy, so that the whole file is not kept in memory.
      values: Int8Array.from(record.subarray(HEAD_BYTES), (value) => (value << 24) >> 24),
    });
  }
  return { state: 'read', vectors, intact: at };
}

/**
 * Writes the vectors that ship with the documents of the chatbot, after a change of these or of the embedder. Vectors
 * of texts that did not change are taken from the file.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadKnowledge } from '../../chat/knowledge.ts';
import { splitPassages } from '../../chat/passages.ts';
import { encodeHeader, encodeRecord, readVectorFile, toTextHash } from '../../chat/vector-file.ts';
import { openVectorIndex, SHIPPED_VECTORS } from '../../chat/vectors.ts';
import { openEmbedder } from '../../text/embed.ts';

const knowledge = fileURLToPath(new URL('../../knowledge', import.meta.url));
const shipped = path.join(knowledge, SHIPPED_VECTORS);
const { documents } = await loadKnowledge(knowledge);
const passages = splitPassages(documents);
const embedder = await openEmbedder('');
// A fixed folder may be named, so that a run which was stopped goes on.
const folder = process.argv[2] ?? (await mkdtemp(path.join(tmpdir(), 'vectors-')));
const header = { format: 2 as const, embedder: embedder.id, dimensions: embedder.dimensions };
await openVectorIndex({
  folder,
  passages,
  embedder,
  shipped,
  onProgress: (done, total) => console.log(`${done} of ${total}`),
});
await embedder.close();
const own = await readVectorFile(path.join(folder, `${embedder.id.replace(/[^\w.-]+/g, '_')}.bin`), header);
const old = await readVectorFile(shipped, header);
const records = new Map(
  [old, own].flatMap((content) => (content.state === 'read' ? [...content.vectors] : [])),
);
const hashes = [...new Set(passages.map(({ text }) => toTextHash(text)))];
await writeFile(
  shipped,
  Buffer.concat([encodeHeader(header), ...hashes.map((hash) => encodeRecord(hash, records.get(hash)!))]),
);
if (process.argv[2] === undefined) await rm(folder, { recursive: true });
console.log(`${hashes.length} vectors of ${embedder.dimensions} numbers`);

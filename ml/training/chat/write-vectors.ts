/** Writes the vectors that ship with the documents of the chatbot, after a change of these or of the embedder. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadKnowledge } from '../../chat/knowledge.ts';
import { splitPassages } from '../../chat/passages.ts';
import { encodeVectors, SHIPPED_VECTORS } from '../../chat/shipped-vectors.ts';
import { embedPassages, toManifest } from '../../chat/vectors.ts';
import { openEmbedder } from '../../text/embed.ts';

const folder = fileURLToPath(new URL('../../knowledge', import.meta.url));
const { documents, hash } = await loadKnowledge(folder);
const passages = splitPassages(documents);
const embedder = await openEmbedder('');
const vectors = await embedPassages(passages, embedder);
await embedder.close();
await writeFile(
  path.join(folder, SHIPPED_VECTORS),
  encodeVectors(toManifest({ documents: hash, passages, embedder }), vectors),
);
console.log(`${vectors.length} vectors of ${embedder.dimensions} numbers`);

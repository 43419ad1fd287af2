import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';

/** The vectors of some texts, in order, in one array. */
export type Extract = (texts: readonly string[]) => Promise<{ vectors: Float32Array; dimensions: number }>;

/**
 * Loads an embedding model from a local folder on the calling thread, never from the network. Rejects when a file is
 * missing or invalid.
 */
export async function loadExtractor(folder: string): Promise<Extract> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  env.cacheDir = tmpdir();
  const extract = await pipeline('feature-extraction', basename(folder), {
    dtype: existsSync(join(folder, 'onnx/model_quantized.onnx')) ? 'q8' : 'fp32',
    device: 'cpu',
    // onnxruntime's memory arena would keep the memory of the longest text.
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1, enableCpuMemArena: false },
  });
  const pooling = readPooling(folder);
  return async (texts) => {
    const prepared = texts.map((text) => text.trim() || ' ');
    const tensor = await extract(prepared, { pooling, normalize: true });
    const vectors = (tensor.data as Float32Array).map((x) => (Number.isFinite(x) ? x : 0));
    return { vectors, dimensions: tensor.dims.at(-1) ?? 0 };
  };
}

/** Folders of sentence-transformers state how token vectors are pooled; most use the mean. */
function readPooling(model: string): 'mean' | 'cls' {
  try {
    const said = JSON.parse(readFileSync(join(model, '1_Pooling/config.json'), 'utf8'));
    return said.pooling_mode_cls_token === true ? 'cls' : 'mean';
  } catch {
    return 'mean';
  }
}

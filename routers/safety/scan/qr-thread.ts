import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** QR codes are read off the main thread, since a large image takes tens of milliseconds. */
const dist = path.dirname(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
// Its default is to fetch this file from a public CDN.
const wasmBinary = readFileSync(path.join(dist, 'zxing_reader.wasm')).buffer as ArrayBuffer;
prepareZXingModule({ overrides: { wasmBinary } });

export interface QrRequest {
  id: number;
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}
export type QrResponse = { id: number; texts: string[] } | { id: number; error: string };

parentPort?.on('message', async ({ id, pixels, width, height }: QrRequest) => {
  try {
    const image = { data: pixels, width, height, colorSpace: 'srgb' } as ImageData;
    const barcodes = await readBarcodes(image, {
      formats: ['QRCode', 'MicroQRCode'],
      tryHarder: true,
      maxNumberOfSymbols: 16,
    });
    const texts = barcodes.filter(({ isValid, text }) => isValid && text !== '').map(({ text }) => text);
    parentPort?.postMessage({ id, texts } satisfies QrResponse);
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) } satisfies QrResponse);
  }
});

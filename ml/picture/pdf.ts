import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { DamagedPictureError, type Frames } from './frames.ts';

/** Pixels of the longer side of a page: 100, 120 and 200 dots an inch of A4. */
const SIDE = { quick: 1170, plain: 1400, hard: 2340 };

const wasm = readFileSync(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm'));
const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) as ArrayBuffer;
const library = await PDFiumLibrary.init({ wasmBinary });

/** The pages of a PDF. Throws DamagedPictureError, also for one that needs a password. */
export async function openPdf(bytes: Uint8Array): Promise<Frames> {
  const document = await library.loadDocument(bytes).catch(() => {
    throw new DamagedPictureError();
  });
  return {
    count: document.getPageCount(),
    isDamaged: false,
    isAnimation: false,
    read: async (index, detail) => {
      const page = document.getPage(index);
      const { originalWidth, originalHeight } = page.getOriginalSize();
      const side = Math.max(originalWidth, originalHeight);
      if (!(side > 0)) throw new DamagedPictureError();
      const scale = SIDE[detail] / side;
      const { width, height, data } = await page.render({ scale, render: 'bitmap' });
      return {
        width: originalWidth,
        height: originalHeight,
        picture: { width, height, data },
        scale,
        readFull: null,
      };
    },
    close: () => document.destroy(),
  };
}

import type { z } from 'zod';
import { parsePayload } from '../../../ml/payload/parse.ts';
import {
  type PictureCodes,
  PictureError,
  PictureQueueFullError,
} from '../../../ml/picture/picture-reader.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { scanPayloads } from './payload.ts';
import type { QrInput, QrResult } from './qr-schemas.ts';
import type { PayloadScan } from './schemas.ts';

export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const FORMATS =
  'image/png, image/jpeg, image/webp, image/gif, image/avif, image/tiff, image/bmp, image/svg+xml, application/pdf';
const VERDICTS = ['safe', 'caution', 'dangerous'] as const;

/**
 * Reads the codes of a picture or a document and judges what they hold. Throws PAYLOAD_TOO_LARGE, PICTURE_TOO_LARGE,
 * PICTURE_DAMAGED, HEIC_UNSUPPORTED, UNSUPPORTED_MEDIA_TYPE, SCANNER_BUSY, RATE_LIMIT_EXCEEDED, MODEL_ERROR.
 */
export async function scanQrImage(
  ctx: Context,
  input: z.infer<typeof QrInput>,
): Promise<z.infer<typeof QrResult>> {
  if (input.file.size > MAX_IMAGE_BYTES) {
    throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit: MAX_IMAGE_BYTES } });
  }
  const { codes, pages, truncated } = await readPicture(ctx, new Uint8Array(await input.file.arrayBuffer()));
  const payloads = await scanPayloads(
    ctx,
    codes.map(({ text }) => text),
  );
  return {
    codes: codes.map(({ text, format, page, corners }, at) => {
      const payload = payloads[at]!;
      return { text: parsePayload(text).text, format, page, corners, ...payload, ...findAnalysis(payload) };
    }),
    pages,
    truncated,
    verdict: payloads.length === 0 ? null : findWorst(payloads),
  };
}

async function readPicture(ctx: Context, bytes: Uint8Array): Promise<PictureCodes> {
  try {
    return await ctx.pictures.read(bytes);
  } catch (error) {
    if (error instanceof PictureQueueFullError) throw new ApiError('SCANNER_BUSY');
    if (!(error instanceof PictureError)) throw error;
    if (error.reason === 'damaged') throw new ApiError('PICTURE_DAMAGED');
    if (error.reason === 'heic') throw new ApiError('HEIC_UNSUPPORTED');
    if (error.reason === 'too-large') throw new ApiError('PICTURE_TOO_LARGE');
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: FORMATS } });
  }
}

/** Clients of ColScan read the verdict of a code that is one URL here. */
function findAnalysis({
  kind,
  links,
}: PayloadScan): Pick<z.infer<typeof QrResult>['codes'][number], 'analysis'> {
  return kind === 'url' && links[0] ? { analysis: links[0] } : {};
}

function findWorst(payloads: readonly PayloadScan[]): PayloadScan['verdict'] {
  const ranks = payloads.map(({ verdict }) => VERDICTS.indexOf(verdict));
  return VERDICTS[Math.max(...ranks)] ?? 'safe';
}

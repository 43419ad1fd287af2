import type { z } from 'zod';
import { ApiError } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { analyzeUrls } from './batch.ts';
import { NotAnImageError } from './qr-reader.ts';
import type { QrInput, QrKind, QrResult } from './schemas.ts';

export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

/**
 * Reads the QR codes of an image and judges those with a URL. Throws PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE,
 * RATE_LIMIT_EXCEEDED, MODEL_ERROR.
 */
export async function scanQrImage(
  ctx: CallerContext,
  input: z.infer<typeof QrInput>,
): Promise<z.infer<typeof QrResult>> {
  if (input.file.size > MAX_IMAGE_BYTES) {
    throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit: MAX_IMAGE_BYTES } });
  }
  const texts = await ctx.qr.read(new Uint8Array(await input.file.arrayBuffer())).catch((error) => {
    if (!(error instanceof NotAnImageError)) throw error;
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', {
      params: { expected: 'image/png, image/jpeg, image/webp' },
    });
  });
  const codes = texts.map((text) => ({ text, kind: detectQrKind(text) }));
  const urls = codes.filter(({ kind }) => kind === 'url').map(({ text }) => text);
  // The call itself counts as one scan.
  if (urls.length > 1) ctx.consume('scan', urls.length - 1);
  const { results } = urls.length > 0 ? await analyzeUrls(ctx, urls, true) : { results: [] };
  let next = 0;
  return {
    codes: codes.map((code) => {
      const analysis = code.kind === 'url' ? results[next++] : undefined;
      return analysis ? { ...code, analysis } : code;
    }),
  };
}

/** The kinds of content that phones act on (ZXing's barcode contents; RFC 5870, 5545, 6350). */
const QR_KINDS: [RegExp, z.infer<typeof QrKind>][] = [
  [/^https?:/i, 'url'],
  [/^wifi:/i, 'wifi'],
  [/^tel:/i, 'tel'],
  [/^(sms|smsto|mms|mmsto):/i, 'sms'],
  [/^(mailto:|matmsg:|smtp:)/i, 'email'],
  [/^(mecard:|bizcard:|begin:vcard)/i, 'contact'],
  [/^geo:/i, 'geo'],
  [/^begin:(vevent|vcalendar)/i, 'event'],
  [/^urlto:/i, 'url'],
  // A bare address, which phones open as a web page.
  [/^(?:www\.)?[^\s:/@]+\.[^\s:/@.]{2,}(?::\d+)?(?:[/?#]\S*)?$/u, 'url'],
];

function detectQrKind(text: string): z.infer<typeof QrKind> {
  return QR_KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'text';
}

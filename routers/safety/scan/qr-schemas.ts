import { z } from 'zod';
import { Analysis, PayloadScan, SafetyVerdictSchema } from './schemas.ts';

const Size = z.object({ width: z.number(), height: z.number() });
export const QrInput = z.object({
  file: z.file().meta({
    description:
      'A picture (PNG, JPEG, WebP, GIF, AVIF, TIFF, BMP, SVG) or a PDF, at most 10 MiB and 20 megapixels; 20 pages or frames are read',
  }),
});
export const QrResult = z
  .object({
    codes: z.array(
      z.object({
        ...PayloadScan.shape,
        text: z.string().meta({
          description: 'What the code holds; passwords and secrets are `***`',
          example: 'https://example.com',
        }),
        format: z.string().meta({
          description: 'QRCode, MicroQRCode, RMQRCode, DataMatrix, Aztec or PDF417',
          example: 'QRCode',
        }),
        page: z.int().meta({ description: 'From 1: page of a document, frame of an animation', example: 1 }),
        corners: z.array(z.object({ x: z.int(), y: z.int() })).meta({
          description:
            'Top left, top right, bottom right and bottom left of the code, in the unit of its page',
          example: [
            { x: 24, y: 24 },
            { x: 173, y: 24 },
            { x: 173, y: 173 },
            { x: 24, y: 173 },
          ],
        }),
        analysis: Analysis.optional().meta({ description: 'The first link of a code that is a URL' }),
      }),
    ),
    pages: z.array(Size).meta({
      description: 'The pages that were read, as they are seen: in pixels, those of a PDF in points',
      example: [{ width: 198, height: 198 }],
    }),
    truncated: z.boolean().meta({
      description: 'Not all was read: more than 100 codes, more than 20 pages, or too much work for one file',
      example: false,
    }),
    verdict: SafetyVerdictSchema.nullable().meta({
      description: 'The worst of all codes; null when there is none',
      example: 'safe',
    }),
  })
  .meta({ id: 'QrResult' });

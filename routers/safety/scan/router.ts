import { multipartInput } from '../../core/multipart.ts';
import { guestProcedure, publicProcedure, router } from '../../core/procedures.ts';
import { analyzeUrl } from './analyze.ts';
import { analyzeBatch } from './batch.ts';
import { getCachedVerdict } from './cache.ts';
import { reportVerdict } from './feedback.ts';
import { listReports } from './list-reports.ts';
import { scanMessage } from './message.ts';
import { scanPayload } from './payload.ts';
import { MAX_IMAGE_BYTES, scanQrImage } from './qr.ts';
import { QrInput, QrResult } from './qr-schemas.ts';
import {
  Analysis,
  AnalyzeInput,
  BatchInput,
  BatchResult,
  CachedInput,
  CachedVerdict,
  FeedbackReceipt,
  ListReportsInput,
  MessageScan,
  MessageScanInput,
  PayloadInput,
  PayloadScan,
  ReportVerdictInput,
  VerdictReports,
} from './schemas.ts';

const tags = ['Scan'];

export const scanRouter = router({
  analyze: guestProcedure
    .meta({
      isTool: true,
      keys: ['scan'],
      openapi: {
        method: 'POST',
        path: '/scan/analyze',
        tags,
        summary: 'Scan a URL',
        description:
          'Judges one link by rules, lists, feeds and a local model, without fetching it. Text with words around one link is taken; with several links use `POST /scan/message`.',
      },
      rest: { envelope: 'colscan', errors: ['INVALID_URL', 'SEVERAL_LINKS', 'MODEL_ERROR'] },
      rateLimit: 'scan',
    })
    .input(AnalyzeInput)
    .output(Analysis)
    .mutation(({ ctx, input }) => analyzeUrl(ctx, input)),

  cached: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/scan/cache/{url_hash}',
        tags,
        summary: 'Get the cached verdict of a URL',
        description:
          'Answers what an earlier scan found, for as long as it is kept. Nothing is judged anew and nothing is recorded.',
      },
      rest: { envelope: 'colscan', errors: ['NOT_FOUND'] },
    })
    .input(CachedInput)
    .output(CachedVerdict)
    .query(({ ctx, input }) => getCachedVerdict(ctx, input)),

  batch: guestProcedure
    .meta({
      isTool: true,
      keys: ['scan'],
      openapi: {
        method: 'POST',
        path: '/scan/batch',
        tags,
        summary: 'Scan up to 100 URLs',
        description: 'Counts as that many scans. A URL that cannot be judged does not spoil the rest.',
      },
      rest: { envelope: 'colscan', errors: ['MODEL_ERROR'] },
    })
    .input(BatchInput)
    .output(BatchResult)
    .mutation(({ ctx, input }) => analyzeBatch(ctx, input)),

  payload: guestProcedure
    .meta({
      isTool: true,
      keys: ['scan'],
      openapi: {
        method: 'POST',
        path: '/scan/payload',
        tags,
        summary: 'Scan what a code holds',
        description:
          'Reads the text of a QR code or a note: a URL, a network, a number, a contact, a payment and so on. Its links are judged, and each link beyond the first counts as a scan.',
      },
      rest: { envelope: 'colscan', errors: ['MODEL_ERROR'] },
      rateLimit: 'scan',
    })
    .input(PayloadInput)
    .output(PayloadScan)
    .mutation(({ ctx, input }) => scanPayload(ctx, input)),

  message: guestProcedure
    .meta({
      isTool: true,
      keys: ['scan'],
      openapi: {
        method: 'POST',
        path: '/scan/message',
        tags,
        summary: 'Scan a message',
        description:
          'Judges a text message, a chat message or a mail as a whole: whom it claims to be from, what it asks for, its wording and its links. Each link beyond the first counts as a scan.',
      },
      rest: { envelope: 'colscan', errors: ['MODEL_ERROR'] },
      rateLimit: 'scan',
    })
    .input(MessageScanInput)
    .output(MessageScan)
    .mutation(({ ctx, input }) => scanMessage(ctx, input)),

  qr: guestProcedure
    .meta({
      keys: ['scan'],
      openapi: {
        method: 'POST',
        path: '/scan/qr',
        tags,
        summary: 'Scan the codes of a picture or a PDF',
        description:
          'Reads QR, Micro QR, rMQR, Data Matrix, Aztec and PDF417. Counts as one scan for the picture and each further link.',
        contentTypes: ['multipart/form-data'],
      },
      rest: {
        envelope: 'colscan',
        form: true,
        body_limit: MAX_IMAGE_BYTES + 64 * 1024,
        errors: [
          'PAYLOAD_TOO_LARGE',
          'PICTURE_TOO_LARGE',
          'UNSUPPORTED_MEDIA_TYPE',
          'PICTURE_DAMAGED',
          'HEIC_UNSUPPORTED',
          'SCANNER_BUSY',
          'MODEL_ERROR',
        ],
      },
      rateLimit: 'scan',
    })
    .input(multipartInput(QrInput))
    .output(QrResult)
    .mutation(({ ctx, input }) => scanQrImage(ctx, input)),

  reports: guestProcedure
    .meta({
      keys: ['scan', 'read'],
      openapi: {
        method: 'GET',
        path: '/scan/feedback',
        tags,
        summary: "List the caller's reports of wrong verdicts",
        description: 'With what an administrator decided.',
      },
      rest: { envelope: 'colscan' },
    })
    .input(ListReportsInput)
    .output(VerdictReports)
    .query(({ ctx, input }) => listReports(ctx, input)),

  feedback: guestProcedure
    .meta({
      keys: ['scan'],
      openapi: {
        method: 'POST',
        path: '/scan/feedback',
        tags,
        summary: 'Report a wrong verdict',
        description:
          'Tells the administrators that a verdict is wrong, by the `url_hash` of the scan. Its outcome comes by `GET /scan/feedback` and as a notification.',
      },
      rest: {
        envelope: 'colscan',
        message: { ko: '신고해주셔서 감사합니다', en: 'Thank you for the report' },
        errors: ['NOT_FOUND'],
      },
    })
    .input(ReportVerdictInput)
    .output(FeedbackReceipt)
    .mutation(({ ctx, input }) => reportVerdict(ctx, input)),
});

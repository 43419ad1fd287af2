import { z } from 'zod';
import { REDIRECT_FAILURES } from '../../../db/index.ts';
import { MESSAGE_KINDS } from '../../../ml/message/signs.ts';
import { PAYLOAD_KINDS } from '../../../ml/payload/payload.ts';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Offset, Timestamp } from '../../core/wire-types.ts';

const ScanUrl = z.string().max(20_000).meta({
  description: 'The URL as read from the QR code; at most 2,048 characters',
  example: 'https://example.com',
});
const UseCache = z
  .boolean()
  .default(true)
  .meta({ description: 'Answer from the 24-hour cache if it is there; false asks the model again' });
const Confidence = z
  .number()
  .min(0)
  .max(1)
  .meta({ description: '0.5 to 1: how sure the answer given is', example: 0.987 });
export const ScanVerdict = z.enum(['safe', 'dangerous']);
export const SafetyVerdictSchema = z
  .enum(['safe', 'caution', 'dangerous'])
  .meta({ description: '`dangerous` exactly when `analysis_result` is', example: 'safe' });
const RiskScore = z
  .number()
  .min(0)
  .max(1)
  .meta({ description: 'Probability of danger; dangerous is exactly 0.5 and more', example: 0.013 });
export const UrlHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ maxLength: 64 })
  .meta({
    description: 'SHA-256 of the canonical URL, in hex',
    example: '0f115db062b7c0dd030b16878c99dea5c354b49dc37b38eb8846179c7783e9d7',
  });

export const AnalyzeInput = z.object({ url: ScanUrl, use_cache: UseCache });

export const ScanReason = z
  .object({
    code: z.string().meta({ example: 'plain_http' }),
    text: z.string().meta({ description: "In the caller's language", example: 'HTTP 프로토콜' }),
    part: z.string().meta({ description: 'The piece of the URL it is about', example: 'http' }),
  })
  .meta({ id: 'Reason' });

export const Analysis = z
  .object({
    url: z.string().meta({ description: 'As it was sent', example: 'https://example.com' }),
    verdict: SafetyVerdictSchema,
    analysis_result: ScanVerdict,
    confidence: Confidence,
    warning_message: z
      .string()
      .optional()
      .meta({ example: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.' }),
    details: z.object({
      domain: z.string().meta({ description: 'The host', example: 'example.com' }),
      registrable_domain: z.string().nullable().meta({ example: 'example.com' }),
      protocol: z.enum(['http', 'https']),
      has_ssl: z.boolean().meta({ description: 'The scheme is https; nothing is fetched' }),
      model_version: z.string().meta({ example: 'urlbert_128x4_v5' }),
      normalized_url: z.string().meta({ description: 'The canonical URL', example: 'https://example.com/' }),
      url_hash: UrlHash,
      risk_score: RiskScore,
      risk_level: z.enum(['low', 'caution', 'high']),
      suspicious_patterns: z.array(z.string()).meta({
        description: "What speaks against it, in the caller's language",
        example: ['HTTP 프로토콜'],
      }),
      reasons: z.array(ScanReason),
      list: z
        .enum(['allow', 'deny'])
        .optional()
        .meta({ description: "The administrator's list that decided, instead of the model" }),
      lists: z
        .array(
          z.object({
            feed: z.string().meta({ example: 'openphish' }),
            first_seen: Timestamp,
            last_seen: Timestamp,
          }),
        )
        .optional()
        .meta({ description: 'The feeds of known threats that list it, which decided then' }),
      redirector: z
        .object({
          host: z.string().meta({ example: 'me2.kr' }),
          operator: z.string().nullable().meta({ description: 'null when nobody is known for it' }),
          target: z.string().optional().meta({
            description: 'Where it leads, when the link or, with RESOLVE_REDIRECTS, its host says so',
            example: 'https://example.com/',
          }),
          failure: z.enum(REDIRECT_FAILURES).optional().meta({
            description: 'Why it is not known where it leads, when its host was asked',
            example: 'timeout',
          }),
        })
        .optional()
        .meta({ description: 'Of links that only lead on' }),
    }),
    cached: z.boolean(),
    analyzed_at: Timestamp,
  })
  .meta({ id: 'Analysis' });
export type Analysis = z.infer<typeof Analysis>;

export const BatchInput = z.object({
  urls: z
    .array(ScanUrl)
    .min(1)
    .max(100)
    .meta({ example: ['https://example.com', 'http://example.org/login'] }),
  use_cache: UseCache,
});

const BatchAnalysis = Analysis.extend({ kind: z.literal('analysis') }).meta({ id: 'BatchAnalysis' });

export const BatchFailure = z
  .object({
    kind: z.literal('failure'),
    url: z.string(),
    error_code: z.string().meta({ example: 'INVALID_URL' }),
    message: z.string(),
  })
  .meta({ id: 'BatchFailure' });

export const BatchResult = z
  .object({
    results: z
      .array(z.discriminatedUnion('kind', [BatchAnalysis, BatchFailure]))
      .meta({ description: 'In the order of `urls`' }),
    dangerous: z.int(),
    safe: z.int(),
    failed: z.int(),
  })
  .meta({ id: 'BatchResult' });
export type BatchResult = z.infer<typeof BatchResult>;
export type BatchAnalysis = z.infer<typeof BatchAnalysis>;

export const CachedInput = z.object({ url_hash: UrlHash });
export const CachedVerdict = z
  .object({
    url: z.string().meta({ description: 'The canonical URL', example: 'https://example.com/' }),
    verdict: SafetyVerdictSchema,
    analysis_result: ScanVerdict,
    confidence: Confidence,
    cached_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'CachedVerdict' });

export const PayloadInput = z.object({
  text: z.string().min(1).max(8192).meta({
    description: 'What a code or a note holds',
    example: 'WIFI:T:nopass;S:Free Airport;;',
  }),
});

export const PayloadScan = z
  .object({
    kind: z.enum(PAYLOAD_KINDS).meta({ example: 'wifi' }),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).meta({
      description: 'What it says, by kind; never a password or a secret',
      example: { ssid: 'Free Airport', security: 'nopass', hidden: false },
    }),
    verdict: SafetyVerdictSchema.meta({ example: 'caution' }),
    risk_score: RiskScore.meta({ example: 0.35 }),
    reasons: z.array(ScanReason).meta({
      description: 'Those of the payload itself, then those of links that are not safe',
      example: [
        { code: 'open_wifi', text: "The Wi-Fi 'Free Airport' has no password", part: 'Free Airport' },
      ],
    }),
    links: z.array(Analysis).meta({ description: 'The links in it; the first 100', example: [] }),
  })
  .meta({ id: 'Payload' });
export type PayloadScan = z.infer<typeof PayloadScan>;

export const MessageScanInput = z.object({
  text: z.string().min(1).max(10_000).meta({
    description: 'The whole message, as it came',
    example: '[CJ대한통운] 주소 불일치로 배송이 보류되었습니다. 확인: http://cj-logis.top/a',
  }),
  sender: z.string().max(320).optional().meta({
    description: 'A number or an address, as the phone or the mail program shows it',
    example: '010-1234-5678',
  }),
  channel: z.enum(['sms', 'chat', 'mail', 'other']).optional().meta({ example: 'sms' }),
});

const MessageReason = z
  .object({
    code: z.string().meta({ example: 'claim_against_link' }),
    text: z.string().meta({ description: "In the caller's language" }),
    part: z.string().meta({
      description: 'What it is about, quoted; empty when it is the whole message',
      example: 'http://cj-logis.top/a',
    }),
    start: z.int().meta({ description: 'Where the part begins, in UTF-16 units', example: 35 }),
    end: z
      .int()
      .meta({ description: 'Where the part ends: the position after its last UTF-16 unit', example: 56 }),
  })
  .meta({ id: 'MessageReason' });

export const MessageScan = z
  .object({
    verdict: SafetyVerdictSchema.meta({
      description: '`safe`: nothing was found, which does not mean that it is genuine',
      example: 'dangerous',
    }),
    risk_score: RiskScore.meta({ example: 0.9 }),
    kind: z.enum(MESSAGE_KINDS).meta({ description: 'The kind of fraud', example: 'delivery' }),
    reasons: z.array(MessageReason).meta({ description: 'The weightiest first' }),
    links: z.array(Analysis).meta({ description: 'The links in it; the first 100' }),
    claims: z
      .array(
        z.object({
          brand: z.string().meta({ example: 'cj_logistics' }),
          name: z.string().meta({ example: 'CJ대한통운' }),
          official_domains: z.array(z.string()).meta({ example: ['cjlogistics.com'] }),
        }),
      )
      .meta({ description: 'Whom the message names' }),
    advice: z
      .object({
        topic_id: z.string().meta({ description: 'A topic of the knowledge base', example: 'delivery-scam' }),
        title: z.string().meta({ example: '택배 사칭' }),
        steps: z.array(z.string()).meta({ description: 'What to do now' }),
      })
      .optional(),
    model_version: z.string().meta({ example: 'message_ngram_v2' }),
  })
  .meta({ id: 'MessageScan' });
export type MessageScan = z.infer<typeof MessageScan>;

export const ReportVerdictInput = z.object({
  url_hash: UrlHash,
  verdict: ScanVerdict.meta({ description: 'What it really is' }),
  comment: z.string().trim().max(1000).optional(),
});
export const ReportOutcome = z
  .enum(['open', 'confirmed', 'rejected'])
  .meta({ description: '`open` until an administrator has decided', example: 'confirmed' });

export const ListReportsInput = z.object({ limit: Limit(50), offset: Offset, cursor: Cursor });

export const VerdictReports = z
  .object({
    total: z.int().meta({ example: 3 }),
    next_cursor: NextCursor,
    reports: z.array(
      z
        .object({
          id: z.int().meta({ example: 12 }),
          url: z.string().meta({ description: 'The canonical URL', example: 'https://example.com/' }),
          url_hash: UrlHash,
          analysis_result: ScanVerdict.meta({ description: 'What the product had said' }),
          verdict: ScanVerdict.meta({ description: 'What the caller says it is' }),
          comment: z.string().nullable(),
          outcome: ReportOutcome,
          answer: z.string().nullable().meta({ description: "The administrator's answer" }),
          created_at: Timestamp,
          decided_at: Timestamp.nullable(),
        })
        .meta({ id: 'VerdictReport' }),
    ),
  })
  .meta({ id: 'VerdictReports' });

export const FeedbackReceipt = z
  .object({ id: z.int(), url_hash: UrlHash, verdict: ScanVerdict, created_at: Timestamp })
  .meta({ id: 'FeedbackReceipt' });

import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { ReportOutcome, ScanVerdict } from './schemas.ts';

export const UrlListInput = z.object({
  list: z.enum(['allow', 'deny']),
  kind: z.enum(['domain', 'host', 'url']).meta({
    description: 'A domain and all below it, one host, or one URL',
  }),
  entry: TrimmedText(2048).meta({ example: 'example.com' }),
  note: z.string().trim().max(500).optional(),
});

export const UrlListEntry = z
  .object({
    list: z.enum(['allow', 'deny']),
    kind: z.enum(['domain', 'host', 'url']),
    entry: z.string().meta({ example: 'example.com' }),
    key: z.string().meta({ description: 'What it is removed by', example: 'domain:example.com' }),
    note: z.string().nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'UrlListEntry' });

export const ListUrlListsInput = z.object({ list: z.enum(['allow', 'deny']).optional() });
export const UrlListEntries = z.object({ entries: z.array(UrlListEntry) });
export const RemoveUrlListEntryInput = z.object({
  key: z.string().max(300).meta({ example: 'domain:example.com' }),
});

export const ListFeedbackInput = z.object({
  verdict: ScanVerdict.optional().meta({ description: 'What people said it is' }),
  analysis_result: ScanVerdict.optional().meta({ description: 'What the product had said' }),
  outcome: ReportOutcome.optional(),
  disagreeing: z.boolean().default(false).meta({ description: 'Only where the two differ' }),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

const FeedbackEntry = z
  .object({
    id: z.int(),
    url: z.string().meta({ example: 'https://example.com/' }),
    url_hash: z.string(),
    verdict: ScanVerdict.meta({ description: 'What the reporter says it is' }),
    analysis_result: ScanVerdict.meta({ description: 'What the product had said' }),
    risk_score: z.number(),
    model_version: z.string(),
    now: z
      .object({ analysis_result: ScanVerdict, risk_score: z.number(), model_version: z.string() })
      .nullable()
      .meta({ description: 'What the present model says, while that is in the cache' }),
    comment: z.string().nullable(),
    username: z.string().nullable().meta({ description: 'null for guests' }),
    outcome: ReportOutcome,
    answer: z.string().nullable(),
    decided_at: Timestamp.nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'ScanFeedbackEntry' });
export const DecideReportInput = z.object({
  id: z.int().positive().meta({ example: 12 }),
  outcome: z.enum(['confirmed', 'rejected']),
  answer: TrimmedText(500).optional().meta({
    description: 'What the reporter is told; a standard sentence unless given',
    example: 'The shop is genuine. It is on the allow list now.',
  }),
});

export const DecidedReport = z
  .object({ id: z.int(), outcome: ReportOutcome, decided_at: Timestamp })
  .meta({ id: 'DecidedReport' });

export const FeedbackPage = z.object({
  total: z.int(),
  next_cursor: NextCursor,
  feedback: z.array(FeedbackEntry),
});

/** The most recent days, which are compared with the days before them. */
export const RECENT_DAYS = 7;

export const ScanQualityInput = z.object({
  days: z.int().min(1).max(366).default(35).meta({ description: 'How far back, in days', example: 35 }),
});

const Ratio = z.number().min(0).max(1).nullable();
export const ScanQuality = z
  .object({
    model_version: z.string().meta({ description: 'The model that judges now' }),
    days: z
      .array(
        z.object({
          day: z.iso.date(),
          model_version: z.string(),
          scans: z.int(),
          cached: z.int(),
          dangerous: z.int(),
          share_dangerous: Ratio,
          mean_risk: Ratio.meta({ description: 'Over the scans that the model was asked for' }),
        }),
      )
      .meta({ description: 'Newest first' }),
    drift: z
      .object({
        recent_mean_risk: Ratio,
        earlier_mean_risk: Ratio,
        difference: z.number().nullable(),
        standard_errors: z.number().nullable(),
      })
      .meta({
        description: `The mean score of the last ${RECENT_DAYS} days against that of the days before`,
      }),
    feedback: z.object({
      total: z.int(),
      called_dangerous_is_safe: z.int(),
      called_safe_is_dangerous: z.int(),
      agreeing: z.int(),
      newest: z.array(
        z.object({
          id: z.int(),
          url: z.string(),
          analysis_result: ScanVerdict,
          risk_score: z.number(),
          model_version: z.string(),
          verdict: ScanVerdict,
          comment: z.string().nullable(),
          created_at: Timestamp,
        }),
      ),
    }),
  })
  .meta({ id: 'ScanQuality' });

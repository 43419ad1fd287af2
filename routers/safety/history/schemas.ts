import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Offset, Timestamp } from '../../core/wire-types.ts';
import { SafetyVerdictSchema, ScanVerdict } from '../scan/schemas.ts';

const HistoryKind = z
  .enum(['url', 'qr', 'message'])
  .meta({ description: 'A URL, what a code holds, or a message', example: 'url' });

export const ListHistoryInput = z.object({
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
  sort: z.enum(['desc', 'asc']).default('desc').meta({ description: 'Newest or oldest first' }),
  filter: z
    .enum(['all', 'safe', 'caution', 'dangerous'])
    .default('all')
    .meta({ description: '`safe` and `dangerous` as `analysis_result`, `caution` as `verdict`' }),
  kind: HistoryKind.optional(),
});

export const HistoryPage = z
  .object({
    total: z.int().meta({ description: 'How many the filter lets through', example: 127 }),
    next_cursor: NextCursor,
    history: z.array(
      z
        .object({
          id: z.int().meta({ example: 456 }),
          url: z.string().meta({
            description: 'What was scanned; codes without secrets, messages without personal data',
            example: 'https://example.com',
          }),
          kind: HistoryKind,
          verdict: SafetyVerdictSchema,
          analysis_result: ScanVerdict,
          confidence: z.number().meta({ example: 0.98 }),
          scanned_at: Timestamp,
        })
        .meta({ id: 'HistoryEntry' }),
    ),
  })
  .meta({ id: 'HistoryPage' });

export const DeletedHistory = z.object({ deleted: z.int().meta({ description: 'How many entries went' }) });

export const HistoryEntryId = z.object({ id: z.int().meta({ example: 456 }) });

import { z } from 'zod';
import { Limit, Offset, Timestamp } from '../../core/wire-types.ts';
import { ScanVerdict } from '../scan/schemas.ts';

export const ListHistoryInput = z.object({
  limit: Limit(50),
  offset: Offset,
  sort: z.enum(['desc', 'asc']).default('desc').meta({ description: 'Newest or oldest first' }),
  filter: z.enum(['all', 'safe', 'dangerous']).default('all'),
});

export const HistoryPage = z
  .object({
    total: z.int().meta({ description: 'How many the filter lets through', example: 127 }),
    history: z.array(
      z
        .object({
          id: z.int().meta({ example: 456 }),
          url: z.string().meta({ example: 'https://example.com' }),
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

import { z } from 'zod';
import { FREE_FIELDS } from '../../core/free-form.ts';
import { TrimmedText } from '../../core/wire-types.ts';
import { UserFilter } from '../owner-filter.ts';
import { period } from '../utc-days.ts';

/** Types and pages in a summary. */
export const MAX_SUMMARY_NAMES = 100;

const ActivityEvent = z
  .looseObject({
    timestamp: z
      .union([z.string().max(100), z.number().min(-Number.MAX_VALUE).max(Number.MAX_VALUE)])
      .nullish()
      .meta({
        description:
          'ISO 8601, or Unix seconds or milliseconds; what cannot be a time is taken as the time of receipt',
        example: '2025-10-28T11:00:00Z',
      }),
    event_type: TrimmedText(100).meta({ example: 'click' }),
    element_id: z.string().max(500).nullish().meta({ example: 'btn_start_scan' }),
    page_name: z.string().max(2000).nullish().meta({ example: '/dashboard' }),
  })
  .meta({ ...FREE_FIELDS, description: 'Other fields are kept, as many as fit in 4 kB' });
export type ActivityEvent = z.output<typeof ActivityEvent>;

export const LogActivityInput = z.object({
  events: z
    .array(ActivityEvent)
    .min(1)
    .max(1000)
    .meta({
      example: [{ timestamp: '2025-10-28T11:00:00Z', event_type: 'click', element_id: 'btn_start_scan' }],
    }),
});
export const ActivityReceipt = z
  .object({ accepted: z.int().meta({ example: 2 }) })
  .meta({ id: 'ActivityReceipt' });

export const ActivitySummaryInput = z.object({
  from: period.from.meta({ description: 'A day (UTC) or an instant; days are counted whole' }),
  to: period.to.meta({ description: 'The last day that is counted' }),
  user_id: UserFilter,
});

const events = z.int().meta({ example: 12 });

export const ActivitySummary = z
  .object({
    total: events,
    by_day: z.array(z.object({ day: z.iso.date(), events })).meta({ description: 'In order' }),
    by_type: z
      .array(z.object({ event_type: z.string().meta({ example: 'click' }), events }))
      .meta({ description: `The ${MAX_SUMMARY_NAMES} most frequent` }),
    by_page: z
      .array(z.object({ page_name: z.string().meta({ example: '/dashboard' }), events }))
      .meta({ description: `The ${MAX_SUMMARY_NAMES} most frequent, without what follows ? or #` }),
  })
  .meta({ id: 'ActivitySummary' });

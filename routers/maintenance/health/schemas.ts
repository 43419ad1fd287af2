import { z } from 'zod';

const CheckState = z.enum(['ok', 'failing', 'absent']);

export const Health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string().meta({ example: '0.1.0' }),
    uptime_seconds: z.int().min(0),
    checks: z.object({ database: CheckState, url_model: CheckState, embedder: CheckState, llm: CheckState }),
  })
  .meta({ id: 'Health' });

export const Live = z.object({ live: z.literal(true) }).meta({ id: 'Live' });

export const Ready = z
  .object({
    ready: z.boolean(),
    stopping: z.boolean().meta({ description: 'It was told to stop, and finishes what runs' }),
    checks: z.object({ database: CheckState, url_model: CheckState }),
  })
  .meta({ id: 'Ready' });

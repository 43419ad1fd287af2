import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Random } from '../../routers/core/context.ts';

/** The real ones; tests bring their own. */
export const clock: Clock = { now: () => Date.now() };
export const random: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };

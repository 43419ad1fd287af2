import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { emitBroadcast, resolveUserRef } from '../../inbox/events/broadcast.ts';
import { processOnce } from './deduplicate-delivery.ts';
import type { AgentWebhookInput, AgentWebhookReceipt } from './schemas.ts';

/**
 * Tells what an agent outside says, whose signature has been checked: the user whom `payload.user_id` names, else the
 * administrators. The same signature again tells nothing twice.
 */
export function receiveAgentWebhook(
  ctx: Context,
  signature: string,
  news: z.output<typeof AgentWebhookInput>,
): z.infer<typeof AgentWebhookReceipt> {
  return processOnce(ctx, { source: 'agent', delivery_id: signature, digest: signature }, () => ({
    event_id: emitBroadcast(ctx, news, resolveUserRef(ctx.db, news.payload), null),
  }));
}

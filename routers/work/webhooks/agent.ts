import type { z } from 'zod';
import { findUserIdByRef } from '../../accounts/auth/users.ts';
import type { Context } from '../../core/context.ts';
import { emitBroadcast } from '../../inbox/events/broadcast.ts';
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
    event_id: emitBroadcast(ctx, news, findUserIdByRef(ctx.db, news.payload.user_id), null),
  }));
}

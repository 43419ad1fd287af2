import type { z } from 'zod';
import { findUserIdByRef } from '../../accounts/auth/users.ts';
import type { Context } from '../../core/context.ts';
import { emitBroadcast } from '../../inbox/events/broadcast.ts';
import { processOnce } from './deduplicate-delivery.ts';
import type { AgentWebhookInput, AgentWebhookReceipt } from './schemas.ts';

/**
 * Broadcasts a message of an external agent, whose signature is verified, to the user that `payload.user_id` names, else
 * to administrators. The same signature again broadcasts nothing.
 */
export function receiveAgentWebhook(
  ctx: Context,
  signature: string,
  input: z.output<typeof AgentWebhookInput>,
): z.infer<typeof AgentWebhookReceipt> {
  return processOnce(ctx, { source: 'agent', delivery_id: signature, digest: signature }, () => ({
    event_id: emitBroadcast(ctx, input, findUserIdByRef(ctx.db, input.payload.user_id), null),
  }));
}

import { count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { chat_logs } from '../../../db/index.ts';
import type { ChatTurn } from '../../../ml/chat/chat-engine-types.ts';
import type { Db } from '../../core/context.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ChatHistory, ChatHistoryInput, ClearedChats } from './schemas.ts';

/** Turns that a follow-up question may lean on. */
const MAX_CONTEXT_TURNS = 4;
/** After this long a new conversation begins. */
const CONVERSATION_TIMEOUT_MS = 60 * 60 * 1000;

/** My exchanges with the chatbot, newest first. */
export function listChats(
  ctx: CallerContext,
  { limit, offset }: z.infer<typeof ChatHistoryInput>,
): z.infer<typeof ChatHistory> {
  const mine = eq(chat_logs.principal_id, ctx.caller.principal_id);
  const rows = ctx.db
    .select()
    .from(chat_logs)
    .where(mine)
    .orderBy(desc(chat_logs.id))
    .limit(limit)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(chat_logs).where(mine).get()?.n ?? 0;
  return {
    total,
    chats: rows.map(({ id, user_message, bot_response, intent_type, created_at }) => ({
      id,
      user_message,
      bot_response,
      intent_type,
      created_at: toIso(created_at),
    })),
  };
}

export function clearChats(ctx: CallerContext): z.infer<typeof ClearedChats> {
  return {
    deleted: ctx.db.delete(chat_logs).where(eq(chat_logs.principal_id, ctx.caller.principal_id)).run()
      .changes,
  };
}

/** The last turns of this conversation, oldest first. */
export function listRecentTurns(ctx: CallerContext): ChatTurn[] {
  const since = ctx.clock.now() - CONVERSATION_TIMEOUT_MS;
  const mine = eq(chat_logs.principal_id, ctx.caller.principal_id);
  return ctx.db
    .select()
    .from(chat_logs)
    .where(mine)
    .orderBy(desc(chat_logs.id))
    .limit(MAX_CONTEXT_TURNS)
    .all()
    .filter(({ created_at }) => created_at >= since)
    .reverse();
}

/** What a guest asked becomes the user's. */
export function mergeChats(db: Db, guest: number, user: number): void {
  db.update(chat_logs).set({ principal_id: user }).where(eq(chat_logs.principal_id, guest)).run();
}

import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { chat_logs } from '../../../db/index.ts';
import type { ChatTurn } from '../../../ml/chat/chat-engine-types.ts';
import type { Db } from '../../core/context.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { CallerContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ChatHistory, ChatHistoryInput, ClearedChats } from './schemas.ts';

/** Turns that a follow-up question may refer to. */
const MAX_CONTEXT_TURNS = 8;
/** A message after this time starts a new conversation. */
const CONVERSATION_TIMEOUT_MS = 60 * 60 * 1000;

/** The caller's exchanges with the chatbot, the newest first. */
export function listChats(
  ctx: CallerContext,
  { limit, offset, cursor }: z.infer<typeof ChatHistoryInput>,
): z.infer<typeof ChatHistory> {
  const own = eq(chat_logs.principal_id, ctx.caller.principal_id);
  const found = ctx.db
    .select()
    .from(chat_logs)
    .where(and(own, afterCursor(cursor, [[chat_logs.id, 'desc']])))
    .orderBy(desc(chat_logs.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.id]);
  const total = ctx.db.select({ n: count() }).from(chat_logs).where(own).get()?.n ?? 0;
  return {
    total,
    next_cursor,
    chats: rows.map(({ id, user_message, bot_response, intent_type, created_at }) => ({
      id,
      user_message,
      bot_response,
      intent_type,
      created_at: toIso(created_at),
    })),
  };
}

/** Deletes the caller's exchanges. Returns how many there were. */
export function clearChats(ctx: CallerContext): z.infer<typeof ClearedChats> {
  const own = eq(chat_logs.principal_id, ctx.caller.principal_id);
  return { deleted: ctx.db.delete(chat_logs).where(own).run().changes };
}

/** The last turns of the current conversation, the oldest first. */
export function listRecentTurns(ctx: CallerContext): ChatTurn[] {
  const since = ctx.clock.now() - CONVERSATION_TIMEOUT_MS;
  const own = eq(chat_logs.principal_id, ctx.caller.principal_id);
  return ctx.db
    .select()
    .from(chat_logs)
    .where(own)
    .orderBy(desc(chat_logs.id))
    .limit(MAX_CONTEXT_TURNS)
    .all()
    .filter(({ created_at }) => created_at >= since)
    .reverse();
}

/** Moves the exchanges of a guest to the user account. */
export function mergeChats(db: Db, guest: number, user: number): void {
  db.update(chat_logs).set({ principal_id: user }).where(eq(chat_logs.principal_id, guest)).run();
}

import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { principals } from './accounts.ts';

/** One exchange with the chatbot. Personal data in the message is masked before it comes here. */
export const chat_logs = sqliteTable(
  'chat_logs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => principals.id, { onDelete: 'cascade' }),
    user_message: text().notNull(),
    bot_response: text().notNull(),
    intent_type: text({ enum: ['security_qa', 'url_analysis', 'general_chat'] }).notNull(),
    tool_used: text({ enum: ['RAGTool', 'URLBERT_ThreatAnalyzer', 'ChatTool'] }).notNull(),
    engine: text({ enum: ['ollama', 'extractive'] }).notNull(),
    /** the knowledge topic it was about */
    topic_id: text(),
    /** `prompt_injection`, `masked`, `policy:<id>` */
    flags: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** seconds */
    response_time: real().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('chat_principal').on(t.principal_id, t.id), index('chat_created').on(t.created_at)],
);

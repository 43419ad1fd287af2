import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { users } from './accounts.ts';

/** A text in both languages: the reader's is chosen when it is shown. */
export interface InBoth {
  ko: string;
  en: string;
}

export type Difficulty = 'easy' | 'medium' | 'hard';

/** The content of one revision of a question. `correct` is an index into `options`, in the order of the source. */
export interface QuestionContent {
  question_text: InBoth;
  code: string | null;
  /** what `code` is written in */
  code_language: string | null;
  options: InBoth[];
  correct: number;
  explanation: InBoth | null;
  learning_tip: InBoth | null;
  topic: string;
  difficulty: Difficulty;
}

/** Questions that belong together. Those for everyone have numbers below 1000, users' own from 1000 up. */
export const quiz_pools = sqliteTable(
  'quiz_pools',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** null: for everyone */
    owner_id: integer().references(() => users.id, { onDelete: 'cascade' }),
    /** who decides what is in it: the content that ships, an administrator, or its owner */
    kept_by: text({ enum: ['content', 'admin', 'owner'] }).notNull(),
    title: text({ mode: 'json' }).$type<InBoth>().notNull(),
    description: text({ mode: 'json' }).$type<InBoth>().notNull(),
    category: text().notNull(),
    difficulty: text({ enum: ['easy', 'medium', 'hard'] }).notNull(),
    tags: text({ mode: 'json' }).$type<string[]>().notNull(),
    question_count: integer().notNull(),
    /** of the whole pool as it was put in: nothing is written while it stays the same */
    content_hash: text().notNull(),
    /** of users' own: where the questions come from, and what their client said of them */
    source: text(),
    metadata: text({ mode: 'json' }).$type<Record<string, unknown>>(),
    /** no session begins on it any more; what was played stays */
    retired_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [index('quiz_pools_owner').on(t.owner_id, t.retired_at)],
);

/** A question: its content may change (`quiz_wordings` has the revisions), its id and its statistics stay. */
export const quiz_questions = sqliteTable(
  'quiz_questions',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    pool_id: integer()
      .notNull()
      .references(() => quiz_pools.id, { onDelete: 'cascade' }),
    /** its name in the content, unique in its pool */
    name: text().notNull(),
    /** the revision that new sessions ask */
    revision: integer().notNull(),
    topic: text().notNull(),
    difficulty: text({ enum: ['easy', 'medium', 'hard'] }).notNull(),
    content_hash: text().notNull(),
    /** Elo, and how many answers it rests on */
    rating: real().notNull(),
    rated: integer().notNull().default(0),
    retired_at: integer(),
  },
  (t) => [uniqueIndex('quiz_questions_name').on(t.pool_id, t.name)],
);

/** The revisions of a question, the oldest first. A session shows the one it started with. */
export const question_revisions = sqliteTable(
  'quiz_wordings',
  {
    question_id: integer()
      .notNull()
      .references(() => quiz_questions.id, { onDelete: 'cascade' }),
    revision: integer().notNull(),
    wording: text({ mode: 'json' }).$type<QuestionContent>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.question_id, t.revision] })],
);

/** One run through questions of a pool. */
export const quiz_sessions = sqliteTable(
  'quiz_sessions',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    pool_id: integer()
      .notNull()
      .references(() => quiz_pools.id, { onDelete: 'cascade' }),
    mode: text({ enum: ['practice', 'timed'] }).notNull(),
    status: text({ enum: ['active', 'finished'] }).notNull(),
    total: integer().notNull(),
    answered: integer().notNull().default(0),
    /** null until it is finished */
    correct: integer(),
    score: integer(),
    started_at: integer().notNull(),
    /** null in practice */
    expires_at: integer(),
    finished_at: integer(),
    /** of the latest first answer to a question */
    last_answer_at: integer(),
    /** its `quiz.finished`, on which rewards hang; null when nothing was answered */
    event_id: integer(),
  },
  (t) => [
    index('quiz_sessions_user').on(t.user_id, t.status, t.id),
    // Attempts and best scores by pool are read from this alone.
    index('quiz_sessions_pool').on(t.user_id, t.status, t.pool_id, t.id, t.score),
    index('quiz_sessions_overdue').on(t.expires_at).where(sql`status = 'active'`),
    index('quiz_sessions_of').on(t.pool_id),
  ],
);

/** A question of a session, at its place. An option's number is its place in `option_order`, from 1. */
export const quiz_items = sqliteTable(
  'quiz_items',
  {
    session_id: integer()
      .notNull()
      .references(() => quiz_sessions.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    question_id: integer()
      .notNull()
      .references(() => quiz_questions.id, { onDelete: 'cascade' }),
    revision: integer().notNull(),
    /** indexes into the `options` of the revision, in the order of this session */
    option_order: text({ mode: 'json' }).$type<number[]>().notNull(),
    selected_option_id: integer(),
    answered_at: integer(),
    /** milliseconds from the answer before, or the start; of the first answer to it */
    took_ms: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.session_id, t.position] }),
    uniqueIndex('quiz_items_question').on(t.session_id, t.question_id),
    index('quiz_items_of').on(t.question_id),
  ],
);

/** What a learner remembers of a question, as FSRS keeps it. */
export const quiz_cards = sqliteTable(
  'quiz_cards',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    question_id: integer()
      .notNull()
      .references(() => quiz_questions.id, { onDelete: 'cascade' }),
    due_at: integer().notNull(),
    stability: real().notNull(),
    difficulty: real().notNull(),
    scheduled_days: integer().notNull(),
    reps: integer().notNull(),
    lapses: integer().notNull(),
    state: integer().notNull(),
    reviewed_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.question_id] }),
    index('quiz_cards_due').on(t.user_id, t.due_at),
    index('quiz_cards_of').on(t.question_id),
  ],
);

/** How good a learner is: Elo on the scale of the questions, and how many answers it rests on. */
export const quiz_learners = sqliteTable('quiz_learners', {
  user_id: integer()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  rating: real().notNull(),
  rated: integer().notNull(),
});

/** Answers of a learner by pool and topic, kept up to date so that figures need not be counted. */
export const quiz_topic_stats = sqliteTable(
  'quiz_figures',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    pool_id: integer()
      .notNull()
      .references(() => quiz_pools.id, { onDelete: 'cascade' }),
    topic: text().notNull(),
    answered: integer().notNull(),
    correct: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.user_id, t.pool_id, t.topic] }), index('quiz_figures_pool').on(t.pool_id)],
);

import { createHash } from 'node:crypto';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../../db/open.ts';
import {
  type Difficulty,
  type QuestionContent,
  question_revisions,
  quiz_pools,
  quiz_questions,
} from '../../../db/schema/quiz.ts';
import type { PoolFile, PoolFileQuestion } from './pool-files.ts';

export type StoredPoolRow = typeof quiz_pools.$inferSelect;

/** A pool to be stored. */
export interface PoolContent
  extends Pick<StoredPoolRow, 'kept_by' | 'title' | 'description' | 'category' | 'difficulty' | 'tags'> {
  /** null for a user's own pool, which gets the next id from 1000 */
  id: number | null;
  owner_id: number | null;
  source: string | null;
  metadata: Record<string, unknown> | null;
  questions: PoolQuestion[];
}

export interface PoolQuestion {
  /** unique in its pool; the same name with another content is a new revision of the question */
  name: string;
  content: QuestionContent;
}

/** The initial Elo rating of a question, on the scale where learners start at 1500. */
export const INITIAL_QUESTION_RATINGS: Record<Difficulty, number> = { easy: 1300, medium: 1500, hard: 1700 };

const nextOwnPoolId = sql<number>`max(1000, 1 + coalesce((select seq from sqlite_sequence where name = 'quiz_pools'), 0))`;

/** Converts a pool of the shipped files. */
export function toPoolContent(pool: PoolFile, kept_by: 'content' | 'admin'): PoolContent {
  const { pool_id, title, description, category, difficulty, tags, questions } = pool;
  const poolFields = { kept_by, title, description, category, difficulty, tags };
  const shared = { owner_id: null, source: null, metadata: null };
  return { id: pool_id, ...poolFields, ...shared, questions: questions.map(toPoolQuestion) };
}

function toPoolQuestion(question: PoolFileQuestion): PoolQuestion {
  const { explanation, learning_tip, topic, difficulty } = question;
  // Sorted by hash, since authors often put the right option first; sessions store the positions.
  const options = question.options
    .map((option) => ({ ...option, at: hash(option.text) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const content: QuestionContent = {
    question_text: question.question,
    code: question.code ?? null,
    code_language: question.language ?? null,
    options: options.map(({ text }) => text),
    correct: options.findIndex(({ correct }) => correct),
    explanation,
    learning_tip,
    topic,
    difficulty,
  };
  return { name: question.id, content };
}

/** The hash by which a changed pool is recognized. */
export function hashPool({ kept_by: _, ...pool }: PoolContent): string {
  // The stored hashes name the content of a question `wording`.
  const questions = pool.questions.map(({ name, content }) => ({ name, wording: content }));
  return hash({ ...pool, questions });
}

function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}

/**
 * Inserts a pool, or updates the one with its id: a changed question gets a new revision, a missing one is retired, and
 * played sessions stay as they are. Returns the id.
 */
export function upsertPool(db: Db, pool: PoolContent, now: number): number {
  const { id, questions, ...poolFields } = pool;
  const content = { ...poolFields, question_count: questions.length, content_hash: hashPool(pool) };
  const changed = { ...content, retired_at: null, updated_at: now };
  const { pool_id } = db
    .insert(quiz_pools)
    .values({ id: id ?? nextOwnPoolId, ...changed, created_at: now })
    .onConflictDoUpdate({ target: quiz_pools.id, set: changed })
    .returning({ pool_id: quiz_pools.id })
    .get();
  const rowsByKey = db.select().from(quiz_questions).where(eq(quiz_questions.pool_id, pool_id)).all();
  const byName = new Map(rowsByKey.map((row) => [row.name, row]));
  for (const question of questions) upsertQuestion(db, pool_id, question, byName.get(question.name), now);
  const names = new Set(questions.map(({ name }) => name));
  const removedIds = rowsByKey.filter(({ name, retired_at }) => !names.has(name) && retired_at === null);
  if (removedIds.length > 0) {
    const ids = removedIds.map(({ id }) => id);
    db.update(quiz_questions).set({ retired_at: now }).where(inArray(quiz_questions.id, ids)).run();
  }
  return pool_id;
}

function upsertQuestion(
  db: Db,
  pool_id: number,
  { name, content }: PoolQuestion,
  existing: typeof quiz_questions.$inferSelect | undefined,
  now: number,
): void {
  const { topic, difficulty } = content;
  const content_hash = hash(content);
  if (existing?.content_hash === content_hash && existing.retired_at === null) return;
  const revision = existing ? existing.revision + Number(existing.content_hash !== content_hash) : 1;
  const row = { revision, topic, difficulty, content_hash, retired_at: null };
  const { question_id } = db
    .insert(quiz_questions)
    .values({ pool_id, name, ...row, rating: INITIAL_QUESTION_RATINGS[difficulty] })
    .onConflictDoUpdate({ target: [quiz_questions.pool_id, quiz_questions.name], set: row })
    .returning({ question_id: quiz_questions.id })
    .get();
  if (revision === existing?.revision) return;
  db.insert(question_revisions).values({ question_id, revision, wording: content, created_at: now }).run();
}

/** Retires a shared pool, so that no session starts on it. Returns false for an unknown or retired pool. */
export function retirePool(db: Db, id: number, kept_by: 'content' | 'admin', now: number): boolean {
  return (
    db
      .update(quiz_pools)
      .set({ retired_at: now, kept_by, updated_at: now })
      .where(
        and(eq(quiz_pools.id, id), sql`${quiz_pools.owner_id} is null and ${quiz_pools.retired_at} is null`),
      )
      .run().changes > 0
  );
}

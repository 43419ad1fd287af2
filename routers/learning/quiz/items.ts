import { and, asc, eq, sql } from 'drizzle-orm';
import { type Db, preparedStatements, quiz_items, quiz_wordings } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';

const statements = preparedStatements((db) => {
  const items = (whose: ReturnType<typeof eq> | undefined) =>
    db
      .select({ item: quiz_items, wording: quiz_wordings.wording })
      .from(quiz_items)
      .innerJoin(
        quiz_wordings,
        and(
          eq(quiz_wordings.question_id, quiz_items.question_id),
          eq(quiz_wordings.revision, quiz_items.revision),
        ),
      )
      .where(and(eq(quiz_items.session_id, sql.placeholder('session_id')), whose))
      .orderBy(asc(quiz_items.position))
      .prepare();
  return {
    items: items(undefined),
    item: items(eq(quiz_items.question_id, sql.placeholder('question_id'))),
  };
});

/** A question as a session asks it: its place, what was chosen, and its words. */
export type Item = NonNullable<ReturnType<ReturnType<typeof statements>['item']['get']>>;

/** The questions of a session, in its order. */
export function listItems(db: Db, session_id: number): Item[] {
  return statements(db).items.all({ session_id });
}

/** One question of a session. Throws NOT_FOUND. */
export function getItemOrThrow(db: Db, session_id: number, question_id: number): Item {
  const item = statements(db).item.get({ session_id, question_id });
  if (!item) throw new ApiError('NOT_FOUND');
  return item;
}

/** The number that the right option has in this session. */
export function correctOptionId({ item, wording }: Item): number {
  return item.option_order.indexOf(wording.correct) + 1;
}

export function isCorrect(item: Item): boolean {
  return item.item.selected_option_id === correctOptionId(item);
}

import { and, asc, eq, sql } from 'drizzle-orm';
import { type Db, preparedStatements, question_revisions, quiz_items } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';

const statements = preparedStatements((db) => {
  const items = (condition: ReturnType<typeof eq> | undefined) =>
    db
      .select({ item: quiz_items, content: question_revisions.wording })
      .from(quiz_items)
      .innerJoin(
        question_revisions,
        and(
          eq(question_revisions.question_id, quiz_items.question_id),
          eq(question_revisions.revision, quiz_items.revision),
        ),
      )
      .where(and(eq(quiz_items.session_id, sql.placeholder('session_id')), condition))
      .orderBy(asc(quiz_items.position))
      .prepare();
  return {
    items: items(undefined),
    item: items(eq(quiz_items.question_id, sql.placeholder('question_id'))),
  };
});

/** A question in a session: its position, the selected option and its content. */
export type SessionItem = NonNullable<ReturnType<ReturnType<typeof statements>['item']['get']>>;

/** The questions of a session, in order. */
export function listItems(db: Db, session_id: number): SessionItem[] {
  return statements(db).items.all({ session_id });
}

/** One question of a session. Throws NOT_FOUND. */
export function getItemOrThrow(db: Db, session_id: number, question_id: number): SessionItem {
  const item = statements(db).item.get({ session_id, question_id });
  if (!item) throw new ApiError('NOT_FOUND');
  return item;
}

/** The id of the right option in this session. */
export function toCorrectOptionId({ item, content }: SessionItem): number {
  return item.option_order.indexOf(content.correct) + 1;
}

export function isCorrect(item: SessionItem): boolean {
  return item.item.selected_option_id === toCorrectOptionId(item);
}

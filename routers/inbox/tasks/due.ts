import { eq, sql } from 'drizzle-orm';
import { preparedStatements, tasks, transact } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';

/** Reminders of one transaction, so that many due tasks do not hold the write lock for long. */
const BATCH = 200;

const statements = preparedStatements((db) => ({
  due: db
    .select()
    .from(tasks)
    .where(sql`remind_at is not null and ${tasks.remind_at} <= ${sql.placeholder('now')}`)
    .orderBy(tasks.remind_at)
    .limit(BATCH)
    .prepare(),
}));

/** Reminds once of every task that is due soon. Returns how many; without any it only reads an index. */
export function remindDueTasks({
  db,
  clock,
  emit,
  stopping,
}: Pick<Deps, 'db' | 'clock' | 'emit' | 'stopping'>): number {
  const { due } = statements(db);
  const now = clock.now();
  let reminded = 0;
  while (!stopping.aborted && due.all({ now }).length > 0) {
    reminded += transact(db, () => {
      const rows = due.all({ now });
      for (const { id, user_id, type, title, due_at } of rows) {
        db.update(tasks).set({ remind_at: null }).where(eq(tasks.id, id)).run();
        if (due_at === null) continue;
        const payload = { task_id: id, task_type: type, title, due_at };
        emit({ type: 'task.due', principal_id: user_id, payload });
      }
      return rows.length;
    });
  }
  return reminded;
}

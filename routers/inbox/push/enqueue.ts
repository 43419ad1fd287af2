import { eq, sql } from 'drizzle-orm';
import { preparedStatements, push_outbox, push_tokens } from '../../../db/index.ts';
import type { EventContext } from '../../core/events/types.ts';

const statements = preparedStatements((db) => ({
  devices: db
    .select({ token_id: push_tokens.id, platform: push_tokens.platform })
    .from(push_tokens)
    .where(eq(push_tokens.principal_id, sql.placeholder('principal_id')))
    .prepare(),
  insert: db
    .insert(push_outbox)
    .values({
      notification_id: sql.placeholder('notification_id'),
      token_id: sql.placeholder('token_id'),
      platform: sql.placeholder('platform'),
      due_at: sql.placeholder('due_at'),
    })
    .prepare(),
}));

/** Adds a notification to the outbox, once for each device of its user whose platform is configured. */
export function enqueuePush(
  { db, push, clock }: EventContext,
  notification: { id: number; principal_id: number },
): void {
  if (!push.fcm && !push.apns) return;
  const { devices, insert } = statements(db);
  for (const device of devices.all({ principal_id: notification.principal_id })) {
    if (push[device.platform]) {
      insert.run({ ...device, notification_id: notification.id, due_at: clock.now() });
    }
  }
}

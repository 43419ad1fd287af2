import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, settings, transact } from '../../../db/index.ts';
import { type ApiError, invalid } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import type { Settings, SettingsChange } from './schemas.ts';

const MAX_PREFERENCES_BYTES = 16_384;

/** The caller's settings, with the defaults for those that are not set. */
export function getSettings(ctx: CallerContext): Settings {
  return withDefaults(findSettings(ctx.db, ctx.caller.principal_id));
}

/**
 * Merges a change into the caller's settings. Preferences are merged key by key, unknown keys included. Throws
 * INVALID_INPUT when they get too large.
 */
export function updateSettings(ctx: CallerContext, change: z.infer<typeof SettingsChange>): Settings {
  const principal_id = ctx.caller.principal_id;
  const updated = transact(ctx.db, () => {
    const previous = findSettings(ctx.db, principal_id);
    const preferences = { ...previous?.preferences, ...change.preferences };
    if (JSON.stringify(preferences).length > MAX_PREFERENCES_BYTES) throw preferencesTooLarge();
    const row = {
      notification_enabled: change.notification_enabled ?? previous?.notification_enabled ?? null,
      ar_warning_enabled: change.ar_warning_enabled ?? previous?.ar_warning_enabled ?? null,
      language: change.language ?? previous?.language ?? null,
      preferences,
      updated_at: ctx.clock.now(),
    };
    return ctx.db
      .insert(settings)
      .values({ principal_id, ...row })
      .onConflictDoUpdate({ target: settings.principal_id, set: row })
      .returning()
      .get();
  });
  return withDefaults(updated);
}

/** Gives a guest's settings to the user it becomes, unless the user has settings. */
export function mergeSettings(db: Db, guest: number, user: number): void {
  const row = findSettings(db, guest);
  if (!row) return;
  db.insert(settings)
    .values({ ...row, principal_id: user })
    .onConflictDoNothing()
    .run();
}

function findSettings(db: Db, principal_id: number): typeof settings.$inferSelect | undefined {
  return db.select().from(settings).where(eq(settings.principal_id, principal_id)).get();
}

function withDefaults(row: typeof settings.$inferSelect | undefined): Settings {
  return {
    notification_enabled: row?.notification_enabled ?? true,
    ar_warning_enabled: row?.ar_warning_enabled ?? true,
    language: row?.language ?? 'ko',
    preferences: { theme: 'light', auto_scan: false, ...row?.preferences },
  };
}

function preferencesTooLarge(): ApiError {
  return invalid(
    'preferences',
    `환경 설정은 모두 합쳐 ${MAX_PREFERENCES_BYTES}바이트까지입니다`,
    `Preferences may take up to ${MAX_PREFERENCES_BYTES} bytes in all`,
  );
}

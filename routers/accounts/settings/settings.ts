import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, settings, transact } from '../../../db/index.ts';
import { type ApiError, invalid } from '../../core/errors.ts';
import type { CallerContext } from '../../core/procedures.ts';
import type { Settings, SettingsChange } from './schemas.ts';

const MAX_PREFERENCES_BYTES = 16_384;

/** My settings, with the defaults where I set nothing. */
export function getSettings(ctx: CallerContext): Settings {
  return withDefaults(stored(ctx.db, ctx.caller.principal_id));
}

/** Merges a change into my settings; preferences are merged too, and unknown keys of them kept. */
export function updateSettings(ctx: CallerContext, change: z.infer<typeof SettingsChange>): Settings {
  const principal_id = ctx.caller.principal_id;
  const updated = transact(ctx.db, () => {
    const before = stored(ctx.db, principal_id);
    const preferences = { ...before?.preferences, ...change.preferences };
    if (JSON.stringify(preferences).length > MAX_PREFERENCES_BYTES) throw tooMuch();
    const row = {
      notification_enabled: change.notification_enabled ?? before?.notification_enabled ?? null,
      ar_warning_enabled: change.ar_warning_enabled ?? before?.ar_warning_enabled ?? null,
      language: change.language ?? before?.language ?? null,
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

/** A guest's settings become the user's, where the user has none. */
export function mergeSettings(db: Db, guest: number, user: number): void {
  const theirs = stored(db, guest);
  if (!theirs) return;
  db.insert(settings)
    .values({ ...theirs, principal_id: user })
    .onConflictDoNothing()
    .run();
}

function stored(db: Db | Db, principal_id: number): typeof settings.$inferSelect | undefined {
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

function tooMuch(): ApiError {
  return invalid(
    'preferences',
    `환경 설정은 모두 합쳐 ${MAX_PREFERENCES_BYTES}바이트까지입니다`,
    `Preferences may take up to ${MAX_PREFERENCES_BYTES} bytes in all`,
  );
}

import { z } from 'zod';
import { guestProcedure, router } from '../../core/procedures.ts';
import { Settings, SettingsChange } from './schemas.ts';
import { getSettings, updateSettings } from './settings.ts';

const tags = ['Account'];

export const settingsRouter = router({
  get: guestProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/settings',
        tags,
        summary: "Get the caller's settings",
        description: 'What the caller has set, and the defaults of the rest. Guests have settings too.',
      },
      rest: { envelope: 'colscan' },
    })
    .input(z.object({}))
    .output(Settings)
    .query(({ ctx }) => getSettings(ctx)),

  update: guestProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/settings',
        tags,
        summary: "Change the caller's settings",
        description: 'Changes the fields that are sent and leaves the others. Preferences are merged.',
      },
      rest: {
        envelope: 'colscan',
        message: { ko: '설정이 업데이트되었습니다', en: 'Settings updated' },
      },
    })
    .input(SettingsChange)
    .output(Settings)
    .mutation(({ ctx, input }) => updateSettings(ctx, input)),
});

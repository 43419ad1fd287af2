import { z } from 'zod';
import { withFreeFields } from '../../core/free-form.ts';
import { isTimeZone } from '../../core/time-zone.ts';
import { localizedMessage } from '../../core/validation-messages.ts';

const language = z.enum(['ko', 'en']).meta({ example: 'ko' });
const preferences = withFreeFields(
  z.looseObject({
    theme: z.string().max(40).optional(),
    auto_scan: z.boolean().optional(),
    timezone: z
      .string()
      .max(64)
      .refine(
        isTimeZone,
        localizedMessage('Asia/Seoul 같은 시간대를 입력하세요', 'Enter a time zone such as Asia/Seoul'),
      )
      .optional()
      .meta({
        description: 'Where my days begin, for days in a row and daily limits',
        example: 'Asia/Seoul',
      }),
  }),
).meta({ example: { theme: 'light', auto_scan: false } });

export const Settings = z
  .object({
    notification_enabled: z.boolean(),
    ar_warning_enabled: z.boolean(),
    language,
    preferences: z.looseObject({ theme: z.string(), auto_scan: z.boolean() }).meta({
      description: 'Merged on update; keys the server does not know are kept',
      example: { theme: 'light', auto_scan: false },
    }),
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof Settings>;

export const SettingsChange = z
  .object({
    notification_enabled: z.boolean().optional(),
    ar_warning_enabled: z.boolean().optional(),
    language: language.optional(),
    preferences: preferences.optional(),
  })
  .meta({ example: { notification_enabled: false, language: 'en' } });

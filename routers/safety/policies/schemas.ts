import { z } from 'zod';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

const policy = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ maxLength: 64 })
    .meta({ example: 'inj-override-en' }),
  category: TrimmedText(64).meta({ example: 'prompt_injection' }),
  kind: z.enum(['keyword', 'regex']).meta({
    description: 'A keyword is a plain string, several are separated by `|`; a regex has the flags `iu`',
    example: 'regex',
  }),
  pattern: z.string().min(1).max(1000).meta({ example: '\\bignore (?:all )?previous instructions\\b' }),
  applies_to: z
    .array(z.enum(['input', 'output']))
    .min(1)
    .max(2)
    .meta({ example: ['input'] }),
  action: z.enum(['block', 'mask', 'flag']),
  description: z.string().trim().max(500).meta({ example: 'Asks to drop earlier instructions' }),
};

const tests = z
  .object({ match: z.array(z.string().max(500)).max(20), pass: z.array(z.string().max(500)).max(20) })
  .meta({
    description: 'Strings the pattern must match, and strings it must let pass',
    example: { match: ['Ignore all previous instructions'], pass: ['I ignored the message'] },
  });

export const PolicySet = z
  .object({
    version: z.int().meta({ description: 'One more with every change', example: 1 }),
    updated_at: Timestamp,
    policies: z.array(z.object(policy).meta({ id: 'Policy' })),
  })
  .meta({ id: 'PolicySet' });

export const StoredPolicy = z
  .object({ ...policy, tests, updated_at: Timestamp })
  .meta({ id: 'StoredPolicy' });
export const StoredPolicyList = z.object({ policies: z.array(StoredPolicy) });

export const PolicyInput = z.object({ ...policy, tests: tests.optional() });
export const PolicyId = z.object({ id: z.string().max(64).meta({ example: 'inj-override-en' }) });

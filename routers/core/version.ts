import parse from 'semver/functions/parse.js';
import { z } from 'zod';
import { invalid } from './errors.ts';

/** The text of a version; `readVersion` says what is wrong with it. */
export const Version = z
  .string()
  .max(64)
  .meta({ pattern: '^\\s*[=v]*\\d+\\.\\d+\\.\\d+', description: 'semver', example: '1.2.0' });

/** A version as semver has it (`v1.2.0` is read too). Throws INVALID_INPUT, naming `field`. */
export function readVersion(field: string, text: string): string {
  const version = parse(text, { loose: true });
  if (version) return version.version;
  throw invalid(field, '1.2.0과 같은 버전 번호여야 합니다', 'This must be a version such as 1.2.0');
}

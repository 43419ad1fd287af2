import { hash, verify } from '@node-rs/argon2';
import { invalid } from '../../core/errors.ts';

/** argon2id with the parameters of OWASP's password storage cheat sheet: 19 MiB, two passes, one lane. */
const ARGON2_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MAX_COMMON_PASSWORDS = 10_000;

/** The hash of a random password that nobody knows, with the same parameters. */
const DECOY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$wQ9clJPd1bfWJ+9vPD29uA$tKPyeSqt/nhcD0ASUlvofGGe3QBHkEV60zwr6MfqZaw';

/** Hashes a password with argon2id (a PHC string), off the main thread. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), ARGON2_PARAMETERS);
}

/**
 * Whether a password matches a hash. Without a hash (no such account, or one without a password) it takes as long as
 * with one, and returns false.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const isCorrect = await verify(stored ?? DECOY_HASH, password.normalize('NFKC'));
  return stored !== null && isCorrect;
}

/** Throws INVALID_INPUT for `field` when the password is one of the 10,000 most used. */
export async function assertPasswordNotCommon(password: string, field: string): Promise<void> {
  // Loaded when the first password is chosen: the dictionary is large.
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const commonPasswords = dictionary['passwords-common'].slice(0, MAX_COMMON_PASSWORDS).map(String);
  if (!commonPasswords.includes(password.toLowerCase())) return;
  throw invalid(
    field,
    '가장 많이 쓰이는 비밀번호 10,000개 중 하나입니다. 다른 비밀번호를 골라주세요.',
    'This is one of the 10,000 most used passwords. Choose another.',
  );
}

import { hash, verify } from '@node-rs/argon2';
import { invalid } from '../../core/errors.ts';

/** argon2id as OWASP's password storage cheat sheet asks: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MOST_USED = 10_000;

let mostUsed: Promise<Set<string>> | undefined;
let decoy: Promise<string> | undefined;

/** Hashes a password with argon2id (a PHC string), off the main thread. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST);
}

/**
 * Whether the password fits. Without a hash to compare (no such account, or one without a password) it takes
 * as long as with one, and answers false.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('a password nobody has');
  const fits = await verify(stored ?? (await decoy), password.normalize('NFKC'));
  return stored !== null && fits;
}

/** Throws INVALID_INPUT, naming `field`, when the password is one of the 10,000 most used. */
export async function assertPasswordNotCommon(password: string, field: string): Promise<void> {
  mostUsed ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].slice(0, MOST_USED).map(String)),
  );
  if (!(await mostUsed).has(password.toLowerCase())) return;
  throw invalid(
    field,
    '가장 많이 쓰이는 비밀번호 10,000개 중 하나입니다. 다른 비밀번호를 골라주세요.',
    'This is one of the 10,000 most used passwords. Choose another.',
  );
}

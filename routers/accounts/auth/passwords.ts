import { hash, verify } from '@node-rs/argon2';
import { foldName } from '../../../db/index.ts';
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

/**
 * Throws INVALID_INPUT for `field` when the password is easy to guess: one of the 10,000 most used, blank, or the name
 * of the product or of its account, with digits and signs around it or not.
 */
export async function assertPasswordStrong(
  password: string,
  field: string,
  names: readonly (string | undefined)[],
): Promise<void> {
  const folded = foldName(password);
  if (folded === '') throw invalid(field, '공백만으로는 비밀번호를 만들 수 없습니다', 'This cannot be blank');
  const letters = toLetters(folded);
  const guesses = ['flashscan', ...names.flatMap((name) => (name ? listGuesses(name) : []))];
  if (guesses.some((guess) => guess === folded || (guess.length > 2 && guess === letters))) {
    throw invalid(
      field,
      '이메일, 사용자 이름, 서비스 이름은 비밀번호로 쓸 수 없습니다. 다른 비밀번호를 골라주세요.',
      'A password cannot be the name of the account or of this service. Choose another.',
    );
  }
  // Loaded when the first password is chosen: the dictionary is large.
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const common = dictionary['passwords-common'].slice(0, MAX_COMMON_PASSWORDS).map(String);
  if (!common.includes(folded)) return;
  throw invalid(
    field,
    '가장 많이 쓰이는 비밀번호 10,000개 중 하나입니다. 다른 비밀번호를 골라주세요.',
    'This is one of the 10,000 most used passwords. Choose another.',
  );
}

/** A name as people make passwords of it; of an address, the part before `@` too. */
function listGuesses(name: string): string[] {
  const folded = foldName(name);
  const [local = ''] = folded.split('@', 1);
  return [folded, local, toLetters(folded), toLetters(local)];
}

function toLetters(text: string): string {
  return text.replace(/[^\p{L}]/gu, '');
}

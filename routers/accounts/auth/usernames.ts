import { foldName } from '../../../db/index.ts';

/** Names that people take for the product or its administrators. */
const RESERVED = [
  'admin',
  'administrator',
  'flashscan',
  'moderator',
  'operator',
  'root',
  'security',
  'staff',
  'support',
  'system',
  'webmaster',
];
/** Alphabets with letters that look like those of another (Unicode TR 39). */
const ALPHABETS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Georgian', 'Lisu'].map(
  (script) => new RegExp(`\\p{Script=${script}}`, 'u'),
);

/** Whether letters of different alphabets stand in one name, as in `аdmin` with a Cyrillic а. */
export function isMixedAlphabet(name: string): boolean {
  return ALPHABETS.filter((letter) => letter.test(name)).length > 1;
}

/** Whether a name is, or looks like, one that only an administrator may have. */
export function isReservedUsername(name: string): boolean {
  return RESERVED_SHAPES.has(toShape(name));
}

/** What is left of a name for a hasty reader: digits are the letters they look like, accents and signs are gone. */
function toShape(name: string): string {
  return foldName(name)
    .normalize('NFKD')
    .replace(/[\p{M}\p{P}\p{S}\s]/gu, '')
    .replace(/[1lı]/g, 'i')
    .replace(/0/g, 'o')
    .replace(/5/g, 's')
    .replace(/4/g, 'a')
    .replace(/3/g, 'e');
}

const RESERVED_SHAPES = new Set(RESERVED.map(toShape));

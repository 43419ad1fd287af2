import type { Terms } from './lexical.ts';

/**
 * Terms of a text for a search that mistakes and missing spaces do not stop: runs of 3 to 5 letters without blanks,
 * Hangul taken apart into its letters (`브이` becomes `ㅂㅡㅇㅣ`), and letters that sound alike written alike.
 */
export function toLetterTerms(text: string): Terms {
  const letters = toLetters(text);
  const terms: Terms = new Map();
  for (const size of [3, 4, 5])
    for (let i = 0; i + size <= letters.length; i++) {
      const term = letters.slice(i, i + size);
      terms.set(term, (terms.get(term) ?? 0) + 1);
    }
  return terms;
}

const ENDINGS =
  /(?:어떻게|어떡하죠|어떡해|어떡하지|어쩌죠|인가요|일까요|할까요|하나요|되나요|돼요|되요|뭐예요|뭐에요|뭔가요|뭐야|뭐죠|알려줘요?|알려주세요|해주세요|하죠|까요|나요|데요|는데요?|있어요|했어요|입니다|합니다|습니다)/g;
/** Vowels that are written for one another, by their position in Unicode's block of conjoining letters. */
const SOUNDS_LIKE: Record<string, string> = {
  ᅢ: 'ᅦ', ᅤ: 'ᅨ', ᅫ: 'ᅬ', ᅰ: 'ᅬ', ᆻ: 'ᆺ', ᆩ: 'ᆨ', ᆾ: 'ᆺ', ᆽ: 'ᆺ', ᇀ: 'ᆺ', ᆮ: 'ᆺ', ᇂ: '', ᆭ: 'ᆫ', ᆶ: 'ᆯ',
}; // biome-ignore format: a table reads better by row

function toLetters(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(ENDINGS, ' ')
    .normalize('NFD')
    .replace(/[^a-z0-9ᄀ-ᇿ]/g, '')
    .replace(/[ᄀ-ᇿ]/g, (letter) => SOUNDS_LIKE[letter] ?? letter)
    .replace(/([a-z])\1+/g, '$1');
}

/**
 * Text search without a morphological analyzer: Korean by 2- and 3-grams of each word, which makes particles and
 * endings matter little; English by light stems and 4-grams, which makes typing mistakes matter little. BM25 over
 * weighted terms.
 */

const STOP_WORDS = new Set(
  `a an the is are was were be been to of in on for and or i im ive my me you your it its this that these those with
   what whats how do does did can could should would will if they them their he she his her we our us at by as from so
   not no have has had am about just some any please there here when which who whom whose why then than too very also
   into out up get got one`.split(/\s+/),
);

/** Endings of Korean questions and requests that do not belong to their subject. */
const KOREAN_FILLER =
  /(?:인가요|일까요|할까요|하나요|되나요|돼요|되요|뭐예요|뭐에요|뭔가요|뭐야|뭐죠|무엇인가요|어떡하죠|어떡해요|어떡해|어떻게|알려줘요|알려줘|알려주세요|해주세요|해야|하죠|까요|나요|데요|는데|인데|있나요|있어요|됐어요|했어요|입니다|합니다|습니다|이에요|예요)/g;

/** Particles after a noun of two or more syllables. Without removing them `큐싱이` and `피싱이` would share `싱이`. */
const PARTICLE =
  /(?<=[가-힣]{2})(?:에서는|에서도|으로는|이라고|에게서|한테서|이라는|에서|에게|한테|으로|라고|라는|이랑|까지|부터|처럼|보다|마다|은|는|이|가|을|를|에|의|도|로|와|과|랑|만)$/;

/** Words of all kinds of questions. */
const KOREAN_STOP_WORDS = new Set(
  `제가 저는 나는 내가 저도 나도 혹시 그냥 갑자기 자꾸 계속 요즘 정말 진짜로 너무 실수로 이거 이게 그게 뭔가 어떤 무슨 누가 근데 그런데
   그래서 지금 이제 다시 아까 어제 오늘 방금 제발 급해요 도와주세요`.split(/\s+/),
);

export type Terms = Map<string, number>;

/** The terms of a text and their frequencies. Whole words weigh more than their n-grams. */
export function toTerms(text: string): Terms {
  const terms: Terms = new Map();
  const add = (term: string, weight: number): void => void terms.set(term, (terms.get(term) ?? 0) + weight);
  for (const word of text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[a-z0-9]+(?:'[a-z]+)?|[가-힣]+/g) ?? []) {
    if (/[가-힣]/.test(word)) koreanTerms(word, add);
    else englishTerms(word.replace(/'/g, ''), add);
  }
  return terms;
}

function koreanTerms(word: string, add: (term: string, weight: number) => void): void {
  if (KOREAN_STOP_WORDS.has(word)) return;
  for (const whole of word.replace(KOREAN_FILLER, ' ').split(' ')) {
    const part = whole.replace(PARTICLE, '');
    if (part.length === 1) add(part, 0.5);
    const plain = removePastTense(part);
    for (const size of [2, 3])
      for (let i = 0; i + size <= part.length; i++) {
        add(part.slice(i, i + size), 1);
        if (plain.slice(i, i + size) !== part.slice(i, i + size)) add(plain.slice(i, i + size), 0.5);
      }
  }
}

/** Removes the past tense (the final ㅆ): `눌렀`, `보냈`, `깔았` become `눌러`, `보내`, `깔아`. */
function removePastTense(text: string): string {
  return text.replace(/[가-힣]/g, (syllable) => {
    const code = syllable.charCodeAt(0);
    return (code - 0xac00) % 28 === 20 ? String.fromCharCode(code - 20) : syllable;
  });
}

function englishTerms(word: string, add: (term: string, weight: number) => void): void {
  if (STOP_WORDS.has(word)) return;
  add(stem(word), 2);
  if (word.length < 4) return;
  const marked = `^${word}$`;
  for (let i = 0; i + 4 <= marked.length; i++) add(`#${marked.slice(i, i + 4)}`, 0.5);
}

/** Removes common English endings, so that `scammed`, `scams` and `scamming` become `scam`. */
function stem(word: string): string {
  for (const ending of ['ations', 'ation', 'ing', 'edly', 'ed', 'ies', 'es', 's', 'ly', 'er'])
    if (word.endsWith(ending) && word.length - ending.length >= 3) {
      const base = word.slice(0, -ending.length) + (ending === 'ies' ? 'y' : '');
      return base.replace(/([b-df-hj-np-tv-z])\1$/, '$1').replace(/e$/, '');
    }
  return word.length > 4 ? word.replace(/e$/, '') : word;
}

export interface LexicalIndex {
  /** The BM25 score of each document for these terms, in the order of the documents. */
  scores(query: Terms): Float64Array;
  /** Inverse document frequency of a term; 0 when no document has it. */
  rarity(term: string): number;
  /** What a document that has all these terms often would score; terms that no document has count as the rarest. */
  ceiling(query: Terms): number;
}

/** Okapi BM25 (Robertson and Zaragoza 2009) over documents given as weighted terms. */
export function buildLexicalIndex(documents: readonly Terms[], k1 = 1.2, b = 0.75): LexicalIndex {
  const lengths = documents.map((terms) => [...terms.values()].reduce((sum, n) => sum + n, 0));
  const mean = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, documents.length);
  const { numbers, starts } = termTable(documents);
  // All postings in two arrays, sorted by term: one object per posting would need six times the memory.
  const size = starts.at(-1) ?? 0;
  const [postings, weights, filled] = [new Uint32Array(size), new Float64Array(size), starts.slice()];
  for (const [document, terms] of documents.entries())
    for (const [term, count] of terms) {
      const at = filled[numbers.get(term)!]!++;
      postings[at] = document;
      weights[at] = (count * (k1 + 1)) / (count + k1 * (1 - b + (b * lengths[document]!) / mean));
    }
  const rarityOf = (df: number): number => Math.log(1 + (documents.length - df + 0.5) / (df + 0.5));
  return {
    ceiling(query) {
      let sum = 0;
      for (const [term, count] of query) {
        const number = numbers.get(term);
        const df = number === undefined ? 0 : starts[number + 1]! - starts[number]!;
        sum += Math.min(count, 2) * rarityOf(df) * (k1 + 1);
      }
      return sum;
    },
    rarity(term) {
      const number = numbers.get(term);
      return number === undefined ? 0 : rarityOf(starts[number + 1]! - starts[number]!);
    },
    scores(query) {
      const scores = new Float64Array(documents.length);
      for (const [term, count] of query) {
        const number = numbers.get(term);
        if (number === undefined) continue;
        const [from, to] = [starts[number]!, starts[number + 1]!];
        const factor = Math.min(count, 2) * rarityOf(to - from);
        for (let at = from; at < to; at++) scores[postings[at]!]! += factor * weights[at]!;
      }
      return scores;
    },
  };
}

/** Numbers the terms. The postings of term n are at starts[n] to starts[n + 1]. */
function termTable(documents: readonly Terms[]): { numbers: Map<string, number>; starts: Uint32Array } {
  const numbers = new Map<string, number>();
  const frequencies: number[] = [];
  for (const terms of documents)
    for (const term of terms.keys()) {
      const number = numbers.get(term) ?? numbers.size;
      numbers.set(term, number);
      frequencies[number] = (frequencies[number] ?? 0) + 1;
    }
  const starts = new Uint32Array(numbers.size + 1);
  for (const [number, frequency] of frequencies.entries()) starts[number + 1] = starts[number]! + frequency;
  return { numbers, starts };
}

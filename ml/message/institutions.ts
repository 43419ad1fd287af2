/** Institutions and brands with their names in messages and their domains. */

import { BRANDS, type Brand } from '../url/brands.ts';
import { fold } from '../url/confusables.ts';
import list from './institutions.json' with { type: 'json' };

export type Sector = 'agency' | 'courier' | 'bank' | 'telecom' | 'service';

export interface Institution {
  id: string;
  name: string;
  /** the Hangul name, or `name` when there is none */
  name_ko: string;
  sector: Sector;
  domains: readonly string[];
}

/** One name of an institution. */
export interface InstitutionName {
  institution: Institution;
  /** folded and without spaces; a message may have spaces at `breaks`, and anywhere in Hangul */
  letters: string;
  breaks: ReadonlySet<number>;
  hangul: boolean;
  /** an ordinary word or a few letters: counts only as the sender's name, or in capitals */
  ordinary: boolean;
}

const SECTOR_WORDS: readonly (readonly [Sector, RegExp])[] = [
  [
    'courier',
    /택배|통운|로지스|우체국|우정|우편|logis|express|post\b|parcel|mail\b|\b(?:dhl|fedex|ups|usps|dpd|evri|gls)\b/i,
  ],
  [
    'bank',
    /은행|뱅크|카드|금고|신협|농협|수협|증권|저축|캐피탈|페이|토스|보험|생명|화재|거래소|bank|card|pay\b|chase|fargo|coin|binance|exchange|wallet|securities/i,
  ],
  ['agency', /(?:청|공단|공사|법원|검찰|위원회|진흥원|감독원|정부|정부24)$/],
  ['telecom', /텔레콤|유플러스|통신|skt|mobile|telecom|vodafone|verizon|at&t/i],
];

function toSector(name: string, hangul: readonly string[], domains: readonly string[]): Sector {
  if (domains.some((domain) => /(?:^|\.)(?:gov|go)(?:\.[a-z]{2})?$/.test(domain))) return 'agency';
  const words = [name, ...hangul].join(' ');
  return SECTOR_WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'service';
}

function toName(institution: Institution, spelling: string, ordinary: boolean): InstitutionName | null {
  const folded = fold(spelling).replace(/\s+/g, ' ').trim();
  const breaks = new Set<number>();
  let letters = '';
  for (const character of folded) {
    if (character === ' ') breaks.add(letters.length);
    else letters += character;
  }
  const hangul = /[가-힣]/.test(letters);
  if (letters.length < 2) return null;
  const short = hangul ? letters.length <= 2 : letters.length <= 4 && breaks.size === 0;
  return { institution, letters, breaks, hangul, ordinary: ordinary || short };
}

/** Latin names that are also English words, in addition to those that the brand table marks. */
const ORDINARY = new Set(
  `apple amazon chase wise zoom line orange three nike steam signal slack notion stripe visa discord target boost
   square`.split(/\s+/),
);

/** Hangul names of three letters or more that are also ordinary words. */
const ORDINARY_HANGUL = new Set([
  '사람인',
  '에브리',
  '트레저',
  '리소나',
  '건강보험',
  '고용보험',
  '복지로',
  '버스타고',
  '지그재그',
  '로빈후드',
  '뱅가드',
  '통행료',
  '하이패스',
  '보건소',
  '경찰서',
]);

function listNames(brand: Brand, institution: Institution): InstitutionName[] {
  const ordinary = new Set(brand.ordinary ?? []);
  const spellings = new Map<string, boolean>();
  const add = (name: string, common: boolean): void => {
    if (!spellings.has(name)) spellings.set(name, common);
  };
  const plain = brand.name.toLowerCase();
  add(plain, ordinary.has(plain) || ORDINARY.has(plain));
  for (const name of brand.names) add(name, ordinary.has(name) || ORDINARY.has(name));
  for (const name of brand.hangul) add(name, ORDINARY_HANGUL.has(name));
  return [...spellings].flatMap(([name, common]) => toName(institution, name, common) ?? []);
}

function loadNames(): InstitutionName[] {
  const names: InstitutionName[] = [];
  for (const brand of BRANDS) {
    const institution: Institution = {
      id: brand.id,
      name: brand.name,
      name_ko: brand.hangul[0] ?? brand.name,
      sector: toSector(brand.name, brand.hangul, brand.domains),
      domains: brand.domains,
    };
    names.push(...listNames(brand, institution));
  }
  for (const { id, name, sector, names: spellings, domains } of list) {
    const name_ko = spellings.find((one) => /[가-힣]/.test(one)) ?? name;
    const institution: Institution = { id, name, name_ko, sector: sector as Sector, domains };
    names.push(...spellings.flatMap((one) => toName(institution, one, ORDINARY_HANGUL.has(one)) ?? []));
  }
  return names;
}

/** All names by their first two letters, longest first. */
function indexNames(names: readonly InstitutionName[]): ReadonlyMap<string, readonly InstitutionName[]> {
  const index = new Map<string, InstitutionName[]>();
  for (const name of names) {
    const key = name.letters.slice(0, 2);
    index.set(key, [...(index.get(key) ?? []), name]);
  }
  for (const group of index.values()) group.sort((a, b) => b.letters.length - a.letters.length);
  return index;
}

/** Any local office of the Korean state. */
export const KOREAN_OFFICE: Institution = {
  id: 'govkr',
  name: 'a Korean public office',
  name_ko: '관공서',
  sector: 'agency',
  domains: ['go.kr', 'gov.kr'],
};

export const INSTITUTION_NAMES = indexNames(loadNames());

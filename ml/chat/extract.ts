import type { Language } from '../text/language.ts';
import type { FollowUp } from './dialogue.ts';
import type { KnowledgeDocument, SectionKind } from './knowledge.ts';
import { buildLexicalIndex, toTerms } from './lexical.ts';
import { PHRASES } from './phrases.ts';
import { expandTerms } from './synonyms.ts';
import { joinWithin, listUnits, type Unit } from './units.ts';

/** The kind of section that answers a question. */
export type RequestedSection = SectionKind | 'any';

const SECTION_PATTERNS: readonly [SectionKind, RegExp][] = [
  [
    'call',
    /(?:신고|전화|문의|상담).{0,8}(?:어디|번호|몇\s?번|누구|해야)|(?:어디|누구|몇\s?번).{0,8}(?:신고|전화|연락|문의|상담)|\b(?:who|where)\b.{0,20}\b(?:call|report|contact|tell)\b|\b(?:hotline|phone number)\b/i,
  ],
  [
    'do',
    /어떡|어떻게\s?(?:해|하죠|하지|막|대처|풀|되찾|지우|설정)|뭐부터|뭘\s?해|뭐\s?해야|대처|대응|해결|복구|되찾|돌려받|막을|막나|방법|했어요|눌렀|눌러\s?버|보냈|깔았|당했|당한|당함|털림|털렸|잃어버|도와|\bwhat (?:should|do|can|now|to do)\b|\bhow (?:do|can|should) i (?:stop|fix|remove|get|lock|protect|prevent|avoid|recover|set|make|keep|wipe)|\b(?:help|clicked|tapped|sent|installed|entered|lost|got hacked|fell for|i (?:just|accidentally))\b|\bnext steps?\b/i,
  ],
  [
    'see',
    /구별|구분|알아\s?(?:보|내|채)|징후|증상|진짜\s?(?:인|일|맞)|가짜\s?(?:인|일)|맞나요|맞죠|사기(?:인|일)|괜찮|안전한가|안전해|믿어도|의심|확인|\b(?:spot|tell|recogni[sz]e|signs?|legit|real|fake|genuine|trust|is (?:this|it)|how do i know|check)\b/i,
  ],
  [
    'what',
    /뭐(?:야|예요|에요|죠|지|임|니)|뭐하는|무엇|뭔가|뭔데|뜻|의미|이란|란\s?게|개념|정의|설명|원리|왜|\b(?:what(?:'s| is| are| does)|whats|meaning|mean|define|definition|explain|why|how does|how do .{1,30} work)\b/i,
  ],
];

/** The section that a question asks for; `any` when its words do not say. */
export function detectRequestedSection(question: string): RequestedSection {
  return SECTION_PATTERNS.find(([, pattern]) => pattern.test(question))?.[0] ?? 'any';
}

export interface ExtractOptions {
  question: string;
  document: KnowledgeDocument;
  /** Documents in the same language, to name related topics. */
  documents: readonly KnowledgeDocument[];
  /** Further topics of the search, best first, in case one of them was meant. */
  alternatives?: readonly string[];
  /** The part that is asked for, when the question follows up on this topic. */
  followUp?: FollowUp | undefined;
  /** The section that answers, when the caller knows it. */
  section?: RequestedSection | undefined;
  /** Text of earlier answers, so that `more` does not repeat it. */
  earlierText?: string;
  /** Leaves out related topics, when this is one of two answers. */
  isPart?: boolean;
}

export interface ExtractedAnswer {
  /** what explains, before the steps; a language model may rephrase it */
  lead: string;
  /** steps, contacts, related topics and sources */
  rest: string;
  /** the passage that the answer was made from first */
  passage: string;
}

const FOLLOW_UP_PART: Record<FollowUp, RequestedSection> = {
  why: 'what',
  more: 'any',
  steps: 'do',
  affected: 'do',
  pay: 'do',
  contact: 'call',
  signs: 'see',
  sure: 'see',
  safe: 'see',
};

/** Words before the steps, and in each of two answers. */
const LEAD_WORDS = 115;
const PART_WORDS = 50;
/** Follow-ups that ask for what was not said yet; the others ask for something by name. */
const ADDS_NEW: ReadonlySet<FollowUp | undefined> = new Set<FollowUp | undefined>(['why', 'more']);

/**
 * An answer from one document without a model: what explains in at most 120 words, then the steps after an incident,
 * contacts, related topics and sources. Lists come with the sentence that announces them or not at all.
 */
export function extractAnswer(options: ExtractOptions): ExtractedAnswer {
  const { document, followUp, earlierText = '', isPart = false } = options;
  const phrases = PHRASES[document.lang];
  const section =
    options.section ?? (followUp ? FOLLOW_UP_PART[followUp] : detectRequestedSection(options.question));
  const isNew = ({ text }: Unit): boolean => !ADDS_NEW.has(followUp) || !isTold(text, earlierText);
  const ranked = rankUnits(options, section).filter(isNew);
  const needsSteps = section === 'do' || (document.incident && section !== 'call' && followUp !== 'why');
  const leads = chooseLeads(ranked, section, followUp, needsSteps);
  const parts: string[] = [];
  const hasMore =
    followUp === 'steps' && listUnits(document, 'after').some(({ text }) => !isTold(text, earlierText));
  const steps = listUnits(document, 'do').filter(
    (unit) => isNew(unit) && !(hasMore && isTold(unit.text, earlierText)),
  );
  if (needsSteps && (steps.length > 0 || hasMore)) {
    if (steps.length > 0) parts.push(`${phrases.steps}\n${steps.map(({ text }) => text).join('\n')}`);
    parts.push(...listExtras(document, followUp, earlierText));
  } else if (section === 'see' && followUp !== 'more')
    parts.push(...steps.slice(0, 1).map(({ text }) => text));
  if (needsSteps || section === 'call') parts.push(...listContacts(document, section, leads));
  const lead = joinWithin(leads, isPart ? PART_WORDS : LEAD_WORDS);
  if (lead === '' && parts.length === 0) parts.push(phrases.nothingMore);
  if (!isPart) parts.push(...footer(options));
  return { lead, rest: parts.join('\n\n'), passage: leads[0]?.text ?? steps[0]?.text ?? '' };
}

/** The units before the steps, the most fitting first. */
function chooseLeads(
  ranked: readonly Unit[],
  section: RequestedSection,
  followUp: FollowUp | undefined,
  needsSteps: boolean,
): Unit[] {
  const explaining = ranked.filter(({ kind }) => kind !== 'do' && kind !== 'after' && kind !== 'not');
  if (followUp === 'more') return ranked.filter(({ kind }) => kind !== 'do').slice(0, 4);
  if (followUp === 'why') return explaining.filter(({ kind }) => kind !== 'call').slice(0, 2);
  if (section === 'call') return explaining.filter(({ kind }) => kind === 'call').slice(0, 3);
  const wanted: SectionKind[] = section === 'see' ? ['see', 'what'] : ['what', 'see'];
  const first = explaining.find(({ kind }) => wanted.includes(kind));
  if (!first) return [];
  // After an incident the reader wants the steps; a list of signs would only stand before them.
  const opening = ranked.find(({ kind, index }) => kind === 'what' && index === 0);
  if (section === 'do') return [opening ?? first];
  const same = explaining.filter(
    (unit) => unit !== first && unit.kind === first.kind && unit.index === first.index + 1,
  );
  const other = explaining.find(({ kind }) => kind !== first.kind && wanted.includes(kind));
  const isSee = section === 'see';
  // A later paragraph is understood with the first one, which says what it is about.
  if (first.kind === 'what' && first.index > 0 && opening) return [opening, first];
  return [first, ...(isSee && needsSteps ? [] : same.slice(0, 1)), ...(other && !isSee ? [other] : [])];
}

/** What not to do, and, when the steps were already told, what comes after them. */
function listExtras(
  document: KnowledgeDocument,
  followUp: FollowUp | undefined,
  earlierText: string,
): string[] {
  const phrases = PHRASES[document.lang];
  const extras: string[] = [];
  const after = listUnits(document, 'after')[0]?.text;
  const not = listUnits(document, 'not')[0]?.text;
  if (after && !isTold(after, earlierText)) extras.push(`${phrases.after}\n${after}`);
  if (not && followUp === undefined) extras.push(`${phrases.notToDo}\n${not}`);
  return extras;
}

function listContacts(
  document: KnowledgeDocument,
  section: RequestedSection,
  leads: readonly Unit[],
): string[] {
  if (section === 'call') return [];
  const call = listUnits(document, 'call').filter(({ text }) => !leads.some((lead) => lead.text === text));
  return call.slice(0, 1).map(({ text }) => `${PHRASES[document.lang].contact}\n${text}`);
}

function footer({ document, documents, alternatives = [] }: ExtractOptions): string[] {
  const phrases = PHRASES[document.lang];
  const topics = [...new Set([...alternatives, ...document.related])].filter((id) => id !== document.id);
  const titles = topics
    .flatMap((id) => documents.find((document) => document.id === id)?.title ?? [])
    .slice(0, 3);
  const lines = titles.length > 0 ? [`${phrases.related}: ${titles.join(', ')}`] : [];
  if (document.sources.length > 0)
    lines.push(`${phrases.sources}: ${document.sources.slice(0, 3).join('; ')}`);
  return lines.length > 0 ? [lines.join('\n')] : [];
}

const REASON_WORDS = /때문|까닭|이유|노리|노려|because|since|that is why|so that|works? because/i;

/** The units of a document, ranked by common words with the question and by the section it asks for. */
function rankUnits({ question, document, followUp }: ExtractOptions, section: RequestedSection): Unit[] {
  const units = listUnits(document);
  const index = buildLexicalIndex(
    units.map(({ text }) => toTerms(text)),
    1.2,
    0.4,
  );
  const scores = index.scores(expandTerms(question));
  const max = Math.max(...scores, 1e-9);
  const prior = ({ kind, text, index }: Unit): number => {
    if (followUp === 'why') return REASON_WORDS.test(text) && kind !== 'call' ? 1 : 0;
    if (kind === section) return 0.6 + (index === 0 && section === 'what' ? 0.5 : 0);
    if (section === 'any' && kind === 'what') return index === 0 ? 0.5 : 0.2;
    return kind === 'call' ? -0.3 : 0;
  };
  return units
    .map((unit, i) => ({ unit, score: scores[i]! / max + prior(unit) }))
    .sort((a, b) => b.score - a.score)
    .map(({ unit }) => unit);
}

/** Whether an earlier answer has this text: its beginning suffices. */
function isTold(text: string, earlierText: string): boolean {
  return earlierText.includes(text.slice(0, 40) || '\u0000');
}

/** The documents of one language by topic. A topic without one is answered in the other language. */
export function findTopicDocument(
  documents: readonly KnowledgeDocument[],
  topic: string,
  language: Language,
): KnowledgeDocument | undefined {
  const candidates = documents.filter(({ id }) => id === topic);
  return candidates.find(({ lang }) => lang === language) ?? candidates[0];
}

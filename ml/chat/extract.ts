import type { Language } from '../text/language.ts';
import type { FollowUp } from './dialogue.ts';
import type { KnowledgeDocument, SectionKind } from './knowledge.ts';
import { buildLexicalIndex, toTerms } from './lexical.ts';
import { PHRASES } from './phrases.ts';
import { expandTerms } from './synonyms.ts';

/** The kind of section that answers a question. */
export type RequestedSection = SectionKind | 'any';

const SECTION_PATTERNS: readonly [SectionKind, RegExp][] = [
  [
    'call',
    /(?:신고|전화|문의|상담).{0,8}(?:어디|번호|몇\s?번|누구|해야)|(?:어디|누구|몇\s?번).{0,8}(?:신고|전화|연락|문의|상담)|\b(?:who|where)\b.{0,20}\b(?:call|report|contact|tell)\b|\b(?:hotline|phone number)\b/i,
  ],
  [
    'do',
    /어떡|어떻게\s?(?:해|하죠|하지|막|대처|풀|되찾|지우|설정)|뭐부터|뭘\s?해|대처|대응|해결|복구|되찾|돌려받|막을|막나|방법|했어요|눌렀|눌러\s?버|보냈|깔았|당했|당한|잃어버|도와|\bwhat (?:should|do|can|now|to do)\b|\bhow (?:do|can|should) i (?:stop|fix|remove|get|lock|protect|prevent|avoid|recover|set|make|keep)|\b(?:help|clicked|tapped|sent|installed|entered|lost|got hacked|fell for|i (?:just|accidentally))\b|\bnext steps?\b/i,
  ],
  [
    'see',
    /구별|구분|알아\s?(?:보|내|채)|징후|증상|진짜\s?(?:인|일|맞)|가짜\s?(?:인|일)|맞나요|맞죠|사기(?:인|일)|괜찮|안전한가|믿어도|의심|확인|\b(?:spot|tell|recogni[sz]e|signs?|legit|real|fake|genuine|trust|is (?:this|it)|how do i know|check)\b/i,
  ],
  [
    'what',
    /뭐(?:야|예요|에요|죠|지|임|니)|무엇|뭔가|뭔데|뜻|의미|이란|란\s?게|개념|정의|설명|원리|왜|\b(?:what(?:'s| is| are| does)|whats|meaning|mean|define|definition|explain|why|how does|how do .{1,30} work)\b/i,
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
  /** Text of earlier answers, so that `more` does not repeat it. */
  earlierText?: string;
}

const FOLLOW_UP_PART: Record<FollowUp, RequestedSection> = {
  why: 'what',
  more: 'any',
  steps: 'do',
  contact: 'call',
  signs: 'see',
  sure: 'see',
};

/**
 * An answer from one document without a model: the best matching paragraph, the section that the question asks for
 * (steps after an incident, signs for a definition), contacts, related topics, sources.
 */
export function extractAnswer(options: ExtractOptions): string {
  const { question, document, followUp, earlierText = '' } = options;
  const phrases = PHRASES[document.lang];
  const section = followUp ? FOLLOW_UP_PART[followUp] : detectRequestedSection(question);
  const blocks = rankBlocks(options, section).filter(
    ({ text }) => followUp === undefined || !earlierText.includes(firstSentences(text)),
  );
  const parts: string[] = [];
  const addBlocks = (kind: SectionKind, max: number): void => {
    for (const { text } of blocks
      .filter((block) => block.kind === kind && !parts.includes(block.text))
      .slice(0, max))
      parts.push(text);
  };
  const lead = blocks.find(({ text }) => !isList(text)) ?? blocks[0];
  if (!lead) return [phrases.nothingMore, ...footer(options)].join('\n\n');
  parts.push(lead.text);
  if (followUp === 'more')
    for (const { text } of blocks.slice(0, 3)) if (!parts.includes(text)) parts.push(text);
  if (section === 'what' || section === 'any') addBlocks('see', 1);
  const steps = document.sections.find(({ kind }) => kind === 'do');
  const needsSteps = section === 'do' || (document.incident && section !== 'call' && followUp !== 'why');
  if (steps && needsSteps && !earlierText.includes(firstSentences(steps.blocks[0] ?? ''))) {
    const text = steps.blocks.filter((block) => !parts.includes(block)).join('\n');
    if (text) parts.push(`${phrases.steps}\n${text}`);
  } else if (section === 'see') addBlocks('do', 1);
  if (needsSteps || section === 'call') {
    const call = document.sections.find(({ kind }) => kind === 'call')?.blocks ?? [];
    const text = call
      .filter((block) => !parts.includes(block))
      .slice(0, section === 'call' ? 3 : 1)
      .join('\n');
    if (text) parts.push(section === 'call' ? text : `${phrases.contact}\n${text}`);
  }
  return [...parts, ...footer(options)].join('\n\n');
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

/** The paragraphs of a document, ranked by common words with the question and by the section it asks for. */
function rankBlocks({ question, document, followUp }: ExtractOptions, section: RequestedSection) {
  const blocks = document.sections.flatMap(({ kind, blocks }) => blocks.map((text) => ({ kind, text })));
  const index = buildLexicalIndex(
    blocks.map(({ text }) => toTerms(text)),
    1.2,
    0.4,
  );
  const scores = index.scores(expandTerms(question));
  const max = Math.max(...scores, 1e-9);
  const prior = ({ kind, text }: { kind: SectionKind; text: string }, position: number): number => {
    if (followUp === 'why') return REASON_WORDS.test(text) && kind !== 'call' ? 1 : 0;
    const openingBonus = position === 0 && section === 'what' ? 0.5 : 0;
    if (kind === section) return 0.6 + openingBonus;
    if (section === 'any' && kind === 'what') return position === 0 ? 0.35 : 0.2;
    return kind === 'call' ? -0.3 : 0;
  };
  return blocks
    .map((block, position) => ({ ...block, score: scores[position]! / max + prior(block, position) }))
    .sort((a, b) => b.score - a.score);
}

function isList(text: string): boolean {
  return /^(?:\d+\.|-) /.test(text);
}

function firstSentences(text: string): string {
  return text.slice(0, 40) || '\u0000';
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

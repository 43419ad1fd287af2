import { answerSecurityQuestion } from './answer-question.ts';
import type { AnswerChunk, AnswerDeps, DraftAnswer } from './answer-types.ts';
import type { ChatRequest, MessageOutcome, ScanAnswer, ScanOutcome } from './chat-engine-types.ts';
import { composeAnswer, joinParts, splitParagraphs } from './compose.ts';
import { findEmergency } from './emergency.ts';
import { detectRequestedSection, findTopicDocument } from './extract.ts';
import type { MessageAnalysis } from './intent.ts';
import { PHRASES } from './phrases.ts';
import type { TopicHit } from './search.ts';
import { describeMessage, describeScans, findWorstVerdict, toSafetyVerdict } from './verdict.ts';

/** The topic for a person who sends a URL and asks for help without saying more. */
const CLICKED_LINK_TOPIC = 'clicked-link';
/** The topic for a pasted message that no other fits. */
const FRAUD_MESSAGE_TOPIC = 'smishing';
/** Frauds that come with a link: naming one matters more than how its address scores. */
const LINK_FRAUDS = new Set(
  `invitation-smishing delivery-scam refund-scam fake-payment-text prize-scam family-impersonation agency-impersonation
   loan-scam investment-scam travel-booking-scam`.split(/\s+/),
);
/** Words of a message beside its links that say what it is about. */
const MIN_STORY_LENGTH = 10;

/** Judges a message without a link that the caller got, and says what to do; one that is safe is a question. */
export async function* answerPastedMessage(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  const { language, question } = analysis;
  const message = (await request.scanMessage?.(request.message, language)) ?? null;
  const lead = message && describeMessage(message, null, language);
  if (!lead) return yield* answerSecurityQuestion(deps, request, analysis);
  yield { intent: 'security_qa' };
  const { inScope, hits } = await deps.search.find(question, language);
  const topics = inScope ? hits : [{ topic: FRAUD_MESSAGE_TOPIC, score: 1 }];
  const help = composeAnswer(deps.documents, {
    question,
    language,
    hits: topics,
    turns: request.turns,
    section: 'do',
  });
  const text = joinParts(lead, help.rest);
  for (const piece of splitParagraphs(text)) yield { text: piece };
  return { text, sources: help.sources, topic_id: help.topic };
}

/** What the answer says of the worst link, or of the whole message when that is worse. */
function toAnalysisResult(
  worst: ScanOutcome,
  message: MessageOutcome | null,
): NonNullable<DraftAnswer['analysis_result']> {
  const { url, result, confidence } = worst;
  if (!message) return { url, verdict: toSafetyVerdict(worst), result, confidence };
  const { verdict, risk_score } = message;
  if (verdict === 'dangerous') return { url, verdict, result: 'dangerous', confidence: risk_score };
  return { url, verdict, result: 'safe', confidence: 1 - risk_score };
}

/** Judges the links of a message, and answers the story around them. Nothing is generated beside a verdict. */
export async function* answerWithScan(
  deps: AnswerDeps,
  request: ChatRequest,
  analysis: MessageAnalysis,
  urls: string[],
  isRepeat: boolean,
): AsyncGenerator<AnswerChunk, DraftAnswer> {
  yield { intent: 'url_analysis' };
  const { language } = analysis;
  const outcomes: ScanAnswer[] = await request.scanUrls(urls, language);
  const worst = findWorstVerdict(outcomes);
  const message = isRepeat ? null : ((await request.scanMessage?.(request.message, language)) ?? null);
  const about = message && describeMessage(message, worst, language);
  const story = isRepeat ? NO_STORY : await readAround(deps, request, analysis, worst, message);
  const lead = joinParts(story.first, about ?? story.knownFraud);
  const text = joinParts(lead, describeScans(outcomes, language), story.help);
  for (const piece of splitParagraphs(text)) yield { text: piece };
  const analysis_result = worst ? toAnalysisResult(worst, about ? message : null) : undefined;
  return {
    text,
    ...(analysis_result ? { analysis_result } : {}),
    ...(story.sources ? { sources: story.sources, topic_id: story.topic } : {}),
  };
}

interface StoryAround {
  /** the number and the next step, when something happened already */
  first: string;
  knownFraud: string;
  help: string;
  topic: string | null;
  sources?: DraftAnswer['sources'];
}
const NO_STORY: StoryAround = { first: '', knownFraud: '', help: '', topic: null };

/** What the words beside the links tell: something that happened, a known fraud, a question. */
async function readAround(
  deps: AnswerDeps,
  request: ChatRequest,
  { language, question, story }: MessageAnalysis,
  worst: ScanOutcome | null,
  message: MessageOutcome | null,
): Promise<StoryAround> {
  const words = question.replace(/\(URL \d+\)/g, ' ').trim();
  const emergency = findEmergency(request.message, story, language);
  const found = await deps.search.find(words, language);
  const fraud = words.length >= MIN_STORY_LENGTH && found.inScope ? found.hits[0]?.topic : undefined;
  const isKnownFraud =
    fraud !== undefined && LINK_FRAUDS.has(fraud) && worst?.risk_level !== 'high' && message !== null;
  const title = isKnownFraud ? findTopicDocument(deps.documents, fraud, language)?.title : undefined;
  const section = detectRequestedSection(words);
  const wantsHelp = emergency !== null || story.events.size > 0 || section === 'do' || section === 'call';
  const around = {
    first: emergency?.line ?? '',
    knownFraud: title ? PHRASES[language].knownFraud(title) : '',
  };
  if (!wantsHelp && !title) return { ...NO_STORY, ...around };
  const hits = toHelpTopics(found.inScope ? found.hits : [], emergency?.topic, title ? fraud : undefined);
  const help = composeAnswer(deps.documents, {
    question,
    language,
    hits,
    turns: request.turns,
    section: 'do',
  });
  return { ...around, help: help.rest, topic: help.topic, sources: help.sources };
}

function toHelpTopics(hits: readonly TopicHit[], emergency?: string, fraud?: string): TopicHit[] {
  const first = fraud ?? emergency;
  const isClickedLinkNear = hits.slice(0, 5).some(({ topic }) => topic === CLICKED_LINK_TOPIC);
  if (first === undefined && (hits.length === 0 || isClickedLinkNear))
    return [{ topic: CLICKED_LINK_TOPIC, score: 1 }];
  return first === undefined
    ? [...hits]
    : [{ topic: first, score: 1 }, ...hits.filter(({ topic }) => topic !== first)];
}

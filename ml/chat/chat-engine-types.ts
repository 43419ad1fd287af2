import type { Language } from '../text/language.ts';
import type { SafetyVerdict } from '../url/judge.ts';

export type IntentType = 'security_qa' | 'url_analysis' | 'general_chat';
export type ToolUsed = 'RAGTool' | 'URLBERT_ThreatAnalyzer' | 'ChatTool';
export type AnswerEngine = 'ollama' | 'extractive';

export const TOOL_BY_INTENT: Record<IntentType, ToolUsed> = {
  security_qa: 'RAGTool',
  url_analysis: 'URLBERT_ThreatAnalyzer',
  general_chat: 'ChatTool',
};

/** An earlier exchange of the same caller, as stored (masked). */
export interface ChatTurn {
  user_message: string;
  bot_response: string;
  intent_type: IntentType;
  topic_id?: string | null;
}

/** The scanner's result for one URL. `confidence` is 0.5–1; `reasons` are sentences in the requested language. */
export interface ScanOutcome {
  url: string;
  result: 'safe' | 'dangerous';
  confidence: number;
  risk_level: 'low' | 'caution' | 'high';
  reasons: string[];
}
/** What the scanner says of the whole message. */
export interface MessageOutcome {
  verdict: SafetyVerdict;
  risk_score: number;
  reasons: string[];
}
export type ScanAnswer = ScanOutcome | { url: string; error: string };

export interface ChatRequest {
  /** 1–1,000 characters */
  message: string;
  /** The caller's language. The answer is in the question's own language when that is clear. */
  language: Language;
  /** Earlier turns, oldest first. */
  turns: readonly ChatTurn[];
  /** Aborting it ends the generation. */
  signal?: AbortSignal | undefined;
  /** Scans URLs. The chatbot never judges a URL itself. */
  scanUrls(urls: readonly string[], language: Language): Promise<ScanAnswer[]>;
  /** The same for the message as a whole, with its links. */
  scanMessage?(message: string, language: Language): Promise<MessageOutcome>;
}

export interface ChatAnswer {
  /** The message with personal data masked, as it may be stored. */
  user_message: string;
  bot_response: string;
  intent_type: IntentType;
  tool_used: ToolUsed;
  /** The worst result of the URLs that could be scanned. */
  analysis_result?: {
    url: string;
    verdict: SafetyVerdict;
    result: 'safe' | 'dangerous';
    confidence: number;
  };
  /** The topics the answer was made from. */
  sources?: { id: string; title: string }[];
  engine: AnswerEngine;
  language: Language;
  topic_id: string | null;
  /** `prompt_injection`, `policy:<id>`, `masked` … for the log and the metrics. */
  flags: string[];
}

/**
 * `intent` is first and occurs once, each `token` is a piece of the text, and `done` has the whole answer, which is
 * authoritative: when a model fails in the middle, it differs from the tokens before it.
 */
export type ChatEvent =
  | { type: 'intent'; intent_type: IntentType; tool_used: ToolUsed }
  | { type: 'token'; text: string }
  | { type: 'done'; answer: ChatAnswer };

import type { Language } from '../text/language.ts';

export type IntentType = 'security_qa' | 'url_analysis' | 'general_chat';
export type ToolUsed = 'RAGTool' | 'URLBERT_ThreatAnalyzer' | 'ChatTool';
export type AnswerEngine = 'ollama' | 'extractive';

export const TOOL_BY_INTENT: Record<IntentType, ToolUsed> = {
  security_qa: 'RAGTool',
  url_analysis: 'URLBERT_ThreatAnalyzer',
  general_chat: 'ChatTool',
};

/** One earlier exchange of the same caller, as it was stored (masked). */
export interface ChatTurn {
  user_message: string;
  bot_response: string;
  intent_type: IntentType;
  topic_id?: string | null;
}

/** What the URL scanner says of one URL. `confidence` is 0.5–1, `reasons` are sentences in the language asked for. */
export interface ScanOutcome {
  url: string;
  result: 'safe' | 'dangerous';
  confidence: number;
  risk_level: 'low' | 'caution' | 'high';
  reasons: string[];
}
export type ScanAnswer = ScanOutcome | { url: string; error: string };

export interface ChatRequest {
  /** 1–1,000 characters */
  message: string;
  /** The caller's. The answer is in the question's own language when that is clear. */
  language: Language;
  /** Earlier turns, oldest first. */
  turns: readonly ChatTurn[];
  /** Aborting ends the generation. */
  signal?: AbortSignal | undefined;
  /** The one scanner of the product; the chat never judges a URL itself. */
  scanUrls(urls: readonly string[], language: Language): Promise<ScanAnswer[]>;
}

export interface ChatAnswer {
  /** The message with personal data masked: what may be stored. */
  user_message: string;
  bot_response: string;
  intent_type: IntentType;
  tool_used: ToolUsed;
  /** The worst of the URLs that could be scanned. */
  analysis_result?: { url: string; result: 'safe' | 'dangerous'; confidence: number };
  /** The topics the answer was made from. */
  sources?: { id: string; title: string }[];
  engine: AnswerEngine;
  language: Language;
  topic_id: string | null;
  /** `prompt_injection`, `policy:<id>`, `masked` … for the log and the figures. */
  flags: string[];
}

/**
 * `intent` comes first and once, `token`s are pieces of the text, `done` is the whole answer and what counts: when
 * a model breaks off in the middle, it differs from the tokens before it.
 */
export type ChatEvent =
  | { type: 'intent'; intent_type: IntentType; tool_used: ToolUsed }
  | { type: 'token'; text: string }
  | { type: 'done'; answer: ChatAnswer };

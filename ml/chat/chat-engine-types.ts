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
  /** Milliseconds to wait for a language model's version of the answer; as long as the model may take when absent. */
  revisionMs?: number | undefined;
  /** Aborting it ends the generation. */
  signal?: AbortSignal | undefined;
  /** Scans URLs. The chatbot never judges a URL itself. */
  scanUrls(urls: readonly string[], language: Language): Promise<ScanAnswer[]>;
  /** The same for the message as a whole, with its links. */
  scanMessage?(message: string, language: Language): Promise<MessageOutcome>;
}

/** What an answer was made from: a topic, and the passage of it that was used first. */
export interface AnswerSource {
  id: string;
  title: string;
  passage: string;
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
  /** The topics the answer was made from, at most five. */
  sources?: AnswerSource[];
  engine: AnswerEngine;
  language: Language;
  topic_id: string | null;
  /** `prompt_injection`, `policy:<id>`, `masked` … for the log and the metrics. */
  flags: string[];
}

/**
 * `intent` is first and occurs once, each `token` is a piece of the composed text. When a language model's version
 * passes every check, `revised` has it whole. `done` has the answer that counts.
 */
export type ChatEvent =
  | { type: 'intent'; intent_type: IntentType; tool_used: ToolUsed }
  | { type: 'token'; text: string }
  | { type: 'revised'; text: string }
  | { type: 'done'; answer: ChatAnswer };

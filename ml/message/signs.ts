/** The signs that patterns find in a message; `weigh.ts` weighs them. */

/** The kinds of fraud. Each has a page in the knowledge base (`kinds.ts`). */
export const MESSAGE_KINDS = [
  'delivery',
  'family',
  'institution',
  'payment',
  'job',
  'investment',
  'invitation',
  'refund',
  'loan',
  'account',
  'prize',
  'tech_support',
  'romance',
  'marketplace',
  'extortion',
  'crypto',
  'code',
  'app',
  'none',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Names of signs. They are features of the classifier too: after a change it must be fitted again. */
export type SignName =
  | 'asks_code'
  | 'asks_card'
  | 'asks_identity'
  | 'asks_details'
  | 'asks_remote_control'
  | 'asks_install'
  | 'asks_money'
  | 'asks_gift_card'
  | 'asks_other_channel'
  | 'asks_callback'
  | 'urgency'
  | 'threat'
  | 'secrecy'
  | 'sent_from_abroad'
  | 'advertisement'
  | 'gambling'
  | 'adult'
  | 'gives_code'
  | 'warns'
  | 'transaction'
  | 'pretext_delivery'
  | 'pretext_family'
  | 'pretext_institution'
  | 'pretext_payment'
  | 'pretext_job'
  | 'pretext_investment'
  | 'pretext_invitation'
  | 'pretext_refund'
  | 'pretext_loan'
  | 'pretext_account'
  | 'pretext_prize'
  | 'pretext_tech_support'
  | 'pretext_romance'
  | 'pretext_marketplace'
  | 'pretext_extortion'
  | 'pretext_crypto';

/**
 * A pattern over the folded text, in which each link is `\ue000`. Every pattern takes linear time, since gaps are
 * bounded.
 */
export interface SignPattern {
  name: SignName;
  pattern: RegExp;
  /** also counts in a sentence that forbids or warns (`never share your code`) */
  even_in_warnings?: boolean;
}

/** A sign and its position in the folded text. */
export interface MessageSign {
  name: SignName;
  start: number;
  end: number;
}

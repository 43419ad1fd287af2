/** What a message does, as signs that a pattern finds in it; what each weighs is in `weigh.ts`. */

/** The frauds that a message is told apart by; each has its page in the knowledge base (`kinds.ts`). */
export type MessageKind =
  | 'delivery'
  | 'family'
  | 'institution'
  | 'payment'
  | 'job'
  | 'investment'
  | 'invitation'
  | 'refund'
  | 'loan'
  | 'account'
  | 'prize'
  | 'tech_support'
  | 'romance'
  | 'marketplace'
  | 'extortion'
  | 'crypto'
  | 'code'
  | 'app'
  | 'none';

/** What a sign is about. The names are features of the classifier too, so that a change of one needs a new fit. */
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

/** A pattern over the folded text, in which each link is `\ue000`. Every pattern is linear: gaps are bounded. */
export interface SignPattern {
  name: SignName;
  pattern: RegExp;
  /** counts in a sentence that forbids or warns as well (`never share your code`) */
  even_in_warnings?: boolean;
}

/** Where a sign stands in the folded text. */
export interface MessageSign {
  name: SignName;
  start: number;
  end: number;
}

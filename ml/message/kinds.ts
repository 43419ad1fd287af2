/** Which fraud a message is, and the page of the knowledge base that says what to do. */

import type { InstitutionClaim } from './claims.ts';
import type { Sector } from './institutions.ts';
import type { MessageKind, MessageSign, SignName } from './signs.ts';

/** Pages of `ml/knowledge`. */
export const KIND_TOPICS: Record<Exclude<MessageKind, 'none'>, string> = {
  delivery: 'delivery-scam',
  family: 'family-impersonation',
  institution: 'agency-impersonation',
  payment: 'smishing',
  job: 'job-scam',
  investment: 'investment-scam',
  invitation: 'invitation-smishing',
  refund: 'refund-scam',
  loan: 'loan-scam',
  account: 'phishing-basics',
  prize: 'smishing',
  tech_support: 'tech-support-scam',
  romance: 'romance-scam',
  marketplace: 'marketplace-scam',
  extortion: 'sextortion',
  crypto: 'crypto-scam',
  code: 'otp-sharing',
  app: 'apk-sideload',
};

/** How clearly each sign tells the kind: the specific ones come before those that many frauds share. */
const KIND_WEIGHTS: Partial<Record<SignName, readonly [MessageKind, number]>> = {
  pretext_extortion: ['extortion', 7],
  pretext_family: ['family', 6],
  asks_gift_card: ['family', 4.2],
  pretext_invitation: ['invitation', 5],
  pretext_delivery: ['delivery', 5],
  pretext_refund: ['refund', 4.5],
  pretext_crypto: ['crypto', 4.6],
  pretext_tech_support: ['tech_support', 4],
  asks_remote_control: ['tech_support', 4],
  pretext_job: ['job', 4.6],
  pretext_investment: ['investment', 4.6],
  pretext_loan: ['loan', 4.5],
  pretext_institution: ['institution', 4.2],
  pretext_payment: ['payment', 3.8],
  pretext_marketplace: ['marketplace', 3.5],
  pretext_account: ['account', 3.4],
  pretext_romance: ['romance', 5.6],
  pretext_prize: ['prize', 3],
  asks_code: ['code', 2.5],
  asks_install: ['app', 2],
};

const SECTOR_KINDS: Record<Sector, MessageKind> = {
  courier: 'delivery',
  agency: 'institution',
  bank: 'account',
  telecom: 'account',
  service: 'account',
};

/** The kind that most of the signs speak for; the institution that it names when no sign does; else `none`. */
export function toKind(signs: readonly MessageSign[], claims: readonly InstitutionClaim[]): MessageKind {
  const scores = new Map<MessageKind, number>();
  const add = (kind: MessageKind, weight: number): void => {
    const before = scores.get(kind) ?? 0;
    scores.set(kind, before === 0 ? weight : Math.max(before, weight) + 0.5);
  };
  for (const { name } of signs) {
    const entry = KIND_WEIGHTS[name];
    if (entry) add(...entry);
  }
  for (const { institutions, strength } of claims) {
    if (strength !== 'mention') add(SECTOR_KINDS[institutions[0]!.sector], 0.6);
  }
  const [best] = [...scores].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? 'none';
}

/** Classifies the fraud of a message, and names the page of the knowledge base about it. */

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

/** Weights of signs for kinds of fraud. Signs that only one fraud has weigh more than those that many share. */
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

/** Subjects of messages without signs, the specific ones first. */
const SUBJECTS: readonly (readonly [MessageKind, RegExp])[] = [
  ['delivery', /parcel|packages?\b|deliver|shipment|shipping|courier|택배|배송|소포|운송장|물품/],
  ['refund', /refund|rebate|환급|지원금|보조금/],
  ['loan', /\bloan|대출/],
  ['investment', /invest|\bstocks?\b|crypto|bitcoin|주식|투자|코인/],
  ['institution', /\btax|\bfine\b|\bcourt\b|police|vaccin|covid|법원|경찰|검찰|소송|검진|고지서|민원/],
  ['job', /\bjobs?\b|hiring|interview|shortlist|채용|모집|알바/],
  ['payment', /payment|payee|transaction|purchase|결제|승인|카드/],
  ['account', /account|\ba ?\/ ?c\b|\bbank|log ?in|verif|계정|계좌|로그인|인증|비밀번호/],
  ['prize', /\bfree\b|\bwin\b|\bgift|\bpoints\b|당첨|쿠폰|이벤트/],
];

/**
 * The kind with the most weight of signs; otherwise that of the subject, or of the institution named; otherwise
 * `none`.
 */
export function toKind(
  signs: readonly MessageSign[],
  claims: readonly InstitutionClaim[],
  text: string,
): MessageKind {
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
  if (best && best[1] > 1) return best[0];
  const [claim] = claims;
  const subject = SUBJECTS.find(([, pattern]) => pattern.test(text))?.[0];
  return subject ?? best?.[0] ?? (claim ? SECTOR_KINDS[claim.institutions[0]!.sector] : 'none');
}

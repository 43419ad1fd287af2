/** The shape of what a code or a note holds. */

import type { CanonicalUrl } from '../url/canonical.ts';
import type { PayloadReasonCode } from './reason-texts.ts';

export const PAYLOAD_KINDS = [
  'url',
  'wifi',
  'tel',
  'sms',
  'email',
  'contact',
  'event',
  'geo',
  'otp',
  'app_link',
  'app_store',
  'payment',
  'crypto',
  'script',
  'file',
  'text',
  'other',
] as const;
export type PayloadKind = (typeof PAYLOAD_KINDS)[number];

export type FieldValue = string | number | boolean | null;

/** A reason that is true of the payload itself, beside those of its links. */
export interface PayloadReason {
  code: PayloadReasonCode;
  /** the piece it is about, as a person reads it; never a secret */
  part: string;
  params?: Record<string, string>;
  /** what it makes of the payload: `info` changes no verdict */
  level: 'info' | 'caution' | 'dangerous';
}

/** A link in a payload, to be judged as any other. */
export interface PayloadLink {
  /** the field it stands in (`url`, `body`, `fallback`, …), `text` when in none */
  field: string;
  text: string;
  canonical: CanonicalUrl;
}

/** A piece of the payload in which links are looked for. */
export interface LinkSource {
  field: string;
  text: string;
  /** `prose`: names without a scheme count too; `scheme`: only `http:` and the like; `address`: it is one address */
  as: 'prose' | 'scheme' | 'address';
}

/** What the parser of one kind reads. */
export interface PayloadContent {
  kind: PayloadKind;
  fields: Record<string, FieldValue>;
  reasons: PayloadReason[];
  sources: LinkSource[];
  /** the payload without its secrets; the payload itself when it has none */
  safe_text?: string;
}

export interface Payload {
  kind: PayloadKind;
  /** those of the kind's row in the contract; null where the payload says nothing; never a secret */
  fields: Record<string, FieldValue>;
  /** in order, each address once */
  links: PayloadLink[];
  reasons: PayloadReason[];
  /** the payload as it may be stored and shown: secrets are `***` */
  text: string;
}

/** What numbers are dialled from: an ISO 3166 country. */
export interface PayloadOptions {
  region: string;
}

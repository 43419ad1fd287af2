/** The types of a parsed payload. */

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

/** A reason about the payload itself, in addition to those of its links. */
export interface PayloadReason {
  code: PayloadReasonCode;
  /** the part it is about, in readable form; never a secret */
  part: string;
  params?: Record<string, string>;
  /** its effect on the verdict; `info` has none */
  level: 'info' | 'caution' | 'dangerous';
}

/** A link in a payload, which is judged like any other. */
export interface PayloadLink {
  /** the field that has the link (`url`, `body`, `fallback`, …), or `text` */
  field: string;
  text: string;
  canonical: CanonicalUrl;
}

/** A part of the payload that is searched for links. */
export interface LinkSource {
  field: string;
  text: string;
  /** `prose`: names without a scheme count; `scheme`: only `http:` and the like; `address`: it is one address */
  as: 'prose' | 'scheme' | 'address';
}

/** The result of the parser of one kind. */
export interface PayloadContent {
  kind: PayloadKind;
  fields: Record<string, FieldValue>;
  reasons: PayloadReason[];
  sources: LinkSource[];
  /** the payload without its secrets; the same text when it has none */
  safe_text?: string;
}

export interface Payload {
  kind: PayloadKind;
  /** the fields of this kind; null where the payload has no value; never a secret */
  fields: Record<string, FieldValue>;
  /** in order, each address once */
  links: PayloadLink[];
  reasons: PayloadReason[];
  /** the payload as it may be stored and shown: secrets are `***` */
  text: string;
}

/** Where numbers are dialled from: an ISO 3166 country. */
export interface PayloadOptions {
  region: string;
}

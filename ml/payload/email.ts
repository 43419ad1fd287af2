/** Prepared mails: `mailto:` (RFC 6068), `MATMSG:` (NTT DoCoMo), `SMTP:address:subject:text` (ZXing), a bare address. */

import { decodePercent, findParameter, orNull, readQuery, toPart } from './decode.ts';
import { findField, readFieldList } from './field-list.ts';
import type { ParsedPayload, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

interface Mail {
  to: (string | null)[];
  subject: string | null;
  body: string | null;
  attachment: string | null;
}

function toParsed({ to, subject, body, attachment }: Mail): ParsedPayload {
  const reasons: PayloadReason[] = attachment
    ? [{ code: 'attached_file', part: toPart(attachment), level: 'caution' }]
    : [];
  return {
    kind: 'email',
    fields: {
      to: orNull(to.filter((one) => one !== null && one.trim() !== '').join(', ')),
      subject: orNull(subject),
      body: orNull(body),
    },
    reasons,
    searched: [
      { field: 'subject', text: subject ?? '', as: 'written' },
      { field: 'body', text: body ?? '', as: 'written' },
    ],
  };
}

export function parseEmail({ scheme, rest }: SchemeText, text: string): ParsedPayload | null {
  if (scheme === 'mailto') {
    const mark = rest.indexOf('?');
    const address = decodePercent(mark === -1 ? rest : rest.slice(0, mark));
    const headers = mark === -1 ? [] : readQuery(rest.slice(mark + 1));
    return toParsed({
      to: [address, ...['to', 'cc', 'bcc'].map((name) => findParameter(headers, name))],
      subject: findParameter(headers, 'subject'),
      body: findParameter(headers, 'body'),
      attachment: findParameter(headers, 'attach', 'attachment'),
    });
  }
  if (scheme === 'matmsg') {
    const { fields, behind } = readFieldList(text, text.indexOf(':') + 1);
    const parsed = toParsed({
      to: [findField(fields, 'TO')],
      subject: findField(fields, 'SUB'),
      body: findField(fields, 'BODY'),
      attachment: null,
    });
    return { ...parsed, searched: [...parsed.searched, { field: 'text', text: behind, as: 'written' }] };
  }
  if (scheme === 'smtp' && rest.includes('@')) {
    const [to = '', subject = '', ...body] = rest.split(':');
    return toParsed({ to: [to], subject, body: body.join(':'), attachment: null });
  }
  return null;
}

const ADDRESS = /^[^\s@:/?#<>"(),;]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,10}[\p{L}\p{N}-]{2,63}$/u;

/** A payload that is an e-mail address and nothing else. */
export function parseBareEmail(text: string): ParsedPayload | null {
  return ADDRESS.test(text) ? toParsed({ to: [text], subject: null, body: null, attachment: null }) : null;
}

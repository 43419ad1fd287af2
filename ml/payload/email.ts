/**
 * Prepared e-mails: `mailto:` (RFC 6068), `MATMSG:` (NTT DoCoMo), `SMTP:address:subject:text` (ZXing), a bare
 * address.
 */

import { decodePercent, findParameter, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import { findField, readFieldList } from './field-list.ts';
import type { PayloadContent, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

interface Mail {
  to: (string | null)[];
  subject: string | null;
  body: string | null;
  attachment: string | null;
}

function toContent({ to, subject, body, attachment }: Mail): PayloadContent {
  const reasons: PayloadReason[] = attachment
    ? [{ code: 'attached_file', part: toPart(attachment), level: 'caution' }]
    : [];
  return {
    kind: 'email',
    fields: {
      to: toNullIfEmpty(to.filter((one) => one !== null && one.trim() !== '').join(', ')),
      subject: toNullIfEmpty(subject),
      body: toNullIfEmpty(body),
    },
    reasons,
    sources: [
      { field: 'subject', text: subject ?? '', as: 'prose' },
      { field: 'body', text: body ?? '', as: 'prose' },
    ],
  };
}

export function parseEmail({ scheme, rest }: SchemeText, text: string): PayloadContent | null {
  if (scheme === 'mailto') {
    const mark = rest.indexOf('?');
    const address = decodePercent(mark === -1 ? rest : rest.slice(0, mark));
    const headers = mark === -1 ? [] : readQuery(rest.slice(mark + 1));
    return toContent({
      to: [address, ...['to', 'cc', 'bcc'].map((name) => findParameter(headers, name))],
      subject: findParameter(headers, 'subject'),
      body: findParameter(headers, 'body'),
      attachment: findParameter(headers, 'attach', 'attachment'),
    });
  }
  if (scheme === 'matmsg') {
    const { fields, behind } = readFieldList(text, text.indexOf(':') + 1);
    const content = toContent({
      to: [findField(fields, 'TO')],
      subject: findField(fields, 'SUB'),
      body: findField(fields, 'BODY'),
      attachment: null,
    });
    return { ...content, sources: [...content.sources, { field: 'text', text: behind, as: 'prose' }] };
  }
  if (scheme === 'smtp' && rest.includes('@')) {
    const [to = '', subject = '', ...body] = rest.split(':');
    return toContent({ to: [to], subject, body: body.join(':'), attachment: null });
  }
  return null;
}

const ADDRESS = /^[^\s@:/?#<>"(),;]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,10}[\p{L}\p{N}-]{2,63}$/u;

/** A payload that is only an e-mail address. */
export function parseBareEmail(text: string): PayloadContent | null {
  return ADDRESS.test(text) ? toContent({ to: [text], subject: null, body: null, attachment: null }) : null;
}

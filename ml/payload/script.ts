/**
 * Payloads that run code: `javascript:` and similar schemes, `data:` with markup (RFC 2397), and schemes that open
 * Windows programs (`ms-*:`, `search-ms:`, Microsoft's list of URI schemes).
 */

import { decodePercent, toPart } from './decode.ts';
import type { PayloadContent, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

const SCRIPTS = new Set(['javascript', 'jscript', 'livescript', 'vbscript', 'mocha', 'jar', 'mhtml']);
const PROGRAMS =
  /^(?:ms-.+|search|search-ms|shell|hcp|ldap|ldaps|diagcab|powershell|cmd|wscript|appinstaller)$/;
/** Types that a browser runs when it displays them. */
const ACTIVE_TYPE = /html|xml|svg|script|pdf|x-msdownload|java/i;
const MARKUP = /<\s*(?:script|html|svg|iframe|img|body|meta|form|a\s)/i;

export function parseScript({ scheme, rest }: SchemeText): PayloadContent | null {
  if (scheme === 'data') return parseData(rest);
  const isScript = SCRIPTS.has(scheme);
  if (!isScript && (!PROGRAMS.test(scheme) || scheme === 'ms-windows-store')) return null;
  return toContent(
    {
      code: isScript ? 'runs_script' : 'runs_program',
      part: toPart(`${scheme}:${rest}`),
      level: 'dangerous',
    },
    rest,
  );
}

function toContent(reason: PayloadReason, body: string): PayloadContent {
  return {
    kind: 'script',
    fields: {},
    reasons: [reason],
    sources: [{ field: 'text', text: decodePercent(body), as: 'scheme' }],
  };
}

function parseData(rest: string): PayloadContent | null {
  const comma = rest.indexOf(',');
  const head = (comma === -1 ? rest : rest.slice(0, comma)).replace(/\s/g, '');
  const data = comma === -1 ? '' : rest.slice(comma + 1);
  const body = /;base64$/i.test(head)
    ? Buffer.from(decodePercent(data), 'base64').toString('utf8')
    : decodePercent(data);
  const type = head.split(';')[0] ?? '';
  if (!ACTIVE_TYPE.test(type) && !MARKUP.test(body)) return null;
  return toContent({ code: 'runs_script', part: toPart(`data:${head}`), level: 'dangerous' }, body);
}

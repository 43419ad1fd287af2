/**
 * Content lines of vCard and iCalendar: folded lines (RFC 6350, 3.2; RFC 5545, 3.1), parameters, escapes, and vCard
 * 2.1's QUOTED-PRINTABLE with its own line breaks.
 */

import { decodeBytes } from './decode.ts';

export interface ContentLine {
  /** upper case, without its group */
  name: string;
  /** names in upper case */
  params: Map<string, string>;
  /** decoded: `\n`, `\,` and `\;` are replaced, list separators are not */
  value: string;
  /** the values of a structured property, such as the parts of a name */
  parts: string[];
}

const MAX_LINES = 1000;

function unfold(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|[\r\n\u2028]/)) {
    const last = lines.length - 1;
    const isSoft =
      last >= 0 && lines[last]!.endsWith('=') && /;(?:ENCODING=)?QUOTED-PRINTABLE/i.test(lines[last]!);
    if (isSoft) lines[last] = lines[last]!.slice(0, -1) + line.trimStart();
    else if (last >= 0 && /^[ \t]/.test(line)) lines[last] += line.slice(1);
    else if (lines.length < MAX_LINES) lines.push(line);
  }
  return lines;
}

/** The position of the first colon outside of quotes, where the value starts. */
function findColon(line: string): number {
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === '"') isQuoted = !isQuoted;
    else if (char === ':' && !isQuoted) return i;
  }
  return -1;
}

function decodeQuotedPrintable(value: string, charset: string): string {
  if (!/=[0-9a-f]{2}/i.test(value)) return value;
  const bytes: number[] = [];
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const hex = code === 61 ? /^[0-9a-f]{2}/i.exec(value.slice(i + 1, i + 3))?.[0] : undefined;
    if (hex === undefined) bytes.push(...Buffer.from(value.charAt(i)));
    else {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    }
  }
  return decodeBytes(Uint8Array.from(bytes), charset);
}

const ESCAPED = /\\([nN,;:\\])/g;
const unescapeValue = (value: string): string =>
  value.replace(ESCAPED, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char));

/** The lines of a card or a calendar, in order; at most 1,000. Malformed lines are skipped. */
export function readContentLines(text: string): ContentLine[] {
  const lines: ContentLine[] = [];
  for (const line of unfold(text)) {
    const colon = findColon(line);
    if (colon <= 0) continue;
    const [head = '', ...given] = line.slice(0, colon).split(';');
    const params = new Map<string, string>();
    for (const param of given) {
      const equals = param.indexOf('=');
      // vCard 2.1 omits the name: `;QUOTED-PRINTABLE`.
      const name =
        equals === -1
          ? /^(?:QUOTED-PRINTABLE|BASE64|8BIT)$/i.test(param)
            ? 'ENCODING'
            : 'TYPE'
          : param.slice(0, equals);
      params.set(name.trim().toUpperCase(), param.slice(equals + 1).replace(/^"|"$/g, ''));
    }
    const raw = line.slice(colon + 1);
    const isQuoted = params.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE';
    const value = isQuoted ? decodeQuotedPrintable(raw, params.get('CHARSET') ?? 'utf-8') : raw;
    lines.push({
      name: head
        .slice(head.lastIndexOf('.') + 1)
        .trim()
        .toUpperCase(),
      params,
      value: unescapeValue(value),
      parts: value.split(/(?<!\\);/).map((part) => unescapeValue(part).trim()),
    });
  }
  return lines;
}

/** The first line with this name that has a value. */
export function findLine(lines: readonly ContentLine[], name: string): ContentLine | null {
  return lines.find((line) => line.name === name && line.value.trim() !== '') ?? null;
}

/**
 * Lists such as `WIFI:T:WPA;S:cafe\;1;;`: fields end with `;`, and a backslash escapes the next character (NTT
 * DoCoMo's formats MECARD, MEBKM and MATMSG; the Wi-Fi Alliance's WPA3 specification, section 7).
 */

export interface ListField {
  /** upper case */
  name: string;
  value: string;
  /** position of the raw value, in UTF-16 units */
  start: number;
  end: number;
}

const MAX_FIELDS = 200;

/** The fields after the first colon, in order; at most 200. `behind` is the text after the list's end (`;;`). */
export function readFieldList(text: string, from: number): { fields: ListField[]; behind: string } {
  const fields: ListField[] = [];
  let at = from;
  while (at < text.length && fields.length < MAX_FIELDS) {
    if (text.charAt(at) === ';') {
      at++;
      break;
    }
    const field = readField(text, at);
    if (field.name !== '') fields.push(field);
    at = field.end + 1;
  }
  return { fields, behind: text.slice(at) };
}

function readField(text: string, from: number): ListField {
  let name: string | null = null;
  let piece = '';
  let start = from;
  let at = from;
  for (; at < text.length && text.charAt(at) !== ';'; at++) {
    const char = text.charAt(at);
    if (char === '\\' && at + 1 < text.length) piece += text.charAt(++at);
    else if (char === ':' && name === null) {
      name = piece.trim().toUpperCase();
      piece = '';
      start = at + 1;
    } else piece += char;
  }
  return { name: name ?? '', value: piece, start, end: Math.min(at, text.length) };
}

/** The value of the first field with this name; null when there is none or it is empty. */
export function findField(fields: readonly ListField[], name: string): string | null {
  const value = fields.find((field) => field.name === name)?.value.trim() ?? '';
  return value === '' ? null : value;
}

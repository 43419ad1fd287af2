/** Contacts: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), MECARD (NTT DoCoMo) and BIZCARD. */

import { type ContentLine, findLine, readContentLines } from './content-lines.ts';
import { toNullIfEmpty } from './decode.ts';
import { findField, readFieldList } from './field-list.ts';
import type { LinkSource, PayloadContent, PayloadOptions, PayloadReason } from './payload.ts';
import { readPhoneNumber } from './phone-number.ts';
import type { SchemeText } from './scheme.ts';

/** Pictures, sounds and keys are data, and the domain of an e-mail address is no link. */
const NOT_SEARCHED = new Set([
  'PHOTO',
  'LOGO',
  'SOUND',
  'KEY',
  'EMAIL',
  'BEGIN',
  'END',
  'VERSION',
  'UID',
  'REV',
  'PRODID',
]);
const MAX_NUMBERS = 20;

/** Only premium numbers and codes are reasons here: a contact may live abroad. */
function toNumberReasons(numbers: readonly string[], region: string): PayloadReason[] {
  return numbers
    .slice(0, MAX_NUMBERS)
    .flatMap((number) => readPhoneNumber(number.replace(/^tel:/i, ''), region).reasons)
    .filter(({ code }) => code !== 'foreign_number');
}

/** The parts of the property N (`성;이름;…`), in the order of the language. */
function toFullName(line: ContentLine | null): string | null {
  const [family = '', given = '', middle = ''] = line?.parts ?? [];
  const isAsian = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/.test(family + given);
  return toNullIfEmpty(
    isAsian ? family + given : [given, middle, family].filter((part) => part !== '').join(' '),
  );
}

function parseVcard(text: string, region: string): PayloadContent {
  const lines = readContentLines(text);
  const sources = lines
    .filter(
      ({ name, params }) => !NOT_SEARCHED.has(name) && !/^b(?:ase64)?$/i.test(params.get('ENCODING') ?? ''),
    )
    .map(
      ({ name, value }): LinkSource => ({
        field: name.toLowerCase(),
        text: value,
        as: name === 'URL' ? 'address' : 'prose',
      }),
    );
  return {
    kind: 'contact',
    fields: {
      name: toNullIfEmpty(findLine(lines, 'FN')?.value) ?? toFullName(findLine(lines, 'N')),
      organisation: toNullIfEmpty(
        findLine(lines, 'ORG')
          ?.parts.filter((part) => part !== '')
          .join(', '),
      ),
    },
    reasons: toNumberReasons(
      lines.filter(({ name }) => name === 'TEL').map(({ value }) => value),
      region,
    ),
    sources,
  };
}

function parseCardList(scheme: string, text: string, region: string): PayloadContent {
  const { fields, behind } = readFieldList(text, text.indexOf(':') + 1);
  const name =
    scheme === 'bizcard'
      ? [findField(fields, 'N'), findField(fields, 'X')].filter((part) => part !== null).join(' ')
      : findField(fields, 'N')
          ?.split(',')
          .map((part) => part.trim())
          .join(' ');
  return {
    kind: 'contact',
    fields: { name: toNullIfEmpty(name), organisation: findField(fields, 'ORG') ?? findField(fields, 'C') },
    reasons: toNumberReasons(
      fields.filter((field) => /^(?:TEL|TEL-AV|B|M|F)$/.test(field.name)).map(({ value }) => value),
      region,
    ),
    sources: [
      ...fields
        .filter((field) => field.name !== 'EMAIL' && field.name !== 'E')
        .map(
          (field): LinkSource => ({
            field: field.name.toLowerCase(),
            text: field.value,
            as: field.name === 'URL' ? 'address' : 'prose',
          }),
        ),
      { field: 'text', text: behind, as: 'prose' },
    ],
  };
}

export function parseContact(
  { scheme, rest }: SchemeText,
  text: string,
  { region }: PayloadOptions,
): PayloadContent | null {
  if (scheme === 'mecard' || scheme === 'bizcard') return parseCardList(scheme, text, region);
  return scheme === 'begin' && /^\s*vcard/i.test(rest) ? parseVcard(text, region) : null;
}

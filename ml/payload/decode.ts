/** Small decoders for several kinds of payloads. None throws. */

const MAX_PART = 120;

/** Decodes percent-escapes as UTF-8; invalid escapes stay. With `plus`, `+` is a space (HTML forms). */
export function decodePercent(text: string, plus = false): string {
  const spaced = plus ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
    return decodeBytes(bytes, 'utf-8');
  });
}

/** Decodes bytes. An unknown character set is UTF-8, and what is not valid UTF-8 is EUC-KR, which Korean codes use. */
export function decodeBytes(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // Old Korean phones and printers write EUC-KR without declaring it.
    return new TextDecoder('euc-kr').decode(bytes);
  }
}

/** The parameters of a query (`a=1&b=2`), decoded, in order; names in lower case. */
export function readQuery(query: string): { name: string; value: string }[] {
  return query
    .split(/[&;]/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      return {
        name: decodePercent(name).toLowerCase(),
        value: equals === -1 ? '' : decodePercent(pair.slice(equals + 1), true),
      };
    });
}

/** The first parameter with one of these names; null when there is none or it is empty. */
export function findParameter(
  query: readonly { name: string; value: string }[],
  ...names: string[]
): string | null {
  return query.find(({ name, value }) => names.includes(name) && value !== '')?.value ?? null;
}

/** A part of a payload as a reason quotes it: one line of limited length. */
export function toPart(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > MAX_PART ? `${line.slice(0, MAX_PART)}…` : line;
}

/** The text; null when it is empty. */
export function toNullIfEmpty(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

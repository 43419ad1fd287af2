import busboy from 'busboy';
import { ApiError, invalid } from '../../routers/core/errors.ts';

const LIMITS = { fieldNameSize: 200, fieldSize: 64 * 1024, fields: 100, parts: 110 };
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/**
 * Reads a multipart/form-data body that is in memory (RFC 7578). It takes what clients write: names without quotes, and
 * file names in their extended form alone. Throws INVALID_INPUT.
 */
export function readMultipartForm(bytes: Buffer, type: string): Promise<Map<string, (string | File)[]>> {
  assertPartNames(bytes, type);
  return new Promise((resolve, reject) => {
    const sent = new Map<string, (string | File)[]>();
    const add = (name: string, value: string | File) => sent.set(name, [...(sent.get(name) ?? []), value]);
    const parser = makeParser(type);
    parser.on('file', (name, stream, { filename, mimeType }) => {
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      stream.on('data', (chunk: Uint8Array<ArrayBuffer>) => chunks.push(chunk));
      stream.on('end', () => add(name, new File(chunks, filename ?? '', { type: mimeType })));
    });
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) reject(invalid(name, '값이 너무 깁니다', 'The value is too long'));
      else add(name, value);
    });
    parser.on('error', (cause) => reject(toFormError(cause)));
    parser.on('close', () => resolve(sent));
    parser.end(bytes);
  });
}

function makeParser(type: string): busboy.Busboy {
  try {
    return busboy({ headers: { 'content-type': type }, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (cause) {
    throw toFormError(cause);
  }
}

/** The parser skips a part whose header has a control character, and then its field would seem to be missing. */
function assertPartNames(bytes: Buffer, type: string): void {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type) ?? [];
  const boundary = `--${quoted ?? plain ?? ''}`;
  for (let at = bytes.indexOf(boundary); at >= 0; at = bytes.indexOf(boundary, at + boundary.length)) {
    const end = bytes.indexOf('\r\n\r\n', at);
    const header = bytes.subarray(at, Math.min(end < 0 ? bytes.length : end, at + 2000)).toString();
    const [, name] = /content-disposition:[^\n]*?\bname="?([^"\n]*)/i.exec(header) ?? [];
    if (name === undefined || name.search(CONTROLS) < 0) continue;
    const shown = name.replace(CONTROLS, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
    throw invalid(shown, '이름에 제어 문자가 있습니다', 'The name of this part has a control character');
  }
}

function toFormError(cause: unknown): ApiError {
  return new ApiError('INVALID_INPUT', {
    cause,
    issues: [{ path: '', ko: '본문이 올바른 폼이 아닙니다', en: 'The body is not a valid form' }],
  });
}

import { ApiError } from '../../routers/core/errors.ts';

/**
 * The text of a body. A byte order mark is left out, as browsers and spreadsheets write one. Throws INVALID_INPUT for
 * bytes that are not UTF-8: whatever stood for them would be stored instead of what was meant.
 *
 * @param path the field whose value it is; the body as a whole unless given
 */
export function decodeText(bytes: Uint8Array, path = ''): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const issue = { path, ko: 'UTF-8로 인코딩된 글자를 보내세요', en: 'Send text in UTF-8' };
    throw new ApiError('INVALID_INPUT', { cause, issues: [issue] });
  }
}

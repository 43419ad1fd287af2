import type { Context as Hono } from 'hono';
import type { Deps, FileDownload } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';

interface ByteRange {
  start: number;
  /** inclusive */
  end: number;
}

/**
 * A file as an answer (RFC 9110): whole, or the part that `Range` asks for, or 304 when the client has it already.
 * Several ranges at once are answered with the whole file, and so is HEAD. The headers are set once the bytes are there:
 * an error has its own. Throws INVALID_INPUT with 416 for a part there is not.
 */
export async function fileResponse(c: Hono, files: Deps['files'], content: FileDownload): Promise<Response> {
  const { size, sha256, mime_type, file_name } = content;
  const etag = `"${sha256}"`;
  const modified = new Date(content.created_at).toUTCString();
  const validators = {
    ETag: etag,
    'Last-Modified': modified,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
  };
  if (matchesEtag(c.req.header('if-none-match'), etag)) return c.body(null, 304, validators);
  const isHead = c.req.method === 'HEAD';
  const span = isHead ? null : parseRange(c, size, etag, modified);
  const { start, end } = span ?? { start: 0, end: size - 1 };
  const body = isHead || size === 0 ? null : await files.read(sha256, start, end);
  return c.newResponse(body, span ? 206 : 200, {
    ...validators,
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': mime_type,
    'Content-Disposition': disposition(file_name),
    'Content-Length': String(end - start + 1),
    ...(span ? { 'Content-Range': `bytes ${start}-${end}/${size}` } : {}),
  });
}

/** The part that is asked for; null when that is all, or the condition on it does not hold. */
function parseRange(c: Hono, size: number, etag: string, modified: string): ByteRange | null {
  const range = /^bytes=(\d*)-(\d*)$/.exec(c.req.header('range')?.replaceAll(' ', '') ?? '');
  const [, first = '', last = ''] = range ?? [];
  if (first === '' && last === '') return null;
  const condition = c.req.header('if-range');
  if (condition !== undefined && condition !== etag && condition !== modified) return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  // A range whose end is before its start is no range at all.
  if (first !== '' && last !== '' && Number(last) < start) return null;
  if (start > end) {
    c.header('Content-Range', `bytes */${size}`);
    throw new ApiError('INVALID_INPUT', {
      http: 416,
      issues: [{ path: 'Range', ko: '파일에 없는 범위입니다', en: 'The file has no such range' }],
    });
  }
  return { start, end };
}

/** If-None-Match compares weakly: the mark `W/` does not count. */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((candidate) => ['*', etag].includes(candidate.trim().replace(/^W\//, '')));
}

/** Saved, never shown. The name in UTF-8 (RFC 5987, 6266), and an ASCII one for those who cannot read it. */
function disposition(name: string): string {
  const asciiName = name.replace(/[^\x20-\x7e]|["\\/%]/g, '_');
  const encoded = encodeURIComponent(name.replaceAll('/', '_').replaceAll('\\', '_')).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${asciiName}"; filename*=UTF-8''${encoded}`;
}

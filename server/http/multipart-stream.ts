import { Readable } from 'node:stream';
import busboy from 'busboy';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import { type FileStore, StagedFile } from '../../routers/core/file-store.ts';

/** What a form may hold besides the bytes of its file: other fields, and the lines between the parts. */
const MAX_OVERHEAD_BYTES = 1024 * 1024;
const LIMITS = { fieldNameSize: 200, fieldSize: 64 * 1024, fields: 100, parts: 110 };

type MultipartValue = string | StagedFile;

export interface MultipartOptions {
  files: FileStore;
  /** bytes, of all files together */
  limit: number;
  /** the fields the operation knows; files of other names, and a second one of the same name, are skipped */
  names: ReadonlySet<string>;
}

/**
 * Reads a multipart/form-data body as it arrives (RFC 7578). Files go to disk, one chunk in memory at a time, and
 * stand in the result as staged files, which are the caller's to drop. Throws PAYLOAD_TOO_LARGE, INVALID_INPUT,
 * UNSUPPORTED_MEDIA_TYPE; nothing is left on disk then.
 */
export async function readMultipartStream(
  request: Request,
  form: MultipartOptions,
): Promise<Map<string, MultipartValue[]>> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  if (!/^multipart\/form-data\b/i.test(headers['content-type'])) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'multipart/form-data' } });
  }
  const contentLength = request.headers.get('content-length');
  if (Number(contentLength) > form.limit + MAX_OVERHEAD_BYTES) throw bodyTooLarge(form.limit);
  const body = Readable.fromWeb((request.body ?? new Blob([]).stream()) as never);
  const parser = makeParser(headers);
  const sent = new Map<string, MultipartValue[]>();
  const uploads: Promise<unknown>[] = [];
  try {
    await parse(body, parser, form, sent, uploads);
    await Promise.all(uploads);
    return sent;
  } catch (error) {
    // The body is left unread, not destroyed: that would end the connection before the answer.
    body.unpipe(parser);
    parser.destroy();
    await Promise.allSettled(uploads);
    await discardStagedFiles(Object.fromEntries(sent));
    throw error;
  }
}

function parse(
  body: Readable,
  parser: busboy.Busboy,
  { files, limit, names }: MultipartOptions,
  sent: Map<string, MultipartValue[]>,
  uploads: Promise<unknown>[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const add = (name: string, value: MultipartValue) => sent.set(name, [...(sent.get(name) ?? []), value]);
    const singleFields = new Set<string>();
    parser.on('file', (name, stream, { filename }) => {
      // A stream that nobody reads holds up the rest of the form.
      if (!names.has(name) || singleFields.has(name)) return void stream.resume();
      singleFields.add(name);
      // It can fail before anyone reads it and after; who reads it is told in any case.
      stream.on('error', () => {});
      const upload = files.receive(stream, filename ?? '', limit).then((file) => add(name, file));
      // Whoever sends too much is told now, not when all of it has come.
      upload.catch(reject);
      uploads.push(upload);
    });
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) reject(tooManyParts());
      else add(name, value);
    });
    parser.on('partsLimit', () => reject(tooManyParts()));
    parser.on('fieldsLimit', () => reject(tooManyParts()));
    parser.on('error', (cause) => reject(invalidForm(cause)));
    parser.on('close', resolve);
    let size = 0;
    body.on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size > limit + MAX_OVERHEAD_BYTES) reject(bodyTooLarge(limit));
    });
    // A sender that leaves in the middle ends its own request: nobody is told.
    body.on('error', (cause) => {
      parser.destroy();
      reject(invalidForm(cause));
    });
    body.pipe(parser);
  });
}

function makeParser(headers: { 'content-type': string }): busboy.Busboy {
  try {
    return busboy({ headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (cause) {
    throw invalidForm(cause);
  }
}

/** Deletes the files of an input that no verb has kept. */
export async function discardStagedFiles(input: unknown): Promise<void> {
  if (typeof input !== 'object' || input === null) return;
  const staged = Object.values(input)
    .flat()
    .filter((value) => value instanceof StagedFile);
  await Promise.all(staged.map((file) => file.discard()));
}

function invalidForm(cause: unknown): ApiError {
  return new ApiError('INVALID_INPUT', {
    cause,
    issues: [{ path: '', ko: '본문이 올바른 폼이 아닙니다', en: 'The body is not a valid form' }],
  });
}

function bodyTooLarge(limit: number): ApiError {
  return new ApiError('PAYLOAD_TOO_LARGE', { params: { limit } });
}

function tooManyParts(): ApiError {
  return invalid('', '폼의 필드가 너무 많거나 깁니다', 'The form has too many or too long fields');
}

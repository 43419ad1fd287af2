import { z } from 'zod';
import { StagedFile } from './file-store.ts';
import { localizedMessage } from './validation-messages.ts';

/**
 * An input that comes as multipart/form-data: the object the face has read from the form, or the FormData itself. It
 * is documented as the object.
 */
export function multipartInput<S extends z.ZodObject>(shape: S) {
  return z.preprocess(
    (value) => (value instanceof FormData ? Object.fromEntries(value) : value),
    shape,
  ) as unknown as z.ZodType<z.output<S>, FormData>;
}

/**
 * A file of a streamed form (`rest.form: 'stream'`): by the time a verb sees it, its bytes are on disk. What no verb
 * keeps is deleted when the call is over.
 */
export const UploadedFile = z
  .custom<StagedFile>(
    (value) => value instanceof StagedFile,
    localizedMessage('파일을 첨부하세요', 'Attach a file'),
  )
  .meta({ override: { type: 'string', format: 'binary' }, description: 'The bytes' });

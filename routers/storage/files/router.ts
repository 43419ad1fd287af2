import { z } from 'zod';
import { multipartInput } from '../../core/multipart.ts';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { assertWithinQuota, getFileOrThrow, sendFile, toFile } from './file.ts';
import { removeFile } from './remove.ts';
import {
  DescribedFile,
  FileInput,
  GetFileInput,
  StoredFile,
  UploadForInput,
  UploadInput,
} from './schemas.ts';
import { uploadFile } from './upload.ts';

const tags = ['Files'];
const contentTypes: ['multipart/form-data'] = ['multipart/form-data'];

export const filesRouter = router({
  upload: scopedProcedure('agent')
    .meta({
      openapi: { method: 'POST', path: '/files', tags, summary: 'Keep a file', contentTypes },
      rest: { status: 201, form: 'stream' },
    })
    // Said before the bytes are read: who has nothing left need not send them.
    .use(({ ctx, next }) => {
      assertWithinQuota(ctx, 1);
      return next();
    })
    .input(multipartInput(UploadInput))
    .output(StoredFile)
    .mutation(({ ctx, input }) => uploadFile(ctx, input)),

  uploadFor: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/uploads',
        tags,
        summary: 'Keep a document or the data of a dataset',
        contentTypes,
      },
      rest: { status: 201, form: 'stream' },
    })
    .use(({ ctx, next }) => {
      assertWithinQuota(ctx, 1);
      return next();
    })
    .input(multipartInput(UploadForInput))
    .output(DescribedFile)
    .mutation(({ ctx, input }) => uploadFile(ctx, input)),

  get: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/files/{file_id}',
        tags,
        summary: 'What is known of a file of mine, or its bytes',
      },
      rest: { content: 'maybe', errors: ['NOT_FOUND'] },
    })
    .input(GetFileInput)
    .output(DescribedFile)
    .query(({ ctx, input }) => {
      const row = getFileOrThrow(ctx.db, ctx.caller, input.file_id);
      if (input.download) sendFile(ctx, row);
      return toFile(row);
    }),

  content: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/files/{file_id}/content',
        tags,
        summary: 'The bytes of a file of mine',
        description:
          'A download that broke off goes on with `Range` and `If-Range`. On tRPC: what is known of it.',
      },
      rest: { content: 'only', errors: ['NOT_FOUND'] },
    })
    .input(FileInput)
    .output(DescribedFile)
    .query(({ ctx, input }) => {
      const row = getFileOrThrow(ctx.db, ctx.caller, input.file_id);
      sendFile(ctx, row);
      return toFile(row);
    }),

  remove: userProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/files/{file_id}', tags, summary: 'Forget a file of mine' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(FileInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeFile(ctx, input)),
});

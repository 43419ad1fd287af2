import { z } from 'zod';
import { multipartInput } from '../../core/multipart.ts';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { assertWithinQuota } from './file.ts';
import { getFile, getFileContent } from './get.ts';
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
      openapi: {
        method: 'POST',
        path: '/files',
        tags,
        summary: 'Upload a file',
        description:
          'Keeps one file of the caller for agents and other clients. Its type is found by its content.',
        contentTypes,
      },
      rest: { status: 201, form: 'stream' },
    })
    // Refuses a caller over quota before the file, which has been received by now, is sent to an object store.
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
        summary: 'Upload a document or the data of a dataset',
        description: 'As `POST /files`, with a description and what the file is for.',
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
        summary: "Get a file's metadata or its bytes",
        description:
          'Answers the metadata; the bytes are at `/files/{file_id}/content`. Only its owner and administrators get it.',
      },
      rest: { content: 'maybe', errors: ['NOT_FOUND'] },
    })
    .input(GetFileInput)
    .output(DescribedFile)
    .query(({ ctx, input }) => getFile(ctx, input)),

  content: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/files/{file_id}/content',
        tags,
        summary: "Download a file's bytes",
        description:
          'A download that broke off goes on with `Range` and `If-Range`. On tRPC: what is known of it.',
      },
      rest: { content: 'only', errors: ['NOT_FOUND'] },
    })
    .input(FileInput)
    .output(DescribedFile)
    .query(({ ctx, input }) => getFileContent(ctx, input)),

  remove: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/files/{file_id}',
        tags,
        summary: 'Delete a file',
        description: 'Deletes the file and its bytes. What refers to it answers that it is gone.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(FileInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeFile(ctx, input)),
});

import { z } from 'zod';
import type { Bucket } from '../../routers/storage/files/s3.ts';
import { httpUrl } from './env-types.ts';

const FILES_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/;

/** With these, files lie in an object store. */
export const BUCKET_VARIABLES = {
  FILES_URL: z.string().regex(FILES_URL, 'must be s3://<bucket> or s3://<bucket>/<prefix>').optional(),
  /** Amazon's own unless given */
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region such as us-east-1')
    .default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

type Variables = z.output<z.ZodObject<typeof BUCKET_VARIABLES>>;

/** Who names a bucket must say who asks for it. */
export function checkBucket(variables: Variables, check: z.RefinementCtx): void {
  if (variables.FILES_URL === undefined) return;
  for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const) {
    if (variables[name] !== undefined) continue;
    check.addIssue({ code: 'custom', path: [name], message: 'must be set too: FILES_URL names a bucket' });
  }
}

/** Null where files lie in DATA_DIR. */
export function toBucket(variables: Variables): Bucket | null {
  const { FILES_URL: url, S3_REGION: region, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = variables;
  const [, bucket, folder = ''] = FILES_URL.exec(url ?? '') ?? [];
  if (bucket === undefined) return null;
  return {
    endpoint: variables.S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    region,
    bucket,
    prefix: folder.slice(1),
    access_key_id: S3_ACCESS_KEY_ID ?? '',
    secret_access_key: S3_SECRET_ACCESS_KEY ?? '',
  };
}

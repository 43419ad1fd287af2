import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Bucket } from '../../routers/storage/files/s3.ts';
import { checkBucket, toBucket } from './bucket-env.ts';
import { checkApns } from './push-env.ts';
import { SECRET_VARIABLES, VARIABLES } from './variables.ts';

const Variables = z.object(VARIABLES);

export interface Env
  extends Omit<z.output<typeof Variables>, 'DATABASE_URL' | 'URL_MODEL_DIR' | 'BACKUP_DIR'> {
  /** the database's file, or `:memory:` */
  database_file: string;
  /** where files lie; null: in DATA_DIR */
  bucket: Bucket | null;
  url_model_dir: string;
  backup_dir: string;
}

/** Thrown for a variable, folder or permission that keeps the product from starting. The message says what to do. */
export class EnvError extends Error {}

/** Reads and checks the environment. Throws EnvError with a sentence for the first wrong value. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = Variables.superRefine(checkApns).superRefine(checkBucket).safeParse(set);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? '');
    const isHidden = set[name] === undefined || SECRET_VARIABLES.includes(name);
    throw new EnvError(`${name}${isHidden ? '' : `=${JSON.stringify(set[name])}`} ${issue?.message}`);
  }
  const { DATABASE_URL, URL_MODEL_DIR, BACKUP_DIR, ...rest } = parsed.data;
  const database_file = DATABASE_URL?.slice('file:'.length) ?? path.join(rest.DATA_DIR, 'flashscan.db');
  if (rest.WORKERS > 1 && database_file === ':memory:') {
    throw new EnvError('WORKERS must be 1 with this DATABASE_URL: processes share a file');
  }
  const url_model_dir = URL_MODEL_DIR ?? resolveInPackage('ml/url/model');
  const backup_dir = BACKUP_DIR ?? path.join(rest.DATA_DIR, 'backups');
  const bucket = toBucket(rest);
  return { ...rest, database_file, bucket, url_model_dir, backup_dir };
}

/** The folder that holds package.json, from the sources and from the build alike. */
const ROOT = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** A path inside the installed package: migrations, models, knowledge, documents. */
export function resolveInPackage(relative: string): string {
  return path.join(ROOT, relative);
}

function findRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error('the package has no package.json');
  }
}

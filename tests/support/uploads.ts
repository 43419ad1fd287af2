import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { TestApp, TestClient } from './app.ts';

export type Fields = Record<string, string>;

export function form(bytes: Uint8Array | string, name: string, fields: Fields = {}): FormData {
  const made = new FormData();
  made.set('file', new File([bytes as BlobPart], name, { type: 'image/png' }));
  for (const [field, value] of Object.entries(fields)) made.set(field, value);
  return made;
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** Every content and every unfinished arrival there is on disk. */
export function onDisk({ files_folder }: TestApp): string[] {
  if (!existsSync(files_folder)) return [];
  return readdirSync(files_folder).flatMap((folder) => readdirSync(path.join(files_folder, folder)));
}

export async function upload(
  it: TestClient,
  bytes: Uint8Array | string,
  name = 'notes.txt',
  fields: Fields = {},
) {
  const { status, body } = await it.post('/files', form(bytes, name, fields));
  expect(status).toBe(201);
  return body as { file_id: number; download_url: string; [field: string]: unknown };
}

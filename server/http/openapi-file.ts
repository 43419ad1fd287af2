import { readFileSync } from 'node:fs';
import { appRouter } from '../../routers/index.ts';
import { resolveInPackage } from '../process/env.ts';
import { buildDocument } from './openapi.ts';

/** The document as `openapi.json` holds it. */
export function documentText(): string {
  const { version } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8'));
  return `${JSON.stringify(buildDocument(appRouter, version), null, 2)}\n`;
}

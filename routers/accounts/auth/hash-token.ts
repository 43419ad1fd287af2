import { hash } from 'node:crypto';

/** Tokens and keys are stored only as their SHA-256, so that reading the database opens no account. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

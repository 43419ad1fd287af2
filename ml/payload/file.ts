/** Files outside the web: `file:` (RFC 8089), `ftp:` (RFC 1738), `smb:` and Windows' `\\server\share`. */

import { PROGRAM_EXTENSIONS } from '../url/wordlists.ts';
import { decodePercent, toPart } from './decode.ts';
import type { PayloadContent, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

const TRANSFER = new Set(['ftp', 'ftps', 'sftp', 'tftp', 'scp', 'rsync']);
const SHARES = new Set(['smb', 'cifs', 'nfs', 'afp', 'dav', 'davs', 'webdav', 'webdavs']);

export function parseFile({ scheme, rest }: SchemeText): PayloadContent | null {
  if (scheme !== 'file' && !TRANSFER.has(scheme) && !SHARES.has(scheme)) return null;
  const path = decodePercent(rest).replaceAll('\\', '/');
  // `file://server/share` opens a share too.
  const isShare = SHARES.has(scheme) || (scheme === 'file' && /^\/\/(?!localhost\/|\/|[a-z]:)/i.test(path));
  return toContent(scheme, path, isShare);
}

/** `\\server\share\a.exe`, which phones show as text and Windows opens. */
export function parseShare(text: string): PayloadContent | null {
  return /^\\\\[^\\/\s]{1,255}\\[^\\/\s]/.test(text)
    ? toContent('smb', text.replaceAll('\\', '/'), true)
    : null;
}

function toContent(scheme: string, path: string, isShare: boolean): PayloadContent {
  const name = toPart(path.split(/[?#]/)[0]!.split('/').at(-1) ?? '');
  const extension = name.includes('.') ? name.split('.').at(-1)!.toLowerCase() : '';
  const address = toPart(`${scheme}:${path.replace(/^\/\/[^/@]*@/, '//')}`);
  const reasons: PayloadReason[] = [];
  if (PROGRAM_EXTENSIONS.has(extension))
    reasons.push({ code: 'remote_program', part: name, level: 'dangerous' });
  if (isShare) reasons.push({ code: 'network_share', part: address, level: 'caution' });
  else if (scheme === 'file') reasons.push({ code: 'local_file', part: address, level: 'caution' });
  else reasons.push({ code: 'remote_file', part: address, params: { scheme }, level: 'caution' });
  // The server of a file is judged as a web site.
  const server = scheme === 'file' || isShare ? '' : `http:${path}`;
  return { kind: 'file', fields: {}, reasons, sources: [{ field: 'text', text: server, as: 'address' }] };
}

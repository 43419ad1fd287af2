/** Magic bytes: offset, bytes (latin-1), content type. Longer and rarer ones come first. */
const SIGNATURES: [at: number, bytes: string, type: string][] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [8, 'WAVE', 'audio/wav'],
  [8, 'AVI ', 'video/x-msvideo'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, '8BPS', 'image/vnd.adobe.photoshop'],
  [0, '\0\0\x01\0', 'image/x-icon'],
  [0, '%PDF-', 'application/pdf'],
  [0, '%!PS', 'application/postscript'],
  [0, '{\\rtf', 'application/rtf'],
  [0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/x-cfb'],
  [0, 'PK\x03\x04', 'application/zip'],
  [0, 'PK\x05\x06', 'application/zip'],
  [0, '\x1f\x8b', 'application/gzip'],
  [0, 'BZh', 'application/x-bzip2'],
  [0, '\xfd7zXZ\0', 'application/x-xz'],
  [0, '(\xb5/\xfd', 'application/zstd'],
  [0, "7z\xbc\xaf'\x1c", 'application/x-7z-compressed'],
  [0, 'Rar!\x1a\x07', 'application/vnd.rar'],
  [257, 'ustar', 'application/x-tar'],
  [0, 'SQLite format 3\0', 'application/vnd.sqlite3'],
  [0, 'PAR1', 'application/vnd.apache.parquet'],
  [0, 'ARROW1', 'application/vnd.apache.arrow.file'],
  [0, '\x93NUMPY', 'application/x-npy'],
  [0, '\x89HDF\r\n\x1a\n', 'application/x-hdf5'],
  [0, '\0asm', 'application/wasm'],
  [0, '\x7fELF', 'application/x-elf'],
  [0, 'MZ', 'application/vnd.microsoft.portable-executable'],
  [0, '\xca\xfe\xba\xbe', 'application/java-vm'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio/mpeg'],
  [0, 'fLaC', 'audio/flac'],
  [0, 'OggS', 'application/ogg'],
  [0, '\x1a\x45\xdf\xa3', 'video/webm'],
  [0, 'wOFF', 'font/woff'],
  [0, 'wOF2', 'font/woff2'],
  [0, 'OTTO', 'font/otf'],
  [0, '\0\x01\0\0\0', 'font/ttf'],
  [0, 'BM', 'image/bmp'],
];

/** Content types by the major brand of ISO base media files (ISO/IEC 14496-12, 4.3). */
const BRANDS: Record<string, string> = {
  avif: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  mif1: 'image/heif',
  'qt  ': 'video/quicktime',
  'M4A ': 'audio/mp4',
};

const OFFICE: [entry: string, type: string][] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
];

/** Formats of text with a signature. The other signatures of printable letters may be how a text begins. */
const TEXT_FORMATS = ['application/pdf', 'application/postscript', 'application/rtf'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: text has no control characters
const CONTROL_CHARACTER = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

const MARKUP: [RegExp, string][] = [
  [/^<(!doctype html|html|head|body|script|iframe)\b/i, 'text/html'],
  [/^(<\?xml[^>]*>\s*)?(<!doctype svg[^>]*>\s*)?<svg\b/i, 'image/svg+xml'],
  [/^<\?xml\b/i, 'application/xml'],
];

/**
 * The content type of a file by its bytes alone, whatever its name and its sender say.
 *
 * @param head the first kilobytes of the file
 * @param size the size of the whole file in bytes
 */
export function detectContentType(head: Uint8Array, size: number): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const isText = !CONTROL_CHARACTER.test(text);
  if (text.slice(4, 8) === 'ftyp' && !isText) return BRANDS[text.slice(8, 12)] ?? 'video/mp4';
  for (const [at, bytes, type] of SIGNATURES) {
    if (!text.startsWith(bytes, at)) continue;
    if (at === 8 && !text.startsWith('RIFF')) continue;
    if (isText && /^[ -~]+$/.test(bytes) && !TEXT_FORMATS.includes(type)) continue;
    return type === 'application/zip' ? detectZipType(text) : type;
  }
  return detectTextType(head, size) ?? 'application/octet-stream';
}

/** Office documents and Java archives are zips known by the names of their entries; OpenDocument and EPUB declare their type. */
function detectZipType(zip: string): string {
  // The name of the first entry stands at 30, and its content right after (OpenDocument 1.3, part 2, 3.3).
  const [, declaredType] = /^mimetype(application\/[\w.+-]+?)PK/.exec(zip.slice(30)) ?? [];
  if (declaredType) return declaredType;
  const names = listZipEntries(zip);
  if (names.includes('META-INF/MANIFEST.MF')) return 'application/java-archive';
  const isOffice = names.includes('[Content_Types].xml') || names.includes('_rels/.rels');
  const format = OFFICE.find(([folder]) => isOffice && names.some((name) => name.startsWith(folder)));
  return format?.[1] ?? 'application/zip';
}

/** The names of the entries whose headers are in the first kilobytes of a zip (APPNOTE 4.3.7). */
function listZipEntries(zip: string): string[] {
  const bytes = Buffer.from(zip, 'latin1');
  const names: string[] = [];
  let at = 0;
  while (at >= 0 && at + 30 <= bytes.length && bytes.readUInt32LE(at) === 0x04034b50) {
    const contentAt = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    names.push(zip.slice(at + 30, at + 30 + bytes.readUInt16LE(at + 26)));
    // With this flag the size stands after the content, so the next header is searched for.
    const isSizeUnknown = (bytes.readUInt16LE(at + 6) & 8) !== 0;
    at = isSizeUnknown ? zip.indexOf('PK\x03\x04', contentAt) : contentAt + bytes.readUInt32LE(at + 18);
  }
  return names;
}

function detectTextType(head: Uint8Array, size: number): string | null {
  const text = decodeText(head);
  if (text === null || text === '') return null;
  const start = text.trimStart();
  const markup = MARKUP.find(([pattern]) => pattern.test(start));
  if (markup) return markup[1];
  return head.byteLength === size && isJson(start) ? 'application/json' : 'text/plain';
}

/** Decodes UTF-8 (the last character may be cut off), or UTF-16 with a byte order mark; null when it is not text. */
function decodeText(head: Uint8Array): string | null {
  const mark = (head[0] ?? 0) * 256 + (head[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return CONTROL_CHARACTER.test(text) ? null : text;
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

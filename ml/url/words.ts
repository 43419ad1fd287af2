/** The named features of the linear model; the same as `words` of `ml/training/url/grams.py`. */

const BOUNDS = [8, 12, 18, 27, 40, 60, 90, 135, 200, 300];
const WORD = /[a-z]+|[0-9]+/g;

/** CRC-32 (IEEE) of an ASCII string, as a signed 32-bit number. */
export function crc32(text: string): number {
  let crc = -1;
  for (let i = 0; i < text.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ text.charCodeAt(i)) & 255]!;
  return ~crc;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** Counts up to 7 as they are, larger ones in ranges. */
export function bucket(count: number): string {
  return count < 8 ? String(count) : `x${BOUNDS.filter((bound) => bound <= count).length}`;
}

function countWord(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** The host without userinfo and port, and the port. An IPv6 address keeps its brackets. */
export function splitPort(host: string): [name: string, port: string] {
  const bare = host.slice(host.lastIndexOf('@') + 1);
  const colon = bare.endsWith(']') ? -1 : bare.lastIndexOf(':');
  return colon < 0 ? [bare, ''] : [bare.slice(0, colon), bare.slice(colon + 1)];
}

/** The named features: parts of the host, path and query, and pairs of the suffix with counts and words. */
export function toNamedFeatures(host: string, rest: string): string[] {
  const [name, port] = splitPort(host);
  const labels = name.split('.');
  const numeric = /^\d+$/.test(labels.at(-1)!);
  const [top, two, three] = [1, 2, 3].map((n) => (numeric ? '#' : labels.slice(-n).join('.'))) as [
    string,
    string,
    string,
  ];
  const queryStart = rest.indexOf('?');
  const path = queryStart < 0 ? rest : rest.slice(0, queryStart);
  const query = queryStart < 0 ? '' : rest.slice(queryStart + 1);
  const lowerPath = path.toLowerCase();
  const hostWords = name.match(WORD) ?? [];
  const pathWords = (lowerPath.match(WORD) ?? []).slice(0, 24);
  const pieces = lowerPath.split('/').filter(Boolean);
  const first = pieces[0]?.slice(0, 24) ?? '';
  const last = pieces.at(-1) ?? '';
  const dot = last.lastIndexOf('.');
  const extension = dot < 0 ? '' : last.slice(dot + 1, dot + 9);
  const keys =
    queryStart < 0
      ? []
      : query
          .split('&')
          .map((pair) => pair.split('=', 1)[0]!.toLowerCase().slice(0, 16))
          .slice(0, 12);
  const digits = bucket(countWord(name, /\d/g));
  const hyphens = bucket(countWord(name, /-/g));
  const depth = bucket(pieces.length);
  const long = bucket(name.length);
  const levels = bucket(labels.length);
  const out = [
    `t${top}`,
    `s${two}`,
    `u${three}`,
    `h${name}`,
    `o${port}`,
    `d${levels}`,
    `e${extension}`,
    `l${long}`,
    `m${bucket(path.length)}`,
    `n${depth}`,
    `q${bucket(keys.length)}`,
    `-${hyphens}`,
    `0${digits}`,
    `Q${bucket(query.length)}`,
    `T${top}|${depth}`,
    `L${top}|${long}`,
    `D${top}|${levels}`,
    `E${top}|${extension}`,
    `N${top}|${digits}`,
    `H${top}|${hyphens}`,
    `S${two}|${depth}`,
    `f${first}`,
    `F${top}|${first}`,
    `g${last.slice(0, 32)}`,
    `G${long}|${depth}|${digits}`,
    `P${pieces.length}|${extension}|${keys.length}`,
  ];
  for (const word of hostWords) out.push(`w${word}`, `x${top} ${word}`);
  for (let i = 1; i < hostWords.length; i++) out.push(`W${hostWords[i - 1]} ${hostWords[i]}`);
  for (const word of pathWords) out.push(`p${word}`, `y${top} ${word}`);
  for (let i = 1; i < pathWords.length; i++) out.push(`R${pathWords[i - 1]} ${pathWords[i]}`);
  for (const key of keys) out.push(`k${key}`);
  if (keys.length > 0) out.push(`K${keys.join(' ')}`);
  for (const label of labels) out.push(`c${label}`);
  return out;
}

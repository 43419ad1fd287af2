/** Links without a scheme. All positions are UTF-16 units of the text that is read. */

import { findReach, trimEnd } from './links-bounds.ts';
import { findHosts } from './links-host.ts';
import type { LinkSpan } from './links-scheme.ts';

/** Endings of files that are top-level domains too: without a path or a port they are files. */
const FILE_ENDINGS = new Set(['md', 'py', 'sh', 'zip', 'mov']);
/** File extensions that are more often domains: in a folder, or after such a name, they are files. */
const RARE_FILE_ENDINGS = new Set([
  'rs',
  'so',
  'cc',
  'pl',
  'ps',
  'pm',
  'ml',
  'tf',
  'st',
  'app',
  'in',
  'am',
  'ac',
]);
const FILE_STEMS = new Set([
  'main',
  'index',
  'lib',
  'mod',
  'test',
  'tests',
  'setup',
  'config',
  'configure',
  'build',
]);
const FILE_AHEAD = /^\s?(?:파일|첨부|문서|스크립트|file\b|script\b|attachment\b)/i;
/** Units of measurement that are top-level domains: `10.30.am` is a time. */
const UNIT_ENDINGS = new Set(['am', 'pm', 'cm', 'mm', 'km', 'kg', 'mg', 'ml']);
/** `com.example.app` names a program, as do the reversed domains of Java and Android. */
const PACKAGE =
  /^(?:com|org|net|io|kr|co|android|androidx|java|javax)\.[^.]+\..*\.?(?!com$|net$|org$)[a-z]{3,}$/i;

const IPV4 = /^(?:0x[0-9a-f]{1,8}|\d{1,11})(?:\.(?:0x[0-9a-f]{1,8}|\d{1,11})){3}(?![\w-]|\.\w)/i;
const VERSION_BEFORE = /(?:버전|버젼|version|ver\.?|v|업데이트|release)\s?$/i;
const VERSION_AFTER = /^\s?(?:버전|버젼|version)/i;

const PORT = /:\d{1,5}(?![\p{L}\p{N}_])|:\d{1,5}(?=[가-힣])/uy;
/** Characters to search backwards for the name before an `@`, or for a scheme. */
const LOOK_BACK = 64;
const LOCAL_PART = /(?<![\w.+%:!$&*=~-])[\w.+%:!$&*=~-]*$/;

/**
 * The links in the run of host characters from `from` to `to`, each followed by its second reading if it has one.
 * Paths may reach up to `limit`.
 */
export function listBareSpans(text: string, from: number, to: number, limit: number): LinkSpan[] {
  const run = text.slice(from, to);
  if (!run.includes('.')) return [];
  const address = findAddress(text, from, run);
  if (address !== null) {
    const span = toSpan(text, address.start, address.end, limit);
    return span === null ? [] : [span];
  }
  const spans: LinkSpan[] = [];
  for (const { start, end, inner_start } of findHosts(run)) {
    const span = toSpan(text, from + start, from + end, limit);
    if (span === null) continue;
    spans.push(span);
    if (inner_start === undefined) continue;
    const inner = from + inner_start;
    spans.push({ from: inner, to: span.to, url: text.slice(inner, span.to), second: true });
  }
  return spans;
}

/** An IPv4 address at the start of a run, after Korean text without a space. */
function findAddress(text: string, from: number, run: string): { start: number; end: number } | null {
  const glue = /^[가-힣]*/.exec(run)?.[0].length ?? 0;
  const address = IPV4.exec(run.slice(glue))?.[0];
  if (address === undefined) return null;
  const start = from + glue;
  const end = start + address.length;
  const isDecimal = /^[\d.]+$/.test(address) && !/(?:^|\.)0\d/.test(address);
  if (isDecimal && address.split('.').some((part) => Number(part) > 255)) return null;
  const isVersion =
    VERSION_BEFORE.test(text.slice(Math.max(0, start - 10), start)) ||
    VERSION_AFTER.test(text.slice(end, end + 10));
  return isVersion ? null : { start, end };
}

function toSpan(text: string, host_start: number, host_end: number, limit: number): LinkSpan | null {
  const start = findUserinfoStart(text, host_start);
  if (start === null) return null;
  PORT.lastIndex = host_end;
  const port_end = host_end + (PORT.exec(text)?.[0].length ?? 0);
  if (text.charAt(port_end) === '@') return null;
  const hasPath = /^(?:[/\\]|[?#][\w%])/.test(text.slice(port_end, port_end + 2));
  const isEmail = start < host_start && text.charAt(start) !== '@';
  if (isEmail && !hasPath && !text.slice(start, host_start).includes(':')) return null;
  const host = text.slice(host_start, host_end);
  if (!hasPath && port_end === host_end && isOtherName(text, host_start, host)) return null;
  const to = hasPath
    ? trimEnd(text, port_end, findReach(text, port_end, limit, text.charAt(start - 1)))
    : port_end;
  const url_start = text.charAt(start) === '@' ? host_start : start;
  return { from: isEmail ? start : findSchemeStart(text, host_start), to, url: text.slice(url_start, to) };
}

/**
 * Where the userinfo starts; `host_start` when there is no `@`, the position of `@` when nothing is before it, null
 * for an e-mail address.
 */
function findUserinfoStart(text: string, host_start: number): number | null {
  if (text.charAt(host_start - 1) !== '@') return host_start;
  const at = host_start - 1;
  const before = LOCAL_PART.exec(text.slice(Math.max(0, at - LOOK_BACK), at))?.[0] ?? '';
  if (before !== '') return at - before.length;
  return /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) ? null : at;
}

/** The start of `//host`, `ftp://host` and the like. */
function findSchemeStart(text: string, host_start: number): number {
  const before = text.slice(Math.max(0, host_start - LOOK_BACK), host_start);
  return host_start - (/(?:[a-z][a-z0-9+.-]{0,30}:)?[\\/]{2}$/i.exec(before)?.[0].length ?? 0);
}

/** Whether a name under a public suffix is a file, a package, a time or a size. */
function isOtherName(text: string, start: number, host: string): boolean {
  const labels = host.toLowerCase().split('.');
  const ending = labels.at(-1)!;
  if (labels[0] === 'www') return false;
  if (FILE_ENDINGS.has(ending)) return !/[/\\]{2}$/.test(text.slice(Math.max(0, start - 2), start));
  if (UNIT_ENDINGS.has(ending) && labels.slice(0, -1).every((label) => /^\d+$/.test(label))) return true;
  if (PACKAGE.test(host)) return true;
  const inFolder = /[\w.~:-][/\\]$/.test(text.slice(Math.max(0, start - 2), start));
  if (RARE_FILE_ENDINGS.has(ending) && (inFolder || FILE_STEMS.has(labels[0]!))) return true;
  const end = start + host.length;
  return (
    labels.length === 2 &&
    FILE_AHEAD.test(text.slice(end, end + 12)) &&
    !/^(?:com|net|org|kr|co)$/.test(ending)
  );
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { redactSecrets } from '../../ml/payload/redact.ts';
import type { SafetyVerdict } from '../../ml/url/judge.ts';
import type { Context } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { localizeIssues } from '../../routers/core/validation-issues.ts';
import { analyzeUrls } from '../../routers/safety/scan/analyze-urls.ts';
import { scanMessage } from '../../routers/safety/scan/message.ts';
import { scanPayloads } from '../../routers/safety/scan/payload.ts';
import { scanQrImage } from '../../routers/safety/scan/qr.ts';
import type { QrResult } from '../../routers/safety/scan/qr-schemas.ts';
import {
  type BatchResult,
  MessageScanInput,
  PayloadInput,
  type PayloadScan,
} from '../../routers/safety/scan/schemas.ts';
import type { ScanItem } from './scan-items.ts';

/** A line of the table: a text, or one code of a picture. */
interface ScanLine {
  text: string;
  verdict: SafetyVerdict | null;
  risk_score: number | null;
  /** why it could not be judged; `verdict` is null then */
  error_code?: string;
  reasons: string[];
}

export interface ScannedItem {
  /** the answer of the operation for this type */
  answer: object;
  lines: ScanLine[];
}

const NO_CODE = { ko: '그림에서 코드를 찾지 못했습니다', en: 'There is no code in the picture' };

/** Judges items in their order: URLs in one run of the model, payloads in another. Throws MODEL_ERROR. */
export async function judgeItems(ctx: Context, items: readonly ScanItem[]): Promise<ScannedItem[]> {
  const listTexts = (type: ScanItem['type']) =>
    items.filter((item) => item.type === type).map(({ text }) => text);
  const urls = (
    await analyzeUrls(ctx, listTexts('url'), { use_cache: true, resolve: true })
  ).results.values();
  const payloads = (await scanValidPayloads(ctx, listTexts('payload'))).values();
  const scanned: ScannedItem[] = [];
  for (const { type, text } of items) {
    if (type === 'url') scanned.push(toUrlItem(urls.next().value as BatchResult['results'][number]));
    else if (type === 'payload') scanned.push(payloads.next().value as ScannedItem);
    else if (type === 'message') scanned.push(await judgeMessageText(ctx, text));
    else scanned.push(await judgePicture(ctx, text));
  }
  return scanned;
}

function toUrlItem(result: BatchResult['results'][number]): ScannedItem {
  const answer = { type: 'url', ...result };
  if ('error_code' in result) return { answer, lines: [toFailedLine(result.url, result)] };
  const { risk_score, suspicious_patterns: reasons } = result.details;
  return { answer, lines: [{ text: result.url, verdict: result.verdict, risk_score, reasons }] };
}

async function scanValidPayloads(ctx: Context, texts: readonly string[]): Promise<ScannedItem[]> {
  const failures = texts.map((text) => findInvalid(ctx, PayloadInput, text));
  const scans = (
    await scanPayloads(
      ctx,
      texts.filter((_, i) => !failures[i]),
    )
  ).values();
  return texts.map((text, i) => {
    const failure = failures[i];
    if (failure) return toFailedItem('payload', 'text', text, failure);
    const scan = scans.next().value as PayloadScan;
    return { answer: { type: 'payload', text: redactSecrets(text), ...scan }, lines: [toLine(text, scan)] };
  });
}

async function judgeMessageText(ctx: Context, text: string): Promise<ScannedItem> {
  const failure = findInvalid(ctx, MessageScanInput, text);
  if (failure) return toFailedItem('message', 'text', text, failure);
  const scan = await scanMessage(ctx, { text });
  return { answer: { type: 'message', text: redactSecrets(text), ...scan }, lines: [toLine(text, scan)] };
}

async function judgePicture(ctx: Context, file: string): Promise<ScannedItem> {
  try {
    const picture = new File([await readFile(file)], path.basename(file));
    const result = await scanQrImage(ctx, { file: picture });
    return { answer: { type: 'picture', file, ...result }, lines: toCodeLines(ctx, file, result) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason === 'MODEL_ERROR') throw error;
    const failure = { error_code: error.reason, message: error.toMessage(ctx.language) };
    return toFailedItem('picture', 'file', file, failure);
  }
}

function toCodeLines({ language }: Context, file: string, { codes }: z.infer<typeof QrResult>): ScanLine[] {
  if (codes.length === 0) return [toFailedLine(file, { error_code: 'NO_CODE', message: NO_CODE[language] })];
  return codes.map((code) => toLine(`${file}: ${code.text}`, code));
}

type Judged = { verdict: SafetyVerdict; risk_score: number; reasons: readonly { text: string }[] };

function toLine(text: string, { verdict, risk_score, reasons }: Judged): ScanLine {
  return { text: redactSecrets(text), verdict, risk_score, reasons: reasons.map((reason) => reason.text) };
}

interface ScanFailure {
  error_code: string;
  message: string;
}

function toFailedLine(text: string, { error_code, message }: ScanFailure): ScanLine {
  return { text: redactSecrets(text), verdict: null, risk_score: null, error_code, reasons: [message] };
}

function toFailedItem(
  type: ScanItem['type'],
  name: 'text' | 'file',
  text: string,
  failure: ScanFailure,
): ScannedItem {
  return { answer: { type, [name]: redactSecrets(text), ...failure }, lines: [toFailedLine(text, failure)] };
}

/** Why an operation would refuse a text, such as its length; null when it would not. */
function findInvalid({ language }: Context, schema: z.ZodType, text: string): ScanFailure | null {
  const { error } = schema.safeParse({ text });
  if (!error) return null;
  const [issue] = localizeIssues(error, { text }, language);
  return { error_code: 'INVALID_INPUT', message: issue?.message ?? error.message };
}

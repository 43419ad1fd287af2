import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { parsePayload } from '../../../ml/payload/parse.ts';
import type { Payload, PayloadReason } from '../../../ml/payload/payload.ts';
import { toPayloadReasonText } from '../../../ml/payload/reason-texts.ts';
import { redactSecrets } from '../../../ml/payload/redact.ts';
import { judgePayload } from '../../../ml/payload/verdict.ts';
import type { Context } from '../../core/context.ts';
import { recordScans, type ScanRecord } from './record-scans.ts';
import { resolveRedirectors } from './resolve-redirectors.ts';
import { scanRequests } from './scan-requests.ts';
import type { Analysis, PayloadInput, PayloadScan, ScanReason } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';
import type { UrlScan } from './url-scan.ts';

/** Links of one payload that are judged; what people make holds one or two. */
const MAX_PAYLOAD_LINKS = 100;
const MAX_REASONS = 20;

/** Judges what a code or a note holds; nothing secret in it is stored or answered. Throws RATE_LIMIT_EXCEEDED, MODEL_ERROR. */
export async function scanPayload(ctx: Context, input: z.infer<typeof PayloadInput>): Promise<PayloadScan> {
  const [scan] = await scanPayloads(ctx, [input.text]);
  if (!scan) throw new Error('a payload has one scan');
  return scan;
}

/**
 * The same for the codes of a picture, in their order and in one run of the model. The caller has paid for one scan;
 * each further link counts. Throws RATE_LIMIT_EXCEEDED, MODEL_ERROR.
 */
export async function scanPayloads(ctx: Context, texts: readonly string[]): Promise<PayloadScan[]> {
  const payloads = texts.map((text) => limitLinks(parsePayload(redactSecrets(text))));
  const requests = new Map(
    payloads.flatMap(({ links }) =>
      links.map(({ text, canonical }) => [canonical.hash, { sent: text, url: canonical }] as const),
    ),
  );
  if (requests.size > 1) ctx.consume('scan', requests.size - 1);
  const scans = await resolveRedirectors(ctx, await scanRequests(ctx, [...requests.values()], true), true);
  const scanByHash = new Map(scans.map((scan) => [scan.url.hash, scan]));
  const now = ctx.clock.now();
  const judged = payloads.map((payload) => {
    const links = payload.links.flatMap(({ canonical }) => scanByHash.get(canonical.hash) ?? []);
    const verdict = judgePayload(
      payload,
      links.map((link) => link.verdict),
      ctx.classifier.info.thresholds,
    );
    return { payload, links, ...verdict };
  });
  recordScans(ctx, scans, now, judged.map(toPayloadRecord));
  return judged.map(({ payload, links, verdict, risk_score }) => {
    const analyses = links.map((scan) => toAnalysis(ctx, scan, now));
    const { kind, fields } = payload;
    return {
      kind,
      fields,
      verdict,
      risk_score,
      reasons: listReasons(ctx, payload, analyses),
      links: analyses,
    };
  });
}

function limitLinks(payload: Payload): Payload {
  const rest = payload.links[MAX_PAYLOAD_LINKS];
  if (rest === undefined) return payload;
  const reason: PayloadReason = { code: 'many_links', part: rest.canonical.host, level: 'caution' };
  return {
    ...payload,
    links: payload.links.slice(0, MAX_PAYLOAD_LINKS),
    reasons: [reason, ...payload.reasons],
  };
}

type Judged = {
  payload: Payload;
  links: UrlScan[];
  verdict: ScanRecord['verdict'];
  risk_score: number;
};

function toPayloadRecord({ payload, links, verdict, risk_score }: Judged): ScanRecord {
  const { kind, text } = payload;
  const decisive = links.find((link) => link.verdict.risk_score === risk_score);
  const isOwnLink = kind === 'url' && links.length === 1;
  return {
    kind: 'qr',
    text,
    hash: isOwnLink ? links[0]!.url.hash : createHash('sha256').update(text).digest('hex'),
    host: decisive?.url.host ?? null,
    verdict,
    risk_score,
    confidence: verdict === 'dangerous' ? risk_score : 1 - risk_score,
    isNew: decisive ? !decisive.cached : true,
  };
}

/** The payload's own reasons, then those of links that are not safe; each fact once. */
function listReasons(
  { language }: Context,
  payload: Payload,
  links: readonly Analysis[],
): z.infer<typeof ScanReason>[] {
  const own = payload.reasons.map((reason) => ({
    code: reason.code,
    text: toPayloadReasonText(reason, language),
    part: reason.part,
  }));
  const ofLinks = links
    .filter(({ verdict }) => verdict !== 'safe')
    .sort((a, b) => b.details.risk_score - a.details.risk_score)
    .flatMap(({ details }) => details.reasons);
  const all = [...own, ...ofLinks];
  return [...new Map(all.map((reason) => [`${reason.code} ${reason.part}`, reason])).values()].slice(
    0,
    MAX_REASONS,
  );
}

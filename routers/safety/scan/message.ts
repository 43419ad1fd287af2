import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { judgeMessage, type MessageVerdict } from '../../../ml/message/judge.ts';
import { MAX_MESSAGE_LINKS } from '../../../ml/message/read.ts';
import { redactSecrets } from '../../../ml/payload/redact.ts';
import { findLinks, type TextLink } from '../../../ml/text/links.ts';
import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import type { Context } from '../../core/context.ts';
import { recordScans, type ScanRecord } from './record-scans.ts';
import { resolveRedirectors } from './resolve-redirectors.ts';
import { scanRequests } from './scan-requests.ts';
import type { MessageScan, MessageScanInput } from './schemas.ts';
import { toAnalysis } from './to-analysis.ts';
import { type UrlScan, withoutSecrets } from './url-scan.ts';

/**
 * Judges a whole message with its links, each of which beyond the first counts as a scan. Only the masked text is
 * stored. Throws RATE_LIMIT_EXCEEDED, MODEL_ERROR.
 */
export async function scanMessage(
  ctx: Context,
  input: z.infer<typeof MessageScanInput>,
): Promise<MessageScan> {
  const links = findLinks(input.text);
  const count = Math.min(new Set(links.map(({ url }) => url)).size, MAX_MESSAGE_LINKS);
  if (count > 1) ctx.consume('scan', count - 1);
  const { judged, scans } = await judgeWholeMessage(ctx, input, links);
  const now = ctx.clock.now();
  recordScans(ctx, scans, now, [toMessageRecord(input.text, judged, scans)]);
  const { verdict, risk_score, kind, reasons, claims, topic_id, model_version } = judged;
  const advice = topic_id === null ? null : await ctx.advice.find(topic_id, ctx.language);
  return {
    verdict,
    risk_score,
    kind,
    reasons: reasons.map((reason) => ({
      ...reason,
      text: redactSecrets(reason.text),
      part: redactSecrets(reason.part),
    })),
    links: scans.map((scan) => toAnalysis(ctx, scan, now)),
    claims,
    ...(advice ? { advice } : {}),
    model_version,
  };
}

/** The verdict on a message and on its first 100 links; nothing is recorded or counted. Throws MODEL_ERROR. */
export async function judgeWholeMessage(
  ctx: Context,
  input: z.infer<typeof MessageScanInput>,
  links: readonly TextLink[] = findLinks(input.text),
): Promise<{ judged: MessageVerdict; scans: UrlScan[] }> {
  const requests = new Map(
    links.map((link) => [link.url, withoutSecrets({ sent: link.text, url: link.canonical })] as const),
  );
  const distinct = [...requests].slice(0, MAX_MESSAGE_LINKS);
  const unresolved = await scanRequests(
    ctx,
    distinct.map(([, request]) => request),
    true,
  );
  const scans = await resolveRedirectors(ctx, unresolved, true);
  const scanByUrl = new Map(distinct.map(([url], i) => [url, scans[i] as UrlScan]));
  const judged = await judgeMessage(toJudgeInput(ctx, input), {
    classifier: ctx.message_classifier,
    findLinks: () => links,
    judgeUrl: (url) => {
      const { verdict, target } = scanByUrl.get(url) as UrlScan;
      return target ? { ...verdict, target: target.url } : verdict;
    },
  });
  return { judged, scans };
}

function toJudgeInput({ language }: Context, { text, sender, channel }: z.infer<typeof MessageScanInput>) {
  return { text, language, ...(sender ? { sender } : {}), ...(channel ? { channel } : {}) };
}

function toMessageRecord(
  message: string,
  { verdict, risk_score }: MessageVerdict,
  scans: readonly UrlScan[],
): ScanRecord {
  const { text } = maskPersonalData(redactSecrets(message));
  const dangerous = scans.filter((scan) => scan.verdict.verdict === 'dangerous');
  return {
    kind: 'message',
    text,
    hash: createHash('sha256').update(text).digest('hex'),
    host: dangerous[0]?.url.host ?? null,
    verdict,
    risk_score,
    confidence: verdict === 'dangerous' ? risk_score : 1 - risk_score,
    isNew: dangerous.length === 0 || dangerous.some(({ cached }) => !cached),
  };
}

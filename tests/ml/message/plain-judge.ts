import { loadMessageClassifier } from '../../../ml/message/classifier.ts';
import type { MessageJudge } from '../../../ml/message/judge.ts';
import type { LinkVerdict } from '../../../ml/message/links.ts';
import { findLinks } from '../../../ml/text/links.ts';
import { canonicalize } from '../../../ml/url/canonical.ts';
import { collectEvidence, judgeAddress } from '../../../ml/url/judge.ts';

/** The verdict of the URL rules alone: what a model would add differs from one model to the next. */
function judgeByRules(url: string): LinkVerdict {
  const canonical = canonicalize(url);
  if (canonical === null) return { verdict: 'caution', risk_score: 0.3 };
  const { risk_level, risk_score } = judgeAddress(
    collectEvidence(canonical),
    { risk: 0.05 },
    { dangerous: 0.5, caution: 0.17 },
  );
  const verdict = risk_level === 'high' ? 'dangerous' : risk_level === 'low' ? 'safe' : 'caution';
  return { verdict, risk_score };
}

/** A judge with the shipped classifier, a plain finder of links, and the URL rules without a model. */
export function makePlainJudge(): MessageJudge {
  const modelDir = new URL('../../../ml/message/model/', import.meta.url).pathname;
  return { classifier: loadMessageClassifier(modelDir), findLinks, judgeUrl: judgeByRules };
}

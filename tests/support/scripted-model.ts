import type { UrlClassifier, UrlScore } from '../../ml/url/classify.ts';

/** A model whose scores a test decides, and that counts what it is asked. Not the real one: for tests of other things. */
export interface ScriptedModel extends UrlClassifier {
  asked: string[][];
  risk(href: string): number;
  failing: boolean;
  /** milliseconds a run takes */
  delay: number;
}

export function scriptedModel(): ScriptedModel {
  const model: ScriptedModel = {
    info: { model_version: 'scripted_v1', thresholds: { dangerous: 0.5, caution: 0.2 } },
    asked: [],
    failing: false,
    delay: 0,
    risk: (href) => (href.includes('evil') ? 0.97 : 0.01),
    async classify(hrefs) {
      model.asked.push([...hrefs]);
      if (model.delay > 0) await new Promise((resolve) => setTimeout(resolve, model.delay));
      if (model.failing) throw new Error('the model is out of order');
      return hrefs.map((href): UrlScore => {
        const risk = model.risk(href);
        return { risk, probability: risk, logit: Math.log(risk / (1 - risk)) };
      });
    },
    isHealthy: () => !model.failing,
    close: async () => {},
  };
  return model;
}

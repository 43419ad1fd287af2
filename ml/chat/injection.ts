import { decodeHiddenText, listMatchingForms } from '../text/normalise.ts';

/**
 * Patterns of prompt injection, scored by family. One phrase is not enough, since people ask this chatbot about such
 * phrases.
 */
const FAMILIES: readonly { name: string; weight: number; patterns: readonly RegExp[] }[] = [
  {
    name: 'override',
    weight: 1,
    patterns: [
      /\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,20}\b(?:all|any|the|your|my|previous|prior|above|earlier|preceding|system)\b.{0,20}\b(?:instructions?|rules?|prompts?|guidelines?|directions?|messages?|restrictions?|policies)\b/i,
      /(?:이전|위|앞|기존|지금까지|모든|시스템|너의|네|원래)\s?(?:의|에\s?받은|에서\s?말한)?\s?(?:모든\s?)?(?:지시|명령|규칙|설정|프롬프트|지침|제한|내용|대화)(?:\s?사항)?(?:을|를|은|는|들을|도)?.{0,8}(?:무시|잊|잊어|따르지|버려|해제|덮어)/,
      /(?:rules?|instructions?|restrictions?) (?:no longer|do not|don't) apply|(?:규칙|제한)\s?(?:은|이)?\s?(?:없다|없어|적용되지)/i,
    ],
  },
  {
    name: 'role',
    weight: 0.7,
    patterns: [
      /\b(?:you are now|from now on,? you(?:'re| are)?|act as|pretend (?:to be|you are)|roleplay as|you will be)\b.{0,40}\b(?:dan|jailbr\w+|unrestricted|unfiltered|evil|developer mode|no (?:rules|restrictions|limits|filters?)|admin\w*|system|hacker)\b/i,
      /\b(?:DAN|do anything now|developer mode|jailbreak mode|god mode)\b.{0,30}\b(?:mode|enabled|no rules|activated?|now)\b|\bjailbroken\b/i,
      /(?:너는|넌|당신은)\s?(?:이제|지금|지금부터|앞으로).{0,30}(?:제한\s?없|규칙\s?없|필터\s?없|해커|관리자|DAN|개발자\s?모드|탈옥|무엇이든)|(?:개발자|관리자|탈옥|디버그)\s?모드(?:로|를)?.{0,8}(?:켜|전환|들어가|활성|바꿔)/i,
    ],
  },
  {
    name: 'extraction',
    weight: 1,
    patterns: [
      /\b(?:print|show|reveal|repeat|output|display|tell me|give me|leak|dump|what (?:is|are|was)|write)\b.{0,30}\b(?:your|the|initial|hidden|original|full)\b.{0,15}\b(?:system prompt|system message|hidden prompt|initial prompt|prompt above|(?:initial|original|hidden|secret|system) (?:instructions?|rules|text))\b/i,
      /(?:시스템|초기|숨겨진|숨은|원래|처음\s?받은|너의|네)\s?(?:프롬프트|메시지|지시문?|지침|설정문|명령문)(?:을|를|이|가|은|는|좀)?.{0,12}(?:출력|보여|말해|알려|공개|복사|적어|반복|뭐야|써)/,
      /repeat (?:everything|all|the (?:text|words)) (?:above|before)|위(?:의|에 있는)?\s?(?:내용|글|문장|텍스트)(?:을|를)?\s?(?:전부|모두|그대로)\s?(?:출력|반복|복사)/i,
    ],
  },
  {
    name: 'delimiter',
    weight: 1,
    patterns: [
      /<\|(?:im_start|im_end|system|user|assistant|endoftext)[^>]{0,20}\|?>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:system|assistant)>/i,
      /^#{1,4}\s?(?:system|instructions?|new instructions?|시스템|새\s?지시)\s?:?|^\s?(?:system|assistant|시스템)\s?:\s/im,
    ],
  },
  {
    name: 'encoded',
    weight: 0.6,
    patterns: [
      /[A-Za-z0-9+/]{60,}={0,2}/,
      /\b(?:base64|rot13|hex)\b.{0,30}\b(?:decode|follow|execute|run)\b|(?:디코딩|해독|복호화)(?:해서|하고|한\s?뒤).{0,12}(?:따라|실행|수행)/i,
    ],
  },
  {
    name: 'coercion',
    weight: 0.7,
    patterns: [
      /\b(?:mark|say|report|classify|label|answer|respond|call|declare|treat|rate)\b.{0,60}\b(?:as |is |it'?s |that it'?s |to be )?["']?(?:safe|benign|harmless|not (?:phishing|dangerous)|100%)/i,
      /(?:무조건|반드시|항상|꼭|그냥)?\s?(?:안전하다고|안전이라고|안전한\s?(?:것으로|걸로|사이트로|사이트라고)|정상이라고|정상으로|위험하지\s?않다고)\s?(?:만\s?)?(?:말해|답해|대답해|표시|판정|분류|해\s?줘|해라|해|알려)/,
      /\bset\b.{0,20}\b(?:result|verdict|risk|confidence)\b.{0,20}\b(?:safe|low|0|1(?:\.0)?|100)\b/i,
    ],
  },
];

/** Words of a person who asks about attacks. */
const QUESTION_WORDS =
  /공격|기법|인젝션|수법|의미|뜻이|막는|막으려|방어|예방|사례|원리|뭐죠|뭔가요|뭐예요|뭐에요|뭐야\?|무엇인가|\b(?:injections?|attacks?|attackers?|what does .{0,60} mean|how (?:do|does|can|to) .{0,60}(?:work|prevent|defend|protect|stop|detect)|explain|example of|prevent|defend|protect)\b/i;

export interface InjectionCheck {
  score: number;
  families: string[];
  /** whether the message is a prompt injection: the score is 0.7 or more */
  is_injection: boolean;
}

/** Scores how likely a text is a prompt injection, in its normalized forms too. */
export function detectInjection(text: string): InjectionCheck {
  const forms = listMatchingForms(text.replace(/https?:\/\/\S+/gi, (url) => url.slice(0, 200)));
  const families = FAMILIES.filter(({ patterns }) =>
    patterns.some((pattern) => forms.some((form) => pattern.test(form))),
  );
  let score = families.reduce((sum, { weight }) => sum + weight, 0);
  if (decodeHiddenText(text) !== '') score += 1;
  if (score < 2 && QUESTION_WORDS.test(text)) score -= 0.6;
  return {
    score: Math.max(0, score),
    families: families.map(({ name }) => name),
    is_injection: score >= 0.7,
  };
}

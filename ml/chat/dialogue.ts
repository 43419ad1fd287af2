import { stripInvisible } from '../text/normalise.ts';

export type SmallTalk = 'greeting' | 'thanks' | 'identity' | 'goodbye' | 'acknowledgement';
/** What a short follow-up asks for. */
export type FollowUp = 'why' | 'more' | 'steps' | 'contact' | 'signs' | 'sure';

const SMALL_TALK: readonly [SmallTalk, RegExp][] = [
  [
    'identity',
    /(?:넌|너는|너|당신은?|니가|네가)\s?(?:누구|뭐\s?(?:하는|할\s?수)|무엇을?\s?할|이름|정체|어떤\s?(?:봇|AI))|(?:뭐|무엇을?|뭘)\s?(?:할\s?수\s?있|도와\s?줄\s?수|물어\s?볼\s?수|해\s?줄\s?수)|(?:사용법|도움말|기능\s?(?:알려|설명|뭐))|^도와줘\W*$|\b(?:who|what) are you\b|\bwhat(?:'s| is) your name\b|\bwhat can (?:you|i) (?:do|help|ask)|\bhow can you help|^help\W*$|\bwhat do you do\b|\bare you (?:a bot|human|real|an ai)\b/i,
  ],
  [
    'thanks',
    /고마[워웠]|고맙|감사|땡큐|ㄱㅅ|도움이\s?(?:많이\s?)?(?:됐|되었)|\b(?:thanks?|thank you|thx|ty|cheers|appreciate (?:it|that)|that (?:was|is) helpful|very helpful)\b/i,
  ],
  ['goodbye', /^(?:잘\s?(?:가|있어|자)|안녕히|바이|수고)|\b(?:bye|goodbye|see you|good night)\b/i],
  [
    'greeting',
    /^(?:안녕|하이|헬로|반가|여보세요|ㅎㅇ|좋은\s?(?:아침|저녁|하루))|^(?:hi|hello|hey|yo|good (?:morning|afternoon|evening)|greetings)\b/i,
  ],
  [
    'acknowledgement',
    /^(?:응|네|넵|예|알겠(?:어|습니다|어요)|그렇구나|아하|오케이|ㅇㅋ|ㅋ+|ㅎ+|굿|좋아요?|ok(?:ay)?|got it|i see|cool|great|nice|alright|sure|yes|no|아니(?:요|오)?)[\s!.~]*$/i,
  ],
];

const FOLLOW_UP: readonly [FollowUp, RegExp][] = [
  [
    'why',
    /^(?:그게\s?|근데\s?|그런데\s?|대체\s?)?(?:왜|이유|어째서|무슨\s?이유)|^(?:but |and |so )?(?:why|how come|for what reason|what makes)/i,
  ],
  [
    'contact',
    /^(?:그럼\s?|그러면\s?)?(?:어디(?:에|로|다|서)?\s?(?:신고|전화|연락|문의|상담)|누구(?:한테|에게)|몇\s?번|전화번호|신고는)|^(?:so |and |then )?(?:who (?:do|should|can) i|where (?:do|should|can) i (?:report|call)|what number)/i,
  ],
  [
    'signs',
    /^(?:그럼\s?|그러면\s?|그걸\s?|그건\s?)?(?:어떻게\s?(?:구별|알아|구분|확인)|구별법|징후|특징)|^(?:so |and |then )?how (?:do|can|would) i (?:tell|know|spot|recogni[sz]e)|^(?:the )?(?:signs|symptoms)\b/i,
  ],
  [
    'steps',
    /^(?:그럼\s?|그러면\s?|그래서\s?|이제\s?|그\s?다음(?:엔|에는|은)?\s?)?(?:어떻게\s?(?:해|하|막)|어떡|뭐부터|뭘\s?해|무엇을\s?해|대처|해결|방법|다음(?:은|엔|에는)|그럼요?|그래서요?)|^(?:so |and |then |ok(?:ay)?,? )?(?:what (?:now|next|then|should i do|do i do|can i do|to do)|how (?:do|can|should) i (?:stop|fix|prevent|avoid|protect)|and then|then what|now what)/i,
  ],
  [
    'more',
    /^(?:좀\s?)?(?:더|조금\s?더|자세히|자세하게|구체적|상세|계속|예시|예를|사례|설명|추가|다시|이어서|또)|(?:더|자세히|구체적으로|다시)\s?(?:알려|설명|말해|얘기)|^(?:tell me |give me |say |explain |some )?(?:more|further|details?|go on|continue|elaborate|examples?|for example|expand|again|what else|how so|explain)/i,
  ],
  ['sure', /^(?:정말|진짜|확실|맞아|그래도)|^(?:really|are you sure|is that true|you sure|seriously)/i],
];

/** Greetings, thanks and the like, when the message has nothing else. */
export function detectSmallTalk(message: string): SmallTalk | null {
  const text = stripInvisible(message).trim();
  if (text.length > 60) return null;
  return SMALL_TALK.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Detects a short message that refers to the last turn. */
export function detectFollowUp(message: string): FollowUp | null {
  const text = stripInvisible(message).trim();
  if (text.length > 40 || text.split(/\s+/).length > 7) return null;
  return FOLLOW_UP.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Whether the message refers to the last turn: `그건`, `그럼`, `that`, `it`. */
export function dependsOnLastTurn(message: string): boolean {
  return (
    message.trim().length <= 60 &&
    /(?:^|\s)(?:그건|그거|그게|그것|그걸|그런|그럼|그러면|이건|이거|이게|저건|거기|그때|그\s)|\b(?:it|that|this|those|them|they)\b/i.test(
      message,
    )
  );
}

/** Whether the message asks for a scan but has no address: `링크 검사해줘`. */
export function asksForScan(message: string): boolean {
  if (/어떻게|방법|\bhow\b/i.test(message)) return false;
  const korean =
    /(?:링크|주소|사이트|url|큐알|qr)(?:\s?코드)?(?:를|을|도|좀|가|이|하나)?[^.?!]{0,14}(?:검사|확인|분석|스캔|체크|조회|점검|판별|봐)\s?(?:좀\s?)?(?:해\s?)?(?:줘|주세요|줄래|주실|주라|줄\s?수|부탁|할래|하고\s?싶)/i;
  const english =
    /\b(?:check|scan|analy[sz]e|inspect|verify|test|look at)\b(?: out)? (?:this|that|my|a|an|the|some)? ?(?:suspicious |sketchy |weird )?(?:link|url|address|site|website|web ?page|qr(?: code)?)s?\b(?! (?:safely|before))/i;
  return korean.test(message) || (english.test(message) && message.length <= 80);
}

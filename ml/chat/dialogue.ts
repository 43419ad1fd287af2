import type { Language } from '../text/language.ts';
import { stripInvisible } from '../text/normalise.ts';

export type SmallTalk = 'greeting' | 'thanks' | 'identity' | 'goodbye' | 'acknowledgement';
/** What a short follow-up asks for. */
export type FollowUp =
  | 'why'
  | 'more'
  | 'steps'
  | 'contact'
  | 'signs'
  | 'sure'
  /** `and if I already have it?` */
  | 'affected'
  /** `should I pay?` */
  | 'pay'
  /** `그럼 괜찮은거지?` */
  | 'safe';

const SMALL_TALK: readonly [SmallTalk, RegExp][] = [
  [
    'identity',
    /(?:넌|너는|너|당신은?|니가|네가)\s?(?:누구|뭐\s?(?:하는|할\s?수)|무엇을?\s?할|이름|정체|어떤\s?(?:봇|AI)|누가\s?만들)|(?:뭐|무엇을?|뭘)\s?(?:할\s?수\s?있|도와\s?줄\s?수|물어\s?볼\s?수|해\s?줄\s?수)|(?:사용법|도움말|기능\s?(?:알려|설명|뭐))|^도와줘\W*$|\bwho (?:made|created|built) you\b|\b(?:who|what) are you\b|\bwhat(?:'s| is) your name\b|\bwhat can (?:you|i) (?:do|help|ask)|\bhow can you help|^help\W*$|\bwhat do you do\b|\bare you (?:a bot|human|real|an ai)\b/i,
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
    'pay',
    /^(?:그럼|그러면|그래서|근데|그냥)?\s?(?:돈|수수료|그\s?돈|요구한?\s?돈|몸값)?(?:을|를)?\s?(?:줘야|내야|보내야|줘도|내도|보내도|지불해야|입금해야)(?:\s?(?:돼|되|하|할까|해|함|괜찮)[^\s]{0,4}|만)?[^\s]{0,4}\??$|^(?:돈|걍)?\s?(?:줄까|보낼까|낼까)요?\??$|^(?:so |and |but |ok(?:ay)?,? )?(?:should|must|do|can|shall) i (?:just |have to |need to )?pay\b|^(?:what )?if i (?:just )?pay\b|^is it (?:ok|better|best) to pay/i,
  ],
  [
    'affected',
    /^(?:근데|그런데|그럼|그러면|만약|만약에|혹시)?\s?(?:이미|벌써|만약|만약에)\s?(?:걸렸|당했|감염|있|깔|설치|눌렀|그랬|했)(?:으면|다면|는데|으면요|을\s?때|어|어요|는데요)?|^(?:걸리면|걸렸으면|당하면|당했으면|감염되면|감염됐으면)|^(?:and |but |so )?(?:what )?if (?:i|it|my \w+) (?:\w+ )?(?:already|have it|has it|got it|am|is|was|did|do)|^(?:i )?already (?:have|did|got)|^too late|^i (?:think i )?have it/i,
  ],
  [
    'safe',
    /^(?:아|음|그럼|그러면|그래도|이제|이러면|그렇게\s?하면|나|저|난|전)?[,\s]{0,2}(?:나|저|난|전)?\s?(?:괜찮은?\s?(?:거|건|걸|가|지|나|겠)|(?:지웠|바꿨|끊었|차단했|삭제했|했)으면\s?(?:끝|괜찮|된)|끝난?\s?(?:거|건)|해결된?\s?(?:거|건)|안전한?\s?(?:거|건|가|지|해)|문제\s?없|큰일\s?(?:난|나는)|망한|걱정\s?(?:안|하지\s?않))[^\s]{0,8}\s?[^\s]{0,6}\??$|^(?:so |then |and |but )?(?:am i|are we|is it|is that|i(?:'m| am)|will i be|is everything|is my \w+)\s(?:still |really |all |now |then )?(?:ok|okay|fine|safe|alright|good|in danger|screwed)\b|^(?:so |then )?(?:i'?m|that'?s|it'?s) (?:fine|ok|okay|safe) (?:then|now|right)/i,
  ],
  [
    'why',
    /^(?:그게\s?|근데\s?|그런데\s?|대체\s?)?(?:왜|이유|어째서|무슨\s?이유)|^(?:but |and |so )?(?:why|how come|for what reason|what makes)/i,
  ],
  [
    'contact',
    /^(?:그럼\s?|그러면\s?)?(?:어디(?:에|로|다|서)?\s?(?:신고|전화|연락|문의|상담)|(?:경찰에\s?)?신고(?:해야|하면|할까|는)|누구(?:한테|에게)|몇\s?번|전화번호)|^(?:so |and |then )?(?:who (?:do|should|can) i|where (?:do|should|can) i (?:report|call)|what number|(?:should|do|can) i (?:have to |need to )?(?:report|call|tell|contact))/i,
  ],
  [
    'signs',
    /^(?:그럼\s?|그러면\s?|그걸\s?|그건\s?)?(?:어떻게\s?(?:구별|알아|구분|확인)|구별법|징후|특징)|^(?:so |and |then )?how (?:do|can|would) i (?:tell|know|spot|recogni[sz]e)|^(?:the )?(?:signs|symptoms)\b/i,
  ],
  [
    'steps',
    /^(?:그럼\s?|그러면\s?|그래서\s?|이제\s?|그\s?다음(?:엔|에는|은)?\s?)?(?:어떻게\s?(?:해|하|막|말려|말리|설득|도와|풀|지워)|어떡|뭐부터|뭘\s?해|무엇을\s?해|대처|해결|방법|다음(?:은|엔|에는)|그\s?다음(?:엔|에는|에|은)?요?\??$|그럼요?$|그래서요?$)|^(?:so |and |then |ok(?:ay)?,? )?(?:what (?:now|next|then|should i do|do i do|can i do|to do)|how (?:do|can|should) i (?:stop|fix|prevent|avoid|protect)|and then|then what|now what)/i,
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
  if (text.length > 50 || text.split(/\s+/).length > 9) return null;
  return FOLLOW_UP.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

const SWITCH_TO: readonly [Language, RegExp][] = [
  [
    'en',
    /(?:영어|영문|잉글리[쉬시])로\s?(?:좀\s?)?(?:다시\s?)?(?:말|답|설명|알려|번역|해|부탁|대답|써|바꿔|얘기|이야기)|^영어로[.!?~]*$|\b(?:in|to|speak|use|switch to|reply in|answer in) english\b|\benglish,? please\b/i,
  ],
  [
    'ko',
    /(?:한국어|한글|우리말|한국말)로\s?(?:좀\s?)?(?:다시\s?)?(?:말|답|설명|알려|번역|해|부탁|대답|써|바꿔|얘기|이야기)|^한국어로[.!?~]*$|\b(?:in|to|speak|use|switch to|reply in|answer in) korean\b|\bkorean,? please\b/i,
  ],
];

/** Words with which one asks, and what stands between them. One at a time, so that no text can be read in two ways. */
const REQUEST_WORDS =
  /줘요?|주세요|줄래요?|말해|답해|해|can you|could you|please|say (?:it|that)|tell me|explain|answer|repeat|again|that|it|now|[\s,.!?~]/gi;

/**
 * The language that a message asks the chatbot to speak, and what else it says; null when it asks for none. To
 * translate a sentence is another request.
 */
export function detectLanguageSwitch(message: string): { language: Language; rest: string } | null {
  const text = stripInvisible(message).trim();
  for (const [language, pattern] of SWITCH_TO) {
    const found = pattern.exec(text);
    if (!found || /번역|translate/i.test(text)) continue;
    const rest = text.replace(pattern, ' ').trim();
    const isOnlyRequest = rest.replace(REQUEST_WORDS, '') === '' || rest.length < 8;
    return { language, rest: isOnlyRequest ? '' : rest };
  }
  return null;
}

/** What an earlier or later message is about when it has no object of its own: `이미 보냈어`, `I already paid`. */
export type BareAct = 'sent' | 'gave' | 'opened' | 'installed' | 'entered';
const BARE_ACTS: readonly [BareAct, RegExp][] = [
  ['installed', /깔았|깔아\s?버|설치했|설치해\s?버|\b(?:installed|downloaded)\b/i],
  [
    'opened',
    /눌렀|눌러\s?(?:버|봤)|열었|열어\s?(?:버|봤)|클릭했|들어갔|찍었|\b(?:clicked|tapped|opened|scanned)\b/i,
  ],
  ['entered', /입력했|입력해\s?버|넣었|적었|로그인했|\b(?:entered|typed|logged in)\b/i],
  ['sent', /보냈|보내\s?(?:버|줬)|부쳤|송금했|이체했|입금했|보냄|\b(?:paid|sent|transferred|wired)\b/i],
  ['gave', /줬|줘\s?버|알려\s?줬|불러\s?줬|말했|말해\s?버|넘겼|\b(?:gave|told|shared|read it)\b/i],
];

/** What a short statement says was done, when it does not say with what. */
export function detectBareAct(message: string): BareAct | null {
  const text = stripInvisible(message).trim();
  if (text.length > 60 || /\?\s*$|[까나냐]요?\s*$/.test(text)) return null;
  if (/안\s?(?:보냈|줬|눌렀|깔았|했)|지\s?(?:않|는\s?않)|\b(?:not|n't|never|didn't|haven't)\b/i.test(text))
    return null;
  return BARE_ACTS.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Whether the message refers to the last turn: `그건`, `그럼`, `that`, `it`. */
export function dependsOnLastTurn(message: string): boolean {
  return (
    message.trim().length <= 60 &&
    /^(?:근데|그런데|그리고|그래서|그래도|그럼|그러면|이미|벌써|아직|아까|계속|and|but|so|then|also|ok|okay|already|still)[\s,]|(?:^|\s)(?:그건|그거|그게|그것|그걸|그런|그럼|그러면|이건|이거|이게|저건|거기|그때|그\s)|\b(?:it|that|this|those|them|they)\b/i.test(
      message,
    )
  );
}

/** Whether the message asks for a scan but has no address: `링크 검사해줘`. */
export function asksForScan(message: string): boolean {
  if (
    /어떻게|방법|\bhow\b|\bis it (?:safe|ok|okay|risky)|안전한가|위험한가|(?:해도|찍어도|스캔해도)\s?(?:돼|되|괜찮|안전)/i.test(
      message,
    )
  )
    return false;
  const korean =
    /(?:링크|주소|사이트|url|큐알|qr)(?:\s?코드)?(?:를|을|도|좀|가|이|하나)?[^.?!]{0,14}(?:검사|확인|분석|스캔|체크|조회|점검|판별|봐)\s?(?:좀\s?)?(?:해\s?)?(?:줘|주세요|줄래|주실|주라|줄\s?수|부탁|할래|하고\s?싶)/i;
  const english =
    /\b(?:check|scan|analy[sz]e|inspect|verify|test|look at)\b(?: out)? (?:this|that|my|a|an|the|some)? ?(?:suspicious |sketchy |weird )?(?:link|url|address|site|website|web ?page|qr(?: code)?)s?\b(?! (?:safely|before))/i;
  return korean.test(message) || (english.test(message) && message.length <= 80);
}

import { stripInvisible } from '../text/normalise.ts';

/** What may have happened to the person, as far as their own words say. */
export type StoryEvent =
  | 'despair'
  | 'kidnap_call'
  | 'image_threat'
  | 'threat'
  | 'remote_control'
  | 'money_sent'
  | 'gift_card_sent'
  /** somebody is about to pay and can still be stopped */
  | 'paying_now'
  | 'code_given'
  | 'password_given'
  | 'card_given'
  | 'id_given'
  | 'app_installed'
  | 'link_opened';

/** What the person says they did not do. */
export type StoryDenial = 'entered_nothing' | 'installed_nothing' | 'paid_nothing';

/** Who wrote or called, as they said they were. */
export type StoryParty =
  | 'authority'
  | 'bank'
  | 'family'
  | 'courier'
  | 'seller'
  | 'friend_online'
  | 'support'
  | 'boss';

export interface Story {
  events: Set<StoryEvent>;
  denials: Set<StoryDenial>;
  parties: Set<StoryParty>;
  /** as written: `500만원`, `$900` */
  amount: string | null;
  /** as written: `어제`, `an hour ago` */
  time: string | null;
}

/** A question about what would happen, or about somebody else's case, is no event. */
const HYPOTHETICAL =
  /(?:면|다면|라면)\s?(?:어떻게|어떡|뭐|무엇|어디|누구|안\s?되|위험|큰일)|(?:해도|줘도|눌러도|보내도|깔아도|열어도)\s?(?:돼|되|괜찮|안전)|(?:달래|달라고|하래|내래|보내래|깔래|주래|내라|하라|깔라|보내라|주라|눌러라|누르라)|(?:안|않게|못)\s?(?:당하|눌|보내|깔)|\b(?:if (?:i|someone|you)|what happens (?:if|when)|should i|can i|do i (?:have|need) to|before i|wants? me to|asks? (?:me|for)|asking (?:me|for)|told me to|tells me to|how (?:do|can) (?:i|people) (?:avoid|prevent))\b/i;

const EVENTS: readonly (readonly [StoryEvent, RegExp])[] = [
  [
    'despair',
    /죽고\s?싶|죽어\s?버리|자살|살기\s?싫|살고\s?싶지|극단적\s?(?:선택|인\s?생각)|목숨을\s?끊|자해|다\s?끝내고\s?싶|\b(?:suicid\w+|kill(?:ing)? myself|end(?:ing)? (?:my life|it all)|(?:want|wanna|going) to die|do(?:n'?t| not) want to (?:live|be alive|be here)|no reason to live|self[- ]harm|hurt myself)\b/i,
  ],
  [
    'kidnap_call',
    /(?:납치|인질|데리고\s?있다|잡고\s?있다)(?!\s?(?:사기|빙자|전화\s?(?:구별|특징|수법)))|\b(?:kidnap\w*|abduct\w*|hostage|(?:they|he|someone) (?:have|has|got) my (?:son|daughter|child|kid|mother|husband|wife))\b/i,
  ],
  [
    'image_threat',
    /(?:사진|영상|동영상|몸캠|알몸|나체|누드|녹화).{0,25}(?:뿌리|퍼뜨|퍼트|유포|보낸다|보낼|올린다|올리겠|협박|지인)|(?:뿌리|퍼뜨|유포)(?:린다|겠다|겠대|ㄴ대|하겠|한다|한대)|\b(?:leak|post|share|send|publish|expose)\w* (?:\w+ ){0,4}(?:photos?|pics?|pictures?|videos?|nudes?|images?)\b|\bsextort\w*/i,
  ],
  [
    'threat',
    /협박\s?(?:당|받|해요|하고|중)|죽이겠|해치겠|가만\s?안\s?두|찾아오겠|찾아온다|칼로|때리겠|\b(?:threaten(?:ing|ed|s)? (?:me|to|my|us)|blackmail(?:ing|ed|s)? (?:me|us)|hurt (?:me|my|us)|come to my (?:house|home))\b/i,
  ],
  [
    'remote_control',
    /(?:원격|팀뷰어|애니데스크|teamviewer|anydesk|화면\s?공유|퀵서포트).{0,25}(?:했|깔았|깔아\s?(?:버|줬)|설치했|켰|켜줬|연결|들어왔|허용|조종|움직)|(?:화면|마우스|폰|컴퓨터|커서)(?:을|를|이|가)?.{0,15}(?:조종|마음대로|맘대로|저절로|움직여|움직이)|\b(?:(?:let|gave|given) (?:him|her|them|someone|a \w+) (?:\w+ ){0,3}(?:access|control|in)|(?:installed|downloaded|opened|running) (?:\w+ ){0,2}(?:anydesk|teamviewer|rustdesk|ultraviewer|quick ?assist)|(?:anydesk|teamviewer|remote)\b.{0,50}\b(?:moving|controll\w+|access)|moving (?:my|the) (?:mouse|cursor)|controll?(?:s|ing)? my (?:phone|computer|screen|pc))\b/i,
  ],
  [
    'paying_now',
    /(?:은행|atm|현금인출기|편의점|송금|이체|입금|돈|현금).{0,12}(?:가고\s?있|가는\s?중|가려고|하러\s?(?:가|갔)|하려고|하려\s?(?:해|한다)|보내려|찾으러|뽑으러|찾고\s?있|하는\s?중|보내는\s?중)|\b(?:(?:is|are|am|i'?m|she'?s|he'?s|they'?re) (?:\w+ )?(?:about to|going to|on (?:her|his|the|my|their) way to|at) (?:\w+ ){0,3}(?:pay|send|transfer|wire|bank|atm|withdraw)|(?:is|are|am|i'?m|she'?s|he'?s) (?:\w+ )?(?:sending|transferring|withdrawing|wiring) (?:\w+ ){0,3}(?:money|cash|savings))\b/i,
  ],
  [
    'gift_card_sent',
    /(?:기프트\s?카드|상품권|핀\s?번호|문상).{0,20}(?:보냈|보내\s?(?:줬|버렸)|알려\s?(?:줬|주었|버렸)|불러\s?줬|찍어\s?(?:줬|보냈))|\b(?:sent|gave|read|bought|shared)\b.{0,30}\b(?:gift ?cards?|card codes?|steam cards?|itunes cards?)\b/i,
  ],
  [
    'money_sent',
    /(?:돈|만\s?원|천\s?원|[\d백천만억]\s?원|금액|송금|이체|입금|계좌(?:로|에)|현금|코인|비트코인|보증금|계약금|수수료|전재산|\d{1,12}\s?만?)[을를도은는이가]?\s?.{0,14}(?:보냈|보내\s?(?:버|줬|드렸)|부쳤|넣었|넣어\s?버|이체했|송금했|입금했|건넸|줬어|줬는데|줘\s?버|날렸|털렸|빠져\s?나갔|빠져\s?나갔|나갔)|(?:송금|이체|입금|결제)(?:을|를)?\s?(?:했|해\s?버|해\s?줬|함(?![가-힣]))|[\d백천만억]{1,12}\s?(?:원|보냄|보냈|이체|송금|입금)\s?(?:보냄|이체|송금|입금)?(?:함|$)|\b(?:(?:sent|wired|transferr?ed|paid|venmo'?d|zelled|lost|gave|deposited) (?:\w+ ){0,5}(?:money|cash|[$€£]? ?\d[\d,.]*k?|dollars?|pounds?|euros?|deposit|bitcoin|crypto|savings)|(?:wired|transferr?ed|paid) (?:them|him|her|it)|i(?:'ve| have)? (?:already |just )?(?:paid|transferr?ed|sent (?:it|the money|money)|wired)|money (?:is|was) (?:gone|taken|withdrawn)|took (?:all )?(?:my|the) (?:money|savings))\b/i,
  ],
  [
    'code_given',
    /(?:인증\s?번호|인증\s?코드|otp|오티피|(?:6|여섯)\s?자리|확인\s?코드|코드).{0,14}(?:알려\s?(?:줬|주었|버렸|줘\s?버)|불러\s?(?:줬|주었)|말해\s?(?:줬|버)|보냈|보내\s?(?:줬|버)|줬|줘\s?버|넘겼|넘겨|입력했|넣었)|\b(?:gave|told|sent|read|shared|typed|entered|given|texted)\b.{0,30}\b(?:codes?|otp|pin|digits)\b/i,
  ],
  [
    'card_given',
    /(?:카드|cvc|유효\s?기간|계좌\s?(?:번호|비밀번호)).{0,20}(?:입력했|입력해\s?버|넣었|넣어\s?버|알려\s?(?:줬|버)|적었|불러\s?줬|보냈)|\b(?:gave|entered|typed|put in|sent|filled in|submitted)\b.{0,25}\b(?:cards?|cvv|bank (?:details|account|login)|account number)\b/i,
  ],
  [
    'password_given',
    /(?:비밀번호|비번|패스워드|아이디|로그인).{0,20}(?:입력했|입력해\s?버|넣었|넣어\s?버|알려\s?(?:줬|버)|쳤|적었|로그인했)|(?:가짜|이상한|피싱).{0,10}(?:사이트|페이지).{0,10}로그인|\b(?:gave|told|entered|typed|put in|sent|filled in|logged in)\b.{0,25}\b(?:passwords?|passcode|login|credentials|fake (?:site|page))\b/i,
  ],
  [
    'id_given',
    /(?:신분증|주민등록증|민증|면허증|여권|주민\s?번호|주민등록번호).{0,20}(?:보냈|보내\s?(?:버|줬)|찍어\s?보냈|알려\s?(?:줬|버)|넘겼|입력했|넣었)|\b(?:sent|gave|uploaded|shared|showed)\b.{0,30}\b(?:id(?: card)?|passport|licen[cs]e|ssn|social security)\b/i,
  ],
  [
    'app_installed',
    /(?:앱|어플|apk|파일|프로그램).{0,12}(?:깔았|깔아\s?(?:버|졌)|깔렸|깔려\s?(?:버|있)|설치했|설치해\s?버|설치됐|설치됨|설치함|다운(?:로드)?\s?(?:받았|했))|\b(?:installed|downloaded)\b.{0,25}\b(?:apps?|apk|program|software|file|it)\b/i,
  ],
  [
    'link_opened',
    /(?:링크|주소|url|문자|메일|사이트|qr|큐알|청첩장|부고장?).{0,20}(?:눌렀|눌러\s?(?:버|봤)|클릭했|클릭해\s?버|열었|열어\s?(?:버|봤)|들어갔|들어가\s?(?:버|봤)|접속했|찍었|탭했|누름)|\b(?:clicked|tapped|opened|followed|visited|scanned|pressed)\b.{0,25}\b(?:links?|url|it|that|this|qr|attachments?|sites?|page|text|message|code)\b/i,
  ],
]; // biome-ignore format: a table reads better by row

const DENIALS: readonly (readonly [StoryDenial, RegExp])[] = [
  [
    'entered_nothing',
    /(?:아무\s?것도|아무\s?정보도|정보는?|개인정보는?|비번은?|따로).{0,10}(?:안|않|못)\s?(?:했|넣|입력|적|쳤|눌)|(?:입력|넣지|적지|치지).{0,4}(?:안\s?했|않았|안했|은\s?안|은\s?하지)|아무\s?것도\s?(?:안\s?했|하지\s?않)|\b(?:did(?:n'?t| not)|have(?:n'?t| not)|never) (?:\w+ ){0,2}(?:enter|type|fill|put|give|gave|entered|typed|given|submit)\w*|\b(?:entered|typed) nothing\b/i,
  ],
  [
    'installed_nothing',
    /(?:설치|다운|깔지|깔진).{0,5}(?:안\s?했|않았|안했|은\s?안|는\s?안)|\b(?:did(?:n'?t| not)|never) (?:\w+ ){0,2}(?:install|download)\w*|\b(?:installed|downloaded) nothing\b/i,
  ],
  [
    'paid_nothing',
    /(?:돈|송금|이체|입금).{0,6}(?:안\s?(?:보냈|했|줬)|아직\s?안|보내지\s?않|하지\s?않|보내진\s?않)|\b(?:did(?:n'?t| not)|have(?:n'?t| not)|never) (?:\w+ ){0,2}(?:pay|paid|sent?|transfer\w*)\b/i,
  ],
];

const PARTIES: readonly (readonly [StoryParty, RegExp])[] = [
  ['authority', /검찰|검사|경찰|수사관|금감원|금융감독원|국세청|법원|형사|\b(?:police|prosecutor|irs|hmrc|officer|fbi|court|government)\b/i],
  ['bank', /은행|카드사|\b(?:bank|card company)\b/i],
  ['family', /(?:엄마|아빠|아들|딸|동생|가족|할머니).{0,8}(?:라고|라며|라면서|인\s?척|사칭)|엄마\s?나|\b(?:hi mum|hi mom|my (?:son|daughter|mum|mom|dad))\b/i],
  ['courier', /택배|배송|\b(?:parcel|courier|delivery)\b/i],
  ['seller', /판매자|중고|당근|\b(?:seller|marketplace)\b/i],
  ['friend_online', /(?:앱|온라인|인스타|채팅).{0,10}(?:만난|알게)|\b(?:met online|dating)\b/i],
  ['support', /상담원|고객센터|마이크로소프트|\b(?:microsoft|support|technician)\b/i],
  ['boss', /사장|대표님|상사|\b(?:boss|ceo|manager)\b/i],
]; // biome-ignore format: a table reads better by row

const AMOUNT =
  /(?:약\s?)?\d[\d,.]{0,12}\s?(?:천|백|십)?\s?(?:만|억)?\s?원|[일이삼사오육칠팔구십백천]{1,6}\s?만\s?원|[$€£]\s?\d[\d,.]{0,12}\s?k?|\d[\d,.]{0,12}\s?(?:dollars|pounds|euros|usd|gbp|eur)\b/i;
const TIME =
  /방금|아까|어제|그저께|오늘\s?(?:아침|낮|저녁|새벽)?|지난\s?(?:주|달)|\d{1,3}\s?(?:분|시간|일|주|달|개월)\s?전|\b(?:just now|yesterday|last (?:night|week|month)|today|(?:an|a|\d{1,3}) (?:minutes?|hours?|days?|weeks?) ago)\b/i;

/** What the other side wanted is no event, and does not make one doubtful: `깔라고 해서 깔았어요`. */
const BECAUSE_TOLD =
  /\S{1,12}(?:라고|려고|자고)\s?(?:해서|하길래|하기에|했고|해가지고)|\S{1,12}(?:래서|라길래|라기에|대서)(?=\s)/g;
/** To be about to pay is an emergency when a caller or stranger is behind it. */
const BEHIND_IT =
  /검사|검찰|경찰|금감원|전화\s?받|통화|사기|피싱|납치|상담원|모르는|시켜|하래|하라|\b(?:prosecutor|police|caller|phone|scam\w*|stranger|told|officer|agent|online)\b/i;
/** Words with which people tell what they did. */
const DONE =
  /이미|벌써|방금|아까|버렸|버림|\b(?:already|just (?:sent|gave|clicked|paid|installed|entered|tapped))\b/i;

/** What one message says. Bounded: reads at most 2,000 characters. */
export function readStory(message: string): Story {
  const text = stripInvisible(message).slice(0, 2000);
  const isHypothetical = HYPOTHETICAL.test(text.replace(BECAUSE_TOLD, ' ')) && !DONE.test(text);
  const isHappening = (event: StoryEvent): boolean =>
    !isHypothetical ||
    event === 'despair' ||
    event === 'kidnap_call' ||
    event === 'image_threat' ||
    event === 'threat';
  const denials = new Set(listMatches(DENIALS, text));
  const events = new Set(listMatches(EVENTS, text).filter(isHappening));
  if (!BEHIND_IT.test(text)) events.delete('paying_now');
  if (denials.has('paid_nothing')) events.delete('money_sent');
  if (denials.has('installed_nothing')) events.delete('app_installed');
  if (denials.has('entered_nothing')) for (const event of GIVEN) events.delete(event);
  return {
    events,
    denials,
    parties: new Set(listMatches(PARTIES, text)),
    amount: AMOUNT.exec(text)?.[0].trim() ?? null,
    time: TIME.exec(text)?.[0] ?? null,
  };
}

const GIVEN: readonly StoryEvent[] = ['code_given', 'card_given', 'password_given', 'id_given'];

function listMatches<T>(table: readonly (readonly [T, RegExp])[], text: string): T[] {
  return table.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

/** The story of a conversation: what later messages say counts over what earlier ones said. */
export function tellStory(messages: readonly string[]): Story {
  const whole = readStory('');
  for (const story of messages.map(readStory)) {
    for (const event of story.events) whole.events.add(event);
    for (const denial of story.denials) whole.denials.add(denial);
    for (const party of story.parties) whole.parties.add(party);
    whole.amount = story.amount ?? whole.amount;
    whole.time = story.time ?? whole.time;
  }
  return whole;
}

import type { Language } from '../text/language.ts';
import type { SmallTalk } from './dialogue.ts';

/** The chatbot's own sentences. */
export interface Phrases {
  smallTalk: Record<SmallTalk, string>;
  offTopic: string;
  injection: string;
  refusal: string;
  refusalHelp(title: string): string;
  notFound: string;
  nearest(titles: string): string;
  askForUrl: string;
  noFollowUp: string;
  nothingMore: string;
  steps: string;
  after: string;
  notToDo: string;
  contact: string;
  /** before the steps of somebody who may be affected already */
  affected: string;
  dontPay: string;
  notSafeYet: string;
  cannotTell: string;
  openedOnly: string;
  knownFraud(title: string): string;
  noEarlierAnswer: string;
  related: string;
  sources: string;
  safe(percent: string): string;
  caution(percent: string): string;
  dangerous(percent: string): string;
  dangerousMessage: string;
  cautionMessage: string;
  worst(url: string, count: number): string;
  reasons: string;
  noReasons: string;
  limits: string;
  dangerSteps: string;
  failed(url: string): string;
  looksLike: string;
}

const ko: Phrases = {
  smallTalk: {
    greeting:
      '안녕하세요! QR 코드와 링크가 안전한지 확인하고 보안 질문에 답하는 챗봇이에요. 의심되는 주소를 붙여 넣거나 궁금한 점을 물어보세요.',
    thanks: '도움이 되었다니 다행이에요. 의심스러운 링크나 문자를 받으면 언제든 다시 물어보세요.',
    identity:
      '저는 보안 챗봇이에요. 이런 일을 도와드려요.\n- 링크 확인: 주소를 보내 주시면 위험한지 검사하고 이유를 알려드려요.\n- 보안 질문: 피싱, 스미싱, 큐싱, 비밀번호, 계정 해킹, 악성 앱, 개인정보 유출 등.\n- 급할 때: 이미 눌렀거나 돈을 보냈다면 지금 할 일과 연락할 곳을 알려드려요.\n예: "toss.im은 안전해?", "큐싱이 뭐야?", "이상한 링크를 눌렀어요"',
    goodbye: '안녕히 가세요. 의심되는 링크는 누르기 전에 저에게 먼저 보여 주세요.',
    acknowledgement:
      '네. 더 궁금한 점이 있으면 물어보시고, 확인하고 싶은 주소가 있으면 그대로 붙여 넣어 주세요.',
  },
  offTopic:
    '저는 보안 질문과 링크 확인을 돕는 챗봇이라 그 질문에는 답하기 어려워요. 대신 의심되는 주소를 보내 주시거나 피싱, 비밀번호, 계정 보호, 사기 대처에 대해 물어봐 주세요.',
  injection:
    '그 요청은 들어드릴 수 없어요. 제 설정은 메시지로 바뀌지 않고, 링크 판정은 언제나 검사 결과를 따릅니다. 확인하고 싶은 주소나 보안에 관한 질문이 있으면 알려 주세요.',
  refusal:
    '다른 사람을 속이거나 해치는 데 쓰일 수 있는 내용은 도와드릴 수 없어요. 대신 이런 공격을 알아보고 막는 방법은 알려드릴게요.',
  refusalHelp: (title) => `막는 쪽에서 보면: ${title}`,
  notFound:
    '제 보안 지식에서 이 질문에 맞는 내용을 찾지 못했어요. 확실하지 않은 답을 드리기보다 사람에게 물어보시길 권해요. 한국에서는 KISA 118에서 해킹, 악성코드, 개인정보에 대한 상담을 24시간 무료로 받을 수 있습니다.',
  nearest: (titles) => `혹시 이런 내용을 찾으시나요? ${titles}`,
  askForUrl:
    '확인할 주소를 붙여 넣어 주세요. 예: toss.im 또는 https://example.com/login\nQR 코드라면 앱의 스캔 화면에서 찍어도 됩니다.',
  noFollowUp: '무엇에 대한 질문인지 조금만 더 알려 주세요. 예: "큐싱은 왜 위험해?"',
  nothingMore: '이 주제에서 알려드릴 내용은 여기까지예요.',
  steps: '지금 할 일',
  after: '그다음 할 일',
  notToDo: '하지 말아야 할 일',
  contact: '연락할 곳',
  affected: '이미 그렇게 되었다면 이렇게 하세요.',
  dontPay:
    '아니요, 돈을 보내지 마세요. 보낸다고 끝나지 않고 더 요구하는 일이 대부분이며, 보낸 돈은 되찾기 어렵습니다.',
  notSafeYet: '아직 안심하기는 일러요. 말씀하신 일이 있었다면 이것부터 하세요.',
  cannotTell: '그것만으로는 괜찮다고 말할 수 없어요. 이 점을 확인하세요.',
  openedOnly:
    '링크를 열기만 하고 아무것도 입력하거나 설치하지 않았다면 대부분 괜찮아요. 이것만 확인하세요.\n1. 그 페이지를 닫고, 내려받은 파일이 있으면 열지 말고 지우세요.\n2. 앱 목록에 처음 보는 앱이 있는지 보고, 휴대폰을 업데이트한 뒤 백신으로 검사하세요.\n3. 며칠 동안 카드와 소액결제 내역을 확인하세요.\n4. 나중에라도 비밀번호나 카드 번호를 넣은 것이 떠오르면 바로 바꾸고 카드사에 전화하세요.',
  knownFraud: (title) =>
    `⚠️ 이런 문자는 잘 알려진 사기 수법이에요: ${title}. 주소의 검사 결과가 어떻든 링크를 누르지 말고 공식 앱이나 원래 알던 번호로 확인하세요.`,
  noEarlierAnswer: '네, 한국어로 말씀드릴게요. 무엇이 궁금하세요?',
  related: '함께 보면 좋은 주제',
  sources: '출처',
  safe: (percent) => `이 URL은 안전합니다. 신뢰도: ${percent}%`,
  caution: (percent) => `이 URL은 위험하다고 판정되지는 않았지만 주의가 필요합니다. 신뢰도: ${percent}%`,
  dangerous: (percent) => `⚠️ 이 URL은 위험합니다. 접속하지 마세요. 신뢰도: ${percent}%`,
  dangerousMessage: '⚠️ 이 메시지는 사기로 보입니다. 링크를 열거나 시키는 대로 하지 마세요.',
  cautionMessage: '이 메시지는 주의가 필요합니다.',
  worst: (url, count) => `주소 ${count}개를 검사했어요. 가장 위험한 것은 ${url} 입니다.`,
  reasons: '이유',
  noReasons: '주소에서 눈에 띄는 위험 신호는 찾지 못했어요.',
  limits:
    '주소만 보고 내린 판정이에요. 로그인이나 결제, 앱 설치를 요구하면 공식 앱이나 직접 입력한 주소로 다시 확인하세요.',
  dangerSteps:
    '열지 말고, 이미 열었다면 아무것도 입력하거나 설치하지 마세요. 정보를 넣었다면 비밀번호를 바꾸고 카드사나 은행, 118에 문의하세요.',
  failed: (url) =>
    `${url} 은(는) 검사할 수 있는 주소가 아니에요. 철자나 끝부분(.com, .kr 등)이 맞는지 확인해 주세요.`,
  looksLike: '없는 주소 끝부분을 진짜처럼 보이게 쓰는 것은 사칭에 흔한 방법이에요.',
};

const en: Phrases = {
  smallTalk: {
    greeting:
      'Hello! I check whether QR codes and links are safe and answer security questions. Paste an address you are unsure about, or ask me anything about staying safe.',
    thanks: 'Glad it helped. Whenever a link or message looks odd, ask me again.',
    identity:
      'I am a security chatbot. I can help with:\n- Checking links: send me an address and I tell you whether it is dangerous, and why.\n- Security questions: phishing, smishing, quishing, passwords, hacked accounts, malicious apps, data leaks and more.\n- Emergencies: if you already clicked or sent money, what to do now and whom to call.\nFor example: "is toss.im safe?", "what is quishing?", "I clicked a strange link"',
    goodbye: 'Goodbye. Show me a suspicious link before you open it.',
    acknowledgement: 'All right. Ask me anything else, or paste an address you want checked.',
  },
  offTopic:
    'I help with security questions and with checking links, so I cannot answer that one. Send me an address you are unsure about, or ask about phishing, passwords, protecting accounts or dealing with a scam.',
  injection:
    'I cannot do that. A message does not change how I work, and what I say of a link always follows the scan. If you have an address to check or a security question, go ahead.',
  refusal:
    'I cannot help with something that could be used to deceive or harm others. I can tell you how to recognise and stop such attacks.',
  refusalHelp: (title) => `From the defender's side: ${title}`,
  notFound:
    'I found nothing in my security knowledge that answers this, and I would rather not guess. Please ask a person: in Korea, KISA on 118 advises on hacking, malware and personal data around the clock, free of charge; elsewhere, your national cyber security centre or your bank.',
  nearest: (titles) => `Perhaps you meant one of these? ${titles}`,
  askForUrl:
    'Paste the address you want checked, for example toss.im or https://example.com/login.\nFor a QR code you can also use the scan screen of the app.',
  noFollowUp: 'Tell me a little more about what you mean, for example "why is quishing dangerous?"',
  nothingMore: 'That is all I have on this topic.',
  steps: 'What to do now',
  after: 'After that',
  notToDo: 'What not to do',
  contact: 'Whom to call',
  affected: 'If it has already happened, do this.',
  dontPay:
    'No, do not pay. Paying rarely ends it: those who pay are asked for more, and the money is hard to get back.',
  notSafeYet: 'It is too early to relax. After what you described, do this first.',
  cannotTell: 'That alone does not make it safe. Look at these points.',
  openedOnly:
    'If you only opened the link and neither entered nor installed anything, you are most likely fine. Just check this.\n1. Close the page, and delete any file it downloaded without opening it.\n2. Look for an app you do not know, update the phone and run a scan.\n3. Look at your card and phone bill for a few days.\n4. If you remember having typed a password or card number, change it at once and call your bank.',
  knownFraud: (title) =>
    `⚠️ Messages like this are a well-known kind of fraud: ${title}. Whatever the address scores, do not tap the link; check in the official app or on a number you already had.`,
  noEarlierAnswer: 'All right, I will answer in English. What would you like to know?',
  related: 'Related',
  sources: 'Sources',
  safe: (percent) => `This URL is safe. Confidence: ${percent}%`,
  caution: (percent) => `This URL was not judged dangerous, but be careful with it. Confidence: ${percent}%`,
  dangerous: (percent) => `⚠️ This URL is dangerous. Do not open it. Confidence: ${percent}%`,
  dangerousMessage: '⚠️ This message looks like fraud. Do not open its links or do what it says.',
  cautionMessage: 'Be careful with this message.',
  worst: (url, count) => `I checked ${count} addresses. The most dangerous is ${url}.`,
  reasons: 'Why',
  noReasons: 'I found no obvious warning sign in the address.',
  limits:
    'This judges the address alone. If the page asks for a login, a payment or an app, check again in the official app or by typing the address yourself.',
  dangerSteps:
    'Do not open it. If you already did, enter and install nothing; if you entered something, change that password and call your bank or card company (in Korea also 118).',
  failed: (url) =>
    `${url} is not an address that can be checked. Look at its spelling and its ending (.com, .kr …).`,
  looksLike: 'An ending that does not exist but looks like a real one is a common trick of impostors.',
};

export const PHRASES: Record<Language, Phrases> = { ko, en };

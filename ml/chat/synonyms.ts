import { type Terms, toTerms } from './lexical.ts';

/** Synonyms in questions about security, colloquial and formal, in both languages. */
const GROUPS: readonly (readonly string[])[] = [
  ['비밀번호', '비번', '패스워드', '암호', 'password', 'passcode'],
  ['2단계 인증', '이중 인증', '이중인증', '투팩터', '다중 인증', '2fa', 'mfa', 'two-factor authentication', 'two-step verification'],
  ['휴대폰', '핸드폰', '스마트폰', '폰', 'phone', 'smartphone', 'mobile'],
  ['QR 코드', '큐알', '큐알코드', 'qr', 'qr code'],
  ['와이파이', '무선랜', 'wifi', 'wi-fi', 'hotspot'],
  ['문자', '문자 메시지', 'sms', 'text message'],
  ['카카오톡', '카톡', 'kakaotalk'],
  ['이메일', '메일', 'email', 'e-mail'],
  ['송금', '이체', '입금', 'transfer', 'wire'],
  ['악성코드', '바이러스', '멀웨어', 'malware', 'virus'],
  ['링크', '인터넷 주소', 'url', 'link', 'web address'],
  ['해킹', '뚫렸', '털렸', '탈취', 'hacked', 'compromised', 'taken over'],
  ['사기', '스캠', 'scam', 'fraud'],
  ['앱', '어플', '애플리케이션', 'app', 'application'],
  ['설치', '깔았', '깔라', '깔아', 'install'],
  ['가상자산', '암호화폐', '코인', '비트코인', 'crypto', 'cryptocurrency', 'bitcoin'],
  ['신분증', '주민등록증', '민증', '면허증', 'id card', 'identity card'],
  ['택배', '배송', '소포', 'parcel', 'package', 'delivery'],
  ['경찰', '수사관', 'police', 'officer'],
  ['검찰', '검사', 'prosecutor'],
  ['유심', '심카드', '심 카드', 'sim', 'esim'],
  ['업데이트', '패치', 'update', 'patch'],
  ['확장 프로그램', '플러그인', 'extension', 'add-on', 'plugin'],
  ['첨부파일', '첨부', 'attachment'],
  ['깃', '깃허브', 'git', 'github', 'gitlab'],
  ['부모님', '어머니', '아버지', '엄마', '아빠', '어르신', '할머니', 'parents', 'mother', 'father', 'elderly', 'grandmother'],
  ['중고거래', '당근', '번개장터', '중고나라', 'second-hand', 'marketplace'],
  ['환급', '환불', 'refund', 'rebate'],
  ['투자', '주식', '리딩방', 'investment', 'trading', 'stock'],
  ['대출', 'loan', 'lender'],
  ['아르바이트', '알바', '일자리', '채용', 'job', 'part-time'],
  ['협박', '위협', 'blackmail', 'threaten', 'extort'],
  ['분실', '잃어버', '도난', 'lost', 'stolen'],
  ['사칭', '가짜', 'impersonation', 'impersonate', 'fake'],
  ['생체 인증', '지문', '얼굴 인식', 'biometric', 'fingerprint', 'face id'],
  ['계좌', '통장', 'bank account'],
  ['백업', '사본', 'backup'],
  ['고객센터', '콜센터', '상담원', 'customer service', 'help line', 'call centre'],
  ['인공지능', '챗봇', '챗gpt', 'ai', 'chatgpt', 'llm', 'chatbot'],
  ['팝업', '알림창', 'pop-up', 'popup'],
  ['인증번호', '인증 코드', 'otp', 'verification code', 'one-time code'],
  ['결제', '지불', 'payment', 'pay'],
  ['유출', '노출', 'leak', 'leaked', 'breach', 'exposed'],
  ['로그인', '접속', 'login', 'log in', 'sign in'],
  ['삭제', '지우', 'delete', 'remove'],
  ['신고', '제보', 'report'],
  ['동영상', '영상', '비디오', 'video'],
  ['공용', '공공', 'public'],
  ['납치', 'kidnap', 'kidnapped'],
  ['랜섬웨어', '몸값', 'ransomware', 'ransom'],
]; // biome-ignore format: a table reads better by row

const MATCHERS = GROUPS.map((group) =>
  group.map((word) => (/[가-힣]/.test(word) ? word : new RegExp(`(?<![a-z])${word}(?:s|es)?(?![a-z])`, 'i'))),
);

/** Weight of a synonym relative to a word of the question. */
const WEIGHT = 0.35;

/** The terms of a question, and with less weight those of their synonyms. */
export function expandTerms(question: string): Terms {
  const terms = toTerms(question);
  const text = question.toLowerCase();
  const korean = /[가-힣]/.test(text);
  for (const [i, group] of GROUPS.entries()) {
    const named = MATCHERS[i]!.map((word) =>
      typeof word === 'string' ? text.includes(word) : word.test(text),
    );
    if (!named.includes(true)) continue;
    for (const [j, word] of group.entries()) {
      if (named[j] || /[가-힣]/.test(word) !== korean) continue;
      for (const [term, count] of toTerms(word))
        if (!terms.has(term)) terms.set(term, Math.min(count, 1) * WEIGHT);
    }
  }
  return terms;
}

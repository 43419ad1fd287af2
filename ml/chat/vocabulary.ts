/**
 * Words of questions about security, fraud, devices and accounts. Strong words suffice alone; weak ones occur in
 * other questions too.
 */
const STRONG: readonly RegExp[] = [
  /피싱|스미싱|큐싱|파밍|사기|사칭|해킹|해커|털렸|뚫[렸리려]|유출|악성|바이러스|랜섬|멀웨어|보안|도용|탈취|협박|몸캠|보이스피싱|스캠|먹튀|가짜|위조|도난|명의/,
  /비밀번호|비번|패스워드|인증번호|이중\s?인증|2단계|(?:2|투)팩터|otp|패스키|공인인증|본인\s?인증|개인정보|신분증|주민등록|신상/i,
  // The numbers of the places that help in Korea.
  /(?<![\d-])(?:112|118|182|1332|1366|1394)(?![\d-])/,
  /큐알|qr|링크|도메인|url|퓨니코드|xn--|리다이렉트|https|자물쇠|피해|신고|지급정지|의심|수상|스팸|브이피엔|취약점|암호화|백신|방화벽/i,
  /\b(?:phish\w*|smish\w*|vish\w*|quish\w*|scam\w*|fraud\w*|fake\w*|forged?|spoof\w*|imperson\w*|hack\w*|malware|virus\w*|ransom\w*|trojan|spyware|breach\w*|leaked|stolen|steal\w*|blackmail\w*|sextort\w*|threaten\w*|suspicious|sketchy|legit|infect\w*)\b/i,
  /\b(?:passwords?|passcode|2fa|mfa|otp|two[- ]factor|two[- ]step|passkeys?|authenticat\w+|verification|biometric|credentials?|login|log ?in|privacy|secur\w+|encrypt\w*|vulnerab\w*|antivirus|firewall|vpn|spam)\b/i,
  /\b(?:qr|links?|urls?|domains?|punycode|xn--|https?|padlock|redirect\w*|cookies?|macros?|api keys?|secret keys?|captcha|seed phrase|recovery (?:words|phrase)|wallet|escrow|identity theft|report(?:ing)?)\b/i,
];
const WEAK: readonly RegExp[] = [
  /계정|로그인|메일|문자|카톡|메신저|전화|번호|앱|어플|설치|파일|첨부|알림|사이트|주소|접속|와이파이|충전|유심|휴대폰|핸드폰|폰|업데이트|백업|권한|확장|팝업|깃허?브?|패키지/,
  /돈|송금|이체|입금|계좌|통장|카드|결제|은행|대출|환급|투자|수익|출금|코인|지갑|거래|판매자|택배|배송|알바|경찰|검찰|검사|금감원|국세청|상품권|보내\s?달|빌려|쇼핑몰|구매|직구|중고|할인|세일|상환|금리|위험|안전|조심/,
  /\b(?:accounts?|e-?mails?|sms|texts?|messages?|calls?|called|caller|phone|number|apps?|install\w*|files?|attachments?|notifications?|sites?|websites?|pages?|wi-?fi|charg\w+|usb|sim|updates?|back ?ups?|permissions?|extensions?|add-?ons?|pop-?ups?|packages?|npm|github|git)\b/i,
  /\b(?:money|transfer\w*|bank\w*|cards?|pay\w*|invoice|loan|lender|deposit|refund|invest\w*|withdraw\w*|crypto|bitcoin|sellers?|buyers?|shops?|stores?|discounts?|deliver\w*|parcel|courier|prosecutor|police|gift cards?|safe|unsafe|danger\w*|risk\w*|trust\w*|trick\w*|protect\w*)\b/i,
];

/** Strong words that are often typed wrongly. */
const OFTEN_MISTYPED =
  'password passwords phishing smishing scammer scammed malware ransomware antivirus suspicious verification authenticator security hacked hackers blackmail encrypted privacy firewall'.split(
    ' ',
  );

/** Whether two words differ by at most two letters that are missing, added, swapped or wrong, and begin alike. */
function isMistyped(word: string, right: string): boolean {
  if (word[0] !== right[0] || Math.abs(word.length - right.length) > 2) return false;
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 1; i <= word.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = row[j - 1]! + (word[i - 1] === right[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && word[i - 1] === right[j - 2] && word[i - 2] === right[j - 1];
      next[j] = Math.min(change, row[j]! + 1, next[j - 1]! + 1, isSwap ? before[j - 2]! + 1 : change);
    }
    [before, row] = [row, next];
  }
  return row[right.length]! <= (right.length >= 8 ? 2 : 1);
}

function hasTypo(text: string): boolean {
  const words = text.toLowerCase().match(/[a-z]{5,14}/g) ?? [];
  return words.slice(0, 60).some((word) => OFTEN_MISTYPED.some((right) => isMistyped(word, right)));
}

/** 1 or more with strong words, 0.4 for each kind of weak word, 0 with none. A mistyped strong word is one too. */
export function scoreSecurityWords(text: string): number {
  const count = (patterns: readonly RegExp[]) => patterns.filter((pattern) => pattern.test(text)).length;
  const strong = count(STRONG) || (hasTypo(text) ? 1 : 0);
  return Math.min(3, strong + 0.4 * count(WEAK));
}

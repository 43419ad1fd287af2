import type { Language } from '../text/language.ts';
import type { Story, StoryEvent } from './story.ts';

/** An emergency: the number and the next step, which are the first line of the answer, and the topic with the steps. */
export interface Emergency {
  event: StoryEvent;
  topic: string;
  line: string;
}

interface Urgent {
  event: StoryEvent;
  topic: string;
  ko: string;
  en: string;
}

/** The most urgent first. Numbers are those of the documents, reviewed on 2026-12-01. */
const URGENT: readonly Urgent[] = [
  {
    event: 'despair',
    topic: 'crisis-support',
    ko: '☎ 지금 자살예방 상담전화 109로 전화하세요(24시간, 무료). 당장 위험하다면 112나 119예요. 혼자 있지 말고 옆 사람에게 알려 주세요.',
    en: '☎ Please call now: 988 in the US and Canada, 116 123 in the UK and Ireland, 109 in Korea, at any hour. In immediate danger call 911, 999 or 112. You do not have to be alone with this.',
  },
  {
    event: 'kidnap_call',
    topic: 'kidnap-call',
    ko: '☎ 돈을 보내지 말고, 지금 다른 전화로 112에 신고하고 가족 본인에게 직접 전화해 확인하세요.',
    en: '☎ Send no money. Call the police now from another phone (112 in Korea and Europe, 911 in the US, 999 in the UK) and call your relative directly.',
  },
  {
    event: 'image_threat',
    topic: 'sextortion',
    ko: '☎ 돈을 보내지 말고 지금 112에 신고하세요. 유포 차단과 삭제는 디지털성범죄피해자지원센터 02-735-8994가 24시간 도와줍니다.',
    en: '☎ Do not pay, and report it to the police now (911 in the US, 999 in the UK, 112 in Korea and Europe). Under 18 or not, removal is free: Take It Down or StopNCII; in Korea 02-735-8994.',
  },
  {
    event: 'remote_control',
    topic: 'remote-control',
    ko: '☎ 지금 비행기 모드를 켜고 와이파이를 꺼서 인터넷을 끊으세요(컴퓨터는 랜선을 뽑으세요). 그다음 다른 전화로 거래 은행과 112에 전화해 계좌를 정지하세요.',
    en: '☎ Cut the internet now: airplane mode with Wi-Fi off, or pull the cable. Then call your bank from another phone and have your accounts blocked (in Korea also 112).',
  },
  {
    event: 'money_sent',
    topic: 'money-sent',
    ko: '☎ 지금 바로 112나 거래 은행에 전화해 지급정지를 요청하세요. 이어서 금융감독원 1332에서 상담받을 수 있어요.',
    en: '☎ Call your bank now, on the number on your card, and ask it to stop the payment (159 in the UK; in Korea 112 or your bank, then 1332). Then report it: in the US to the FTC and IC3, in the UK to Report Fraud on 0300 123 2040.',
  },
  {
    event: 'paying_now',
    topic: 'agency-impersonation',
    ko: '☎ 아직 막을 수 있어요. 지금 바로 그 사람에게 전화해 돈을 보내지 말고 전화를 끊게 하고, 112에 신고하세요. 연락이 안 되면 거래 은행에 전화해 이체를 막아 달라고 하세요.',
    en: '☎ It can still be stopped. Call that person now: hang up on the caller and send nothing. Then call the bank and ask it to hold transfers, and the police (112, 911 or 999).',
  },
  {
    event: 'gift_card_sent',
    topic: 'gift-card-payment',
    ko: '☎ 지금 바로 기프트카드 발행사 고객센터(카드 뒷면 번호)에 전화해 사용 정지를 요청하고, 112에 신고하세요.',
    en: '☎ Call the company that issued the gift card now, on the number on the card, and ask it to freeze the card; then report it to the police and the FTC (in Korea 112).',
  },
  {
    event: 'code_given',
    topic: 'otp-sharing',
    ko: '☎ 지금 바로 그 서비스의 비밀번호를 바꾸고 모든 기기에서 로그아웃하세요. 은행이나 카드의 인증번호였다면 은행에 먼저 전화해 정지하고, 돈이 나갔으면 112예요.',
    en: '☎ Change the password of that account now and sign out all devices. If the code was from a bank or card, call the bank first and have it blocked (in Korea also 112).',
  },
  {
    event: 'card_given',
    topic: 'clicked-link',
    ko: '☎ 지금 바로 카드사나 은행에 전화해 카드와 계좌를 정지하세요. 돈이 나갔으면 112예요.',
    en: '☎ Call your card company or bank now, on the number on the card, and have the card or account blocked (159 in the UK; in Korea also 112 if money has gone).',
  },
  {
    event: 'app_installed',
    topic: 'apk-sideload',
    ko: '☎ 지금 비행기 모드를 켜고 와이파이를 끄세요. 그 휴대폰으로 전화하거나 은행 앱을 열지 말고, 다른 전화로 은행과 118에 연락하세요.',
    en: '☎ Switch on airplane mode now, with Wi-Fi off, and open no banking app on that phone. Call your bank from another phone (in Korea also 118).',
  },
  {
    event: 'threat',
    topic: 'sextortion',
    ko: '☎ 위험하다고 느끼면 지금 112에 신고하세요. 돈을 보내지 말고 협박한 내용을 지우지 마세요.',
    en: '☎ If you feel in danger, call the police now: 911 in the US, 999 in the UK, 112 in Korea and Europe. Do not pay, and keep the threats as evidence.',
  },
  {
    event: 'password_given',
    topic: 'clicked-link',
    ko: '☎ 지금 바로 공식 앱이나 직접 입력한 주소에서 그 비밀번호를 바꾸고 모든 기기에서 로그아웃하세요. 은행이라면 은행에도 전화하세요.',
    en: '☎ Change that password now, in the official app or at the address you type yourself, and sign out all devices. If it was a bank, call the bank too.',
  },
  {
    event: 'id_given',
    topic: 'id-photo-leak',
    ko: '☎ 지금 금융감독원 개인정보노출자 사고예방시스템에 등록하고 엠세이퍼에서 명의도용을 확인하세요. 문의는 1332와 118이에요.',
    en: '☎ Have your bank watch your accounts and freeze your credit now; in the US start at IdentityTheft.gov, in Korea register with the FSS on 1332.',
  },
];

/** An app from a store, or one that was installed long ago, is no emergency by itself. */
const SUSPICIOUS_APP =
  /apk|문자|링크|카톡|상담원|수사|경찰|검찰|은행|모르는|이상한|시키|하라고|하래|출처|악성|\b(?:apk|text|link|caller|stranger|unknown|told|scam\w*|fake|suspicious)\b/i;

/** The most urgent thing that this message tells, in the light of the conversation; null when there is none. */
export function findEmergency(message: string, story: Story, language: Language): Emergency | null {
  const urgent = URGENT.find(
    ({ event }) => story.events.has(event) && (event !== 'app_installed' || SUSPICIOUS_APP.test(message)),
  );
  return urgent ? { event: urgent.event, topic: urgent.topic, line: urgent[language] } : null;
}

/** What is missing from the emergency's topic when the person also lost something else. */
export function listFurtherLines(story: Story, first: StoryEvent, language: Language): string[] {
  return URGENT.filter(({ event }) => story.events.has(event) && event !== first && ALSO.includes(event))
    .slice(0, 2)
    .map((urgent) => urgent[language]);
}

/** Losses that need a step of their own beside the first. */
const ALSO: readonly StoryEvent[] = [
  'remote_control',
  'money_sent',
  'code_given',
  'card_given',
  'app_installed',
];

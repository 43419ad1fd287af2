/** The sentences of a message's reasons, with placeholders for `{part}` (a quotation) and the names of `params`. */

import { fillTemplate } from '../text/fill-template.ts';

interface MessageReasonText {
  ko: string;
  en: string;
}

export const MESSAGE_REASON_TEXTS = {
  claim_against_link: {
    ko: "{name_ko}의 이름을 대지만 링크 '{part}'는 공식 사이트({domains})가 아님",
    en: "Names {name}, whose sites are {domains}; the link is '{part}'",
  },
  claim_against_open_link: {
    ko: "{name_ko}의 이름을 대지만 링크 '{part}'는 누구나 만들 수 있는 주소이고 공식 사이트({domains})가 아님",
    en: "Names {name}, whose sites are {domains}; anyone can make a link like '{part}'",
  },
  dangerous_link: { ko: "위험한 링크: '{part}'", en: "A dangerous link: '{part}'" },
  suspicious_link: { ko: "주의할 링크: '{part}'", en: "A link to be careful with: '{part}'" },
  many_links: {
    ko: "링크가 너무 많아 '{part}'부터는 확인하지 못함",
    en: "So many links that from '{part}' on they were not judged",
  },
  claim_against_sender: {
    ko: "'{part}'라고 하지만 보낸 사람은 {sender}",
    en: "Says it is '{part}' but comes from {sender}",
  },
  personal_number: {
    ko: "기관이나 회사를 대신해 개인·인터넷 전화번호로 연락하라고 함: '{part}'",
    en: "Speaks for a firm or an office but has you call a personal or internet number: '{part}'",
  },
  sent_from_abroad: {
    ko: "해외에서 발송된 문자인데 국내 기관·결제·배송을 알림: '{part}'",
    en: "Sent from abroad though it is about a domestic office, payment or delivery: '{part}'",
  },
  asks_code: {
    ko: "인증번호나 비밀번호를 알려 달라고 함: '{part}'",
    en: "Asks for a code or password: '{part}'",
  },
  asks_card: { ko: "카드 정보를 요구함: '{part}'", en: "Asks for card details: '{part}'" },
  asks_identity: {
    ko: "신분증이나 주민등록번호를 요구함: '{part}'",
    en: "Asks for an identity document or number: '{part}'",
  },
  asks_details: {
    ko: "정보를 입력하거나 확인하라고 함: '{part}'",
    en: "Asks you to enter or confirm details: '{part}'",
  },
  asks_remote_control: {
    ko: "기기를 원격으로 조종하는 앱을 말함: '{part}'",
    en: "Is about remote control of your device: '{part}'",
  },
  asks_install: {
    ko: "공식 스토어가 아닌 설치를 유도할 수 있음: '{part}'",
    en: "Asks for an installation, perhaps outside the store: '{part}'",
  },
  asks_money: { ko: "돈을 보내 달라고 함: '{part}'", en: "Asks for money: '{part}'" },
  asks_gift_card: {
    ko: "상품권이나 기프트카드를 사게 함: '{part}'",
    en: "Asks for gift cards or their codes: '{part}'",
  },
  asks_other_channel: {
    ko: "다른 번호나 메신저로 옮겨 연락하게 함: '{part}'",
    en: "Moves you to another number or messenger: '{part}'",
  },
  urgency: { ko: "링크나 연락을 재촉함: '{part}'", en: "Presses you to act: '{part}'" },
  threat: { ko: "불이익을 말하며 겁을 줌: '{part}'", en: "Threatens a loss: '{part}'" },
  secrecy: { ko: "남에게 말하지 말라고 함: '{part}'", en: "Asks you to keep it to yourself: '{part}'" },
  pretext_delivery: {
    ko: "택배·통관 문제를 내세움 (사칭 문자에 흔함): '{part}'",
    en: "A parcel problem, a common pretext: '{part}'",
  },
  pretext_family: {
    ko: "가족을 사칭할 때 흔한 말: '{part}'",
    en: "What people who pose as family say: '{part}'",
  },
  pretext_institution: {
    ko: "기관의 통지를 내세움 (사칭 문자에 흔함): '{part}'",
    en: "A notice of an authority, a common pretext: '{part}'",
  },
  pretext_payment: {
    ko: "모르는 결제나 카드 발급을 내세움 (사칭 문자에 흔함): '{part}'",
    en: "A payment you may not know of, a common pretext: '{part}'",
  },
  pretext_job: {
    ko: "고수익 일자리를 내세움: '{part}'",
    en: "Easy or well-paid work, a common pretext: '{part}'",
  },
  pretext_investment: {
    ko: "투자 수익을 내세움: '{part}'",
    en: "Gains from investing, a common pretext: '{part}'",
  },
  pretext_invitation: {
    ko: "청첩장·부고·초대를 내세움 (사칭 문자에 흔함): '{part}'",
    en: "An invitation or a death notice, a common pretext: '{part}'",
  },
  pretext_refund: {
    ko: "환급금·지원금을 내세움 (사칭 문자에 흔함): '{part}'",
    en: "Money you are said to be owed, a common pretext: '{part}'",
  },
  pretext_loan: { ko: "대출을 내세움: '{part}'", en: "A loan offer, a common pretext: '{part}'" },
  pretext_account: {
    ko: "계정·보안 문제를 내세움 (사칭 문자에 흔함): '{part}'",
    en: "A problem with an account, a common pretext: '{part}'",
  },
  pretext_prize: { ko: "당첨·경품을 내세움: '{part}'", en: "A prize or a gift, a common pretext: '{part}'" },
  pretext_tech_support: {
    ko: "감염·해킹을 내세움 (사칭에 흔함): '{part}'",
    en: "An infected or hacked device, a common pretext: '{part}'",
  },
  pretext_romance: { ko: "연애 빙자 사기에 흔한 말: '{part}'", en: "What romance frauds say: '{part}'" },
  pretext_marketplace: {
    ko: "거래·안전결제를 내세움: '{part}'",
    en: "A payment for a private sale, a common pretext: '{part}'",
  },
  pretext_extortion: { ko: "유포하겠다고 협박함: '{part}'", en: "Threatens to publish something: '{part}'" },
  pretext_crypto: {
    ko: "가상자산 지갑이나 출금을 내세움: '{part}'",
    en: "A crypto wallet or withdrawal, a common pretext: '{part}'",
  },
  gambling: { ko: "도박 광고의 말: '{part}'", en: "Gambling advertising: '{part}'" },
  adult: { ko: "성인·만남 광고의 말: '{part}'", en: "Adult or dating advertising: '{part}'" },
  advertisement: { ko: "광고 문자: '{part}'", en: "Advertising: '{part}'" },
  advertising_wording: {
    ko: "광고·스팸 문자에 자주 쓰이는 말 (AI 모델 판단): '{part}'",
    en: "Wording that is common in unwanted advertising (judged by the model): '{part}'",
  },
  fraud_wording: {
    ko: "사기 문자에 자주 쓰이는 말 (AI 모델 판단): '{part}'",
    en: "Wording that is common in fraudulent messages (judged by the model): '{part}'",
  },
  official_link: {
    ko: "링크가 {name_ko}의 알려진 사이트임: '{part}'",
    en: "The link is on a known site of {name}: '{part}'",
  },
  nothing_found: {
    ko: '의심스러운 점을 찾지 못했음. 진짜라는 뜻은 아니므로 의심되면 기관의 공식 앱이나 대표 번호로 확인하세요',
    en: 'Nothing suspicious was found. That does not mean it is genuine: if in doubt, ask through the official app or number',
  },
} satisfies Record<string, MessageReasonText>;

export type MessageReasonCode = keyof typeof MESSAGE_REASON_TEXTS;

/** Maximum characters of a quotation in a sentence. `part` itself is not shortened. */
const MAX_QUOTATION = 80;

/** A reason as a sentence for a person, in plain text. */
export function messageReasonText(
  reason: { code: MessageReasonCode; part: string; params?: Record<string, string> },
  language: 'ko' | 'en',
): string {
  const part = reason.part.replace(/\s+/g, ' ');
  const quoted = part.length > MAX_QUOTATION ? `${part.slice(0, MAX_QUOTATION)}…` : part;
  return fillTemplate(MESSAGE_REASON_TEXTS[reason.code][language], { ...reason.params, part: quoted });
}

/**
 * The sentences of a payload's reasons, in Korean and English, with placeholders for `{part}` and the names of
 * `params`.
 */

import { fillTemplate } from '../text/fill-template.ts';

export const PAYLOAD_REASON_TEXTS = {
  open_wifi: {
    ko: "암호 없는 와이파이 '{part}': 같은 망의 다른 사람이 통신 내용을 볼 수 있음",
    en: "The Wi-Fi '{part}' has no password: others on it can read along",
  },
  weak_wifi: {
    ko: "와이파이 '{part}'의 보안 방식(WEP)은 몇 분이면 풀림",
    en: "The security of the Wi-Fi '{part}' (WEP) is broken within minutes",
  },
  premium_number: {
    ko: '정보이용료가 붙는 번호: {part}',
    en: 'A premium-rate number: {part}',
  },
  foreign_number: {
    ko: '국제전화 번호: {part} ({country})',
    en: 'An international number: {part} ({country})',
  },
  call_forwarding: {
    ko: '전화를 다른 번호로 돌리거나 휴대전화를 초기화하는 코드: {part}',
    en: 'A code that forwards calls to someone else or resets the phone: {part}',
  },
  device_code: {
    ko: '통화가 아니라 휴대전화나 통신사에 내리는 명령 코드: {part}',
    en: 'Not a call but a command to the phone or its carrier: {part}',
  },
  prepared_text: {
    ko: "돈이 드는 번호({number})로 보낼 문자가 미리 적혀 있음: '{part}'",
    en: "A text is prepared for a number that costs money ({number}): '{part}'",
  },
  attached_file: {
    ko: "메일에 이 기기의 파일을 붙이게 함: '{part}'",
    en: "Makes the mail carry a file of this device: '{part}'",
  },
  second_factor: {
    ko: "다른 사람이 만든 2단계 인증 키일 수 있음: '{part}' 계정",
    en: "May be someone else's second factor, for the account '{part}'",
  },
  opens_app: {
    ko: "앱을 여는 주소: '{part}'",
    en: "Opens an app: '{part}'",
  },
  installs_app: {
    ko: "공식 앱 스토어를 거치지 않고 앱을 설치함: '{part}'",
    en: "Installs an app from outside the store: '{part}'",
  },
  store_app: {
    ko: "앱 스토어의 앱: '{part}'",
    en: "An app in a store: '{part}'",
  },
  pays: {
    ko: "받는 사람 '{part}', 금액 {amount}",
    en: "Pays '{part}', amount {amount}",
  },
  pays_any: {
    ko: "받는 사람 '{part}', 금액은 보내는 사람이 입력",
    en: "Pays '{part}', any amount",
  },
  connects_wallet: {
    ko: "지갑을 다른 사이트나 앱에 연결함: '{part}'",
    en: "Connects a wallet to a site or an app: '{part}'",
  },
  wrong_checksum: {
    ko: '결제 코드의 검사 값이 맞지 않아 손상되었거나 고쳐졌을 수 있음: {part}',
    en: 'The checksum of the payment code is wrong; it may be damaged or changed: {part}',
  },
  irreversible_payment: {
    ko: '가상자산은 보내면 되돌릴 수 없음: {part}',
    en: 'A payment in cryptocurrency cannot be undone: {part}',
  },
  runs_script: {
    ko: '주소가 아니라 프로그램을 실행하는 코드: {part}',
    en: 'Not an address but code that runs: {part}',
  },
  runs_program: {
    ko: '컴퓨터의 프로그램이나 시스템 기능을 여는 주소: {part}',
    en: 'Opens a program or a system function of the computer: {part}',
  },
  remote_program: {
    ko: "실행 파일을 내려받음: '{part}'",
    en: "Downloads a program: '{part}'",
  },
  remote_file: {
    ko: '웹이 아닌 파일 서버({scheme})의 파일: {part}',
    en: 'A file on a server that is not the web ({scheme}): {part}',
  },
  network_share: {
    ko: '공유 폴더를 열면 로그인 정보가 넘어갈 수 있음: {part}',
    en: 'A network share; opening it can give away the sign-in: {part}',
  },
  local_file: {
    ko: '이 기기의 파일을 여는 주소: {part}',
    en: 'Opens a file of this device: {part}',
  },
  many_links: {
    ko: "링크가 너무 많아 '{part}'부터는 확인하지 못함",
    en: "So many links that from '{part}' on they were not judged",
  },
  unknown_scheme: {
    ko: "알려지지 않은 방식의 주소: '{part}:'",
    en: "An address of an unknown kind: '{part}:'",
  },
} satisfies Record<string, { ko: string; en: string }>;

export type PayloadReasonCode = keyof typeof PAYLOAD_REASON_TEXTS;

/** A reason of a payload as a sentence for a person. */
export function toPayloadReasonText(
  { code, part, params }: { code: PayloadReasonCode; part: string; params?: Record<string, string> },
  language: 'ko' | 'en',
): string {
  return fillTemplate(PAYLOAD_REASON_TEXTS[code][language], { ...params, part });
}

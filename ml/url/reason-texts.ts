/** The sentences of reasons, in Korean and English, with placeholders for `{part}` and the names of `params`. */

import { fillTemplate } from '../text/fill-template.ts';

interface Text {
  ko: string;
  en: string;
}

export const REASON_TEXTS = {
  disguised_brand: {
    ko: "{brand}처럼 보이게 비슷한 글자로 바꿔 쓴 주소: '{part}'",
    en: "Look-alike characters imitate {brand}: '{part}'",
  },
  misspelt_brand: {
    ko: "{brand}의 철자를 살짝 바꾼 주소: '{part}'",
    en: "A misspelling of {brand}: '{part}'",
  },
  brand_domain_in_host: {
    ko: "{brand} 공식 주소가 들어 있지만 실제로는 다른 사이트: '{part}' (실제 사이트: {site})",
    en: "Contains {brand}'s address '{part}' but is another site: {site}",
  },
  domain_in_front: {
    ko: "'{part}'처럼 보이지만 실제로는 다른 사이트: {site}",
    en: "Looks like '{part}' but is another site: {site}",
  },
  government_label: {
    ko: "기관 주소처럼 '{part}'가 붙어 있지만 실제로는 누구나 등록할 수 있는 사이트: {site}",
    en: "Has '{part}' like an authority's address but is a site that anyone can register: {site}",
  },
  seed_phrase: {
    ko: "가상자산 지갑의 복구 문구나 개인 키에 관한 경로: '{part}'",
    en: "A path about a crypto wallet's recovery phrase or private key: '{part}'",
  },
  brand_in_domain: {
    ko: "{brand}의 이름을 쓰지만 알려진 공식 도메인이 아님: '{part}'",
    en: "Uses the name of {brand} but is none of its known domains: '{part}'",
  },
  brand_at_start: {
    ko: "{brand}의 이름으로 시작하지만 알려진 공식 도메인이 아님: '{part}'",
    en: "Starts with the name of {brand} but is none of its known domains: '{part}'",
  },
  brand_in_subdomain: {
    ko: "다른 도메인의 앞부분에 {brand}의 이름이 있음: '{part}'",
    en: "The name of {brand} in the subdomain of another domain: '{part}'",
  },
  brand_in_path: {
    ko: "다른 사이트의 경로에 {brand}의 이름이 있음: '{part}'",
    en: "The name of {brand} in the path of another site: '{part}'",
  },
  mixed_scripts: {
    ko: "서로 다른 문자가 섞인 이름: '{part}' ({scripts})",
    en: "A name that mixes scripts: '{part}' ({scripts})",
  },
  punycode: {
    ko: "퓨니코드 도메인 (화면 표시: '{part}')",
    en: "A punycode domain, shown as '{part}'",
  },
  userinfo: {
    ko: "@ 앞부분은 사이트 주소가 아님: '{part}' (실제 사이트: {site})",
    en: "What stands before @ ('{part}') is not the site (which is {site})",
  },
  disguised_ip: {
    ko: 'IP 주소를 알아보기 어렵게 적음: {part}',
    en: 'An IP address written so that it is hard to recognise: {part}',
  },
  ip_host: { ko: '도메인 대신 IP 주소 사용: {part}', en: 'An IP address instead of a domain: {part}' },
  local_address: {
    ko: '내부망 또는 이 기기의 주소: {part}',
    en: 'An address of a local network or this device: {part}',
  },
  free_hosting_login: {
    ko: "누구나 만들 수 있는 무료 호스팅({hosting})에 로그인 관련 단어: '{part}'",
    en: "Login words on free hosting ({hosting}): '{part}'",
  },
  free_hosting: {
    ko: '누구나 페이지를 만들 수 있는 호스팅: {part}',
    en: 'Hosting where anyone can make a page: {part}',
  },
  shortener: {
    ko: '단축 URL이라 실제 목적지를 알 수 없음: {part}',
    en: 'A shortened link hides where it leads: {part}',
  },
  hides_destination: {
    ko: '다른 주소로 넘겨 주기만 하는 링크라 어디로 가는지 주소만 보고는 알 수 없음: {part}',
    en: '{part} only leads on; where to cannot be seen from the address',
  },
  leads_within: {
    ko: '{operator} 안의 페이지로만 연결되는 주소: {part}',
    en: '{part} leads only to pages of {operator}',
  },
  leads_to_user_content: {
    ko: '{operator} 이용자가 만든 내용으로 연결되는 주소: {part}',
    en: '{part} leads to what users of {operator} made',
  },
  leads_to: {
    ko: '{site}에서 다른 주소로 넘어감: {part}',
    en: '{site} leads on to {part}',
  },
  backslash: {
    ko: "'\\' 뒤의 '{part}'는 사이트 주소가 아님 (실제 사이트: {site})",
    en: "What stands behind the backslash ('{part}') is not the site (which is {site})",
  },
  special_network: {
    ko: '일반 웹사이트가 아니라 별도의 망이나 프로그램이 있어야 열리는 주소: .{part}',
    en: 'Not an ordinary site: addresses in .{part} open only with special software',
  },
  too_long: {
    ko: '주소가 {length}자로 지나치게 길어 {part}와 앞부분만 판정함',
    en: 'At {length} characters the address is too long: only {part} and the beginning were judged',
  },
  unusual_domain: { ko: '비정상적인 도메인', en: 'Unusual domain' },
  risky_suffix: {
    ko: '피싱에 자주 쓰이는 최상위 도메인: .{part}',
    en: 'A suffix often used for phishing: .{part}',
  },
  random_host: { ko: "무작위로 만든 듯한 이름: '{part}'", en: "A name that looks randomly made: '{part}'" },
  login_words: {
    ko: "로그인·인증을 유도하는 단어가 도메인에 있음: '{part}'",
    en: "Words in the host that ask for a login: '{part}'",
  },
  login_path: {
    ko: "로그인·인증 관련 단어가 경로에 있음: '{part}'",
    en: "Words in the path that ask for a login: '{part}'",
  },
  site_internals: {
    ko: "방문자용이 아닌 웹사이트 내부 폴더의 페이지 (해킹된 사이트에 흔함): '{part}'",
    en: "A page in a site's internal folder, as on hacked sites: '{part}'",
  },
  many_subdomains: { ko: '서브도메인이 지나치게 많음: {part}', en: 'Too many subdomains: {part}' },
  long_host: {
    ko: '지나치게 긴 호스트 이름 ({length}자)',
    en: 'A very long host name ({length} characters)',
  },
  long_url: { ko: '지나치게 긴 주소 ({length}자)', en: 'A very long address ({length} characters)' },
  odd_port: { ko: '일반적이지 않은 포트: {part}', en: 'An unusual port: {part}' },
  double_extension: { ko: "이중 확장자 파일: '{part}'", en: "A file with a double extension: '{part}'" },
  program_file: { ko: "실행 파일을 내려받는 주소: '{part}'", en: "Leads to a program file: '{part}'" },
  embedded_url: { ko: '다른 주소로 넘어갈 수 있음: {part}', en: 'May lead on to another address: {part}' },
  plain_http: { ko: 'HTTP 프로토콜', en: 'HTTP protocol' },
  whole_address: {
    ko: '주소 전체의 형태가 알려진 피싱 주소와 비슷함 (AI 모델 판단)',
    en: 'The address as a whole resembles known phishing (judged by the model)',
  },
  listed_by: {
    ko: '{feed} 위험 사이트 목록에 있음 ({date} 확인): {part}',
    en: 'On the list of known threats {feed} (last seen {date}): {part}',
  },
  deny_list: { ko: '관리자가 차단한 주소', en: 'Blocked by the administrator' },
} satisfies Record<string, Text>;

export type ReasonCode = keyof typeof REASON_TEXTS;

/** A reason without its weight, as it is stored. */
export interface StoredUrlReason {
  code: string;
  part: string;
  params?: Record<string, string>;
}

/** A reason as a sentence for a person. A code that does not exist any more has the sentence of `whole_address`. */
export function reasonText(reason: StoredUrlReason, language: 'ko' | 'en'): string {
  const texts: Record<string, Text> = REASON_TEXTS;
  const text = (texts[reason.code] ?? REASON_TEXTS.whole_address)[language];
  const values: Record<string, string> = { ...reason.params, part: reason.part };
  // Korean readers know a brand by its Hangul name.
  if (language === 'ko' && values.brand_ko) values.brand = values.brand_ko;
  return fillTemplate(text, values);
}

/**
 * Links that open apps: Android's `intent:` (developer.android.com, "Android Intents with Chrome"), schemes of known
 * apps, links that make a browser open an address, and `itms-services:` (Apple, distribution outside the store).
 */

import { decodePercent, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import type { LinkSource, PayloadContent } from './payload.ts';
import type { SchemeText } from './scheme.ts';

/** Apps with their own scheme in Korean and international codes; all others are `other`. */
const APPS = new Set(
  `android-app kakaotalk kakaolink kakaoplus kakaopay kakaomap kakaonavi kakaot kakaobank kakaobizchat kakaowebtoon
  storykompassauth daummaps naversearchapp naversearchthirdlogin naver nmap navermail navercafe naverblog naverpay navershopping
  naverapp line lineworks linepay supertoss toss payco kftc-bankpay ispmobile kb-acp kbbank kbpay liivbank
  shinhan-sr-ansimclick shinhan-sr-ansimclick-naverpay shinhansol hdcardappcardansimclick smhyundaiansimclick lotteappcard
  lottesmartpay cloudpay hanawalletmembers hanapush wooripay newsmartpib nhallonepayansimclick nhappcardansimclick
  samsungpay mpocket.online.ansimclick vguardstart smartxpay-transfer citispay citimobileapp tmoney tmap tmapmobility
  baemin coupang coupangeats elevenst gmarket auction musinsa kurly karrot daangn yogiyo socar catchtable
  instagram fb fb-messenger fbapi twitter x tg telegram whatsapp viber skype discord slack zoomus zoommtg msteams
  spotify youtube vnd.youtube netflix tiktok snssdk1233 snapchat pinterest linkedin reddit twitch steam
  googlechrome googlechromes x-safari-http x-safari-https ddgquicklink touch-http touch-https googlegmail comgooglemaps googlemaps google-earth firefox firefox-focus microsoft-edge
  microsoft-edge-https microsoft-edge-http opera-http opera-https brave duckduckgo whale naverwhale samsunginternet
  view-source feed webcal webcals maps waze uber citymapper alipay alipays alipayqr weixin wechat wxp mqqapi taobao
  tmall openapp.jdmobile paytm phonepe gpay tez paypal venmo cashapp revolut sip sips xmpp irc ircs magnet zalo
  shopee lazada grab gojek metamask trust coinbase binance upbit bithumb`.split(/\s+/),
);

/** Keys after `#Intent;` with a type prefix are extras; others, such as `package`, are not. */
const EXTRA = /^[SBbcsilfd]\./;
/** `android-app://package/https/host/path` (Android, "App Links in search"). */
const ANDROID_APP = /^\/\/[\w.]{1,200}\/(https?)\//;
const ADDRESS_NAME = /url|uri|link|target|redirect|page|web|dest|next|href/i;

function toSources(query: readonly { name: string; value: string }[]): LinkSource[] {
  return query.map(({ name, value }) => ({
    field: name,
    text: value,
    as: ADDRESS_NAME.test(name) ? ('address' as const) : ('scheme' as const),
  }));
}

/** `intent://host/path#Intent;scheme=https;package=a.b;S.browser_fallback_url=…;end` */
function parseIntent(rest: string): PayloadContent {
  const hash = rest.search(/#Intent;/i);
  const data = hash === -1 ? rest : rest.slice(0, hash);
  const options = hash === -1 ? [] : rest.slice(hash + 8).split(';');
  const values = options.map((option) => {
    const equals = option.indexOf('=');
    return { name: option.slice(0, equals), value: decodePercent(option.slice(equals + 1)) };
  });
  const find = (name: string) => toNullIfEmpty(values.find((one) => one.name.toLowerCase() === name)?.value);
  const scheme = find('scheme')?.toLowerCase() ?? null;
  const fallback = find('s.browser_fallback_url');
  const name = find('package') ?? find('component')?.split('/')[0] ?? null;
  const isWeb = scheme === 'http' || scheme === 'https';
  return {
    kind: 'app_link',
    fields: { scheme: scheme ?? 'intent', package: name, fallback },
    reasons: [{ code: 'opens_app', part: toPart(name ?? scheme ?? 'intent'), level: 'info' }],
    sources: [
      { field: 'fallback', text: fallback ?? '', as: 'address' },
      {
        field: 'url',
        text: isWeb ? `${scheme}:${data}` : decodePercent(data),
        as: isWeb ? 'address' : 'scheme',
      },
      ...values
        .filter((one) => EXTRA.test(one.name))
        .map(({ name: field, value }) => ({ field, text: value, as: 'scheme' as const })),
    ],
  };
}

function parseInstall(rest: string): PayloadContent {
  const query = readQuery(rest.slice(rest.indexOf('?') + 1));
  const manifest = query.find(({ name }) => name === 'url')?.value ?? rest;
  return {
    kind: 'app_link',
    fields: { scheme: 'itms-services', package: null, fallback: null },
    reasons: [{ code: 'installs_app', part: toPart(manifest), level: 'dangerous' }],
    sources: toSources(query),
  };
}

export function parseAppLink({ scheme, rest }: SchemeText): PayloadContent | null {
  if (scheme === 'intent') return parseIntent(rest);
  if (scheme === 'itms-services') return parseInstall(rest);
  const isKnown = APPS.has(scheme) || /^(?:kakao|fb|line|naver)[0-9a-f]{6,}$/.test(scheme);
  if (!isKnown) return null;
  const mark = rest.indexOf('?');
  const query = mark === -1 ? [] : readQuery(rest.slice(mark + 1));
  return {
    kind: 'app_link',
    fields: {
      scheme,
      package: null,
      fallback: query.find(({ name }) => /fallback/.test(name))?.value ?? null,
    },
    reasons: [{ code: 'opens_app', part: scheme, level: 'info' }],
    sources: [
      // `googlechromes://host/path` and `webcal://host/path` are addresses with another scheme.
      { field: 'url', text: rest.replace(ANDROID_APP, '$1://'), as: 'prose' },
      ...toSources(query),
    ],
  };
}

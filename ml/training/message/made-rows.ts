/** Generates rows from the templates, deterministically. */

import * as english from './made-templates-en.ts';
import * as korean from './made-templates-ko.ts';
import type { LabelledMessage, MessageLabel } from './rows.ts';
import { makeRandom } from './softmax.ts';

const list = (text: string): string[] => text.split('|');

const LISTS: Record<string, string[]> = {
  name: list('김도윤|이서아|박하준|최지유|정은우|한소율|오시온|배나은'),
  bank: list('국민은행|신한은행|우리은행|하나은행|농협|카카오뱅크|토스뱅크|기업은행|케이뱅크|새마을금고'),
  card: list('신한카드|삼성카드|현대카드|KB국민카드|롯데카드|우리카드|하나카드|BC카드'),
  courier: list('CJ대한통운|한진택배|롯데택배|로젠택배|우체국택배|우체국|경동택배|쿠팡'),
  shop: list('쿠팡|11번가|G마켓|무신사|마켓컬리|올리브영|네이버쇼핑|SSG닷컴|알라딘|오늘의집|배달의민족'),
  service_name: list('네이버|카카오|구글|넷플릭스|토스|당근|쿠팡|NICE평가정보|인스타그램|애플'),
  agency: list(
    '국세청|국민건강보험공단|정부24|경찰청|도로교통공단|서울시|관세청|질병관리청|국민연금공단|행정안전부|법원|고용노동부|병무청|수원시|강남구청|해운대구|종로구보건소',
  ),
  telecom: list('SKT|KT|LG유플러스|알뜰폰'),
  hospital: list('서울내과|연세치과|한빛병원|삼성서울병원|우리동물병원'),
  pharmacy: list('온누리약국|새봄약국'),
  store: list('라온미용실|바디핏필라테스|하늘카페|고기굽는집|네일하우스|스시담'),
  school: list('한빛초등학교|늘봄유치원|새솔중학교'),
  hall: list('더채플 웨딩홀|그랜드컨벤션|라온웨딩홀'),
  utility: list('한국전력|서울도시가스|상수도사업본부'),
  airline: list('대한항공|아시아나항공|제주항공|티웨이항공'),
  insurance: list('삼성화재|현대해상|DB손해보험|교보생명'),
  banklink: list('https://obank.kbstar.com/quics|https://www.shinhan.com/hpe|https://www.ibk.co.kr/notice'),
  courierlink: list(
    'https://www.cjlogistics.com/ko/tool/parcel/tracking|https://www.hanjin.com/kor/CMS/DeliveryMgr|https://service.epost.go.kr/trace',
  ),
  shoplink: list(
    'https://link.coupang.com/a/b1X9|https://www.11st.co.kr/my|https://musinsa.com/orders|https://www.kurly.com/mypage|https://www.aladin.co.kr/account',
  ),
  servicelink: list(
    'https://nid.naver.com/user2|https://accounts.kakao.com|https://myaccount.google.com|https://www.netflix.com/account',
  ),
  agencylink: list(
    'https://www.gov.kr/mypage|https://www.hometax.go.kr|https://www.nhis.or.kr|https://www.wetax.go.kr|https://www.efine.go.kr',
  ),
  telecomlink: list('https://www.tworld.co.kr|https://my.kt.com|https://www.lguplus.com/mypage'),
  doclink: list(
    'https://docs.google.com/document/d/1xY9|https://drive.google.com/file/d/9Kd2|https://www.notion.so/team/a81c',
  ),
  videolink: list('https://youtu.be/k2Jd81Lq|https://www.youtube.com/watch?v=b9Xk2'),
  maplink: list('https://naver.me/5xKq2Z1|https://kko.to/a9Zk2|https://maps.app.goo.gl/p3Kq'),
  enname: list('Emma|Oliver|Priya|Daniel|Grace|Marcus|Sofia|Liam'),
  enbank: list(
    'Chase|Wells Fargo|Bank of America|HSBC|Barclays|Lloyds|NatWest|Santander|Monzo|Capital One|Citibank|SBI|HDFC Bank|ANZ|CommBank',
  ),
  encourier: list('USPS|UPS|FedEx|DHL|Royal Mail|DPD|Evri|Australia Post|Canada Post|An Post'),
  enshop: list('Amazon|Walmart|Target|eBay|Costco|Etsy|IKEA|Argos|Best Buy'),
  enservice: list('Netflix|Apple|Google|PayPal|Instagram|Spotify|Microsoft|WhatsApp|Discord|Uber'),
  enagency: list('IRS|HMRC|DVLA|DMV|GOV.UK|NHS|myGov|Social Security Administration'),
  entelecom: list('Verizon|AT&T|T-Mobile|Vodafone|O2|EE|Telstra'),
  entoll: list('E-ZPass|SunPass|FasTrak|TxTag|The Toll Roads'),
  encrypto: list('Coinbase|Binance|Kraken|MetaMask'),
  clinic: list('Lakeside Dental|Dr. Patel|City Eye Clinic|Park Surgery'),
  pharmacyen: list('CVS|Walgreens|Boots'),
  school_en: list('Hillside Elementary|St Mary School|Oak Park High'),
  utility_en: list('Con Edison|National Grid|British Gas|PG&E'),
  restaurant: list('Taco House|Luigi Trattoria|The Green Fork'),
  encourierlink: list(
    'https://tools.usps.com/go/TrackConfirmAction|https://www.ups.com/track|https://www.royalmail.com/track-your-item|https://www.fedex.com/fedextrack',
  ),
  enshoplink: list(
    'https://www.amazon.com/gp/your-orders|https://www.walmart.com/orders|https://www.ebay.com/mye|https://www.ikea.com/us/en/orders',
  ),
  enservicelink: list(
    'https://www.netflix.com/account|https://www.paypal.com/activity|https://myaccount.google.com',
  ),
  enagencylink: list(
    'https://www.irs.gov/refunds|https://www.gov.uk/check-vehicle-tax|https://www.ssa.gov/myaccount',
  ),
  envideolink: list('https://youtu.be/h2Jd81Lq|https://www.tiktok.com/@cat/video/71'),
  endoclink: list('https://docs.google.com/document/d/1aB9|https://www.dropbox.com/s/9kd/plan.pdf'),
  enmaplink: list('https://maps.app.goo.gl/x8Kq|https://goo.gl/maps/a8Kz'),
  flight: list('BA283|DL104|UA99'),
  plate: list('7KXD220|LB21 OPA'),
};

const SUFFIXES = list(
  'top|xyz|cc|info|click|lol|shop|site|store|online|live|bond|cfd|vip|icu|com|net|kr|co.kr|org',
);
const SHORT = list('bit.ly|tinyurl.com|han.gl|vo.la|c11.kr|is.gd|me2.kr|cutt.ly|rebrand.ly');
const WORDS = list(
  'check|parcel|post|info|notice|help|pay|verify|my|gov|track|card|bank|event|kr|secure|service|refund',
);

class Filler {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = makeRandom(seed);
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.random() * 10)).join('');
  }

  letters(count: number): string {
    return Array.from({ length: count }, () => this.pick([...'abcdefghijklmnopqrstuvwxyz'])).join('');
  }

  /** A link as in frauds: a short link, or an invented name under a cheap or a usual suffix. */
  badLink(): string {
    if (this.random() < 0.25) return `https://${this.pick(SHORT)}/${this.letters(5)}${this.digits(1)}`;
    const name =
      this.random() < 0.5 ? `${this.pick(WORDS)}-${this.letters(5)}` : this.letters(4) + this.digits(3);
    const path = this.random() < 0.5 ? `/${this.letters(4)}` : '';
    return `${this.pick(['http://', 'https://', ''])}${name}.${this.pick(SUFFIXES)}${path}`;
  }

  private readonly makers: Record<string, () => string> = {
    prize: () => `${1 + Math.floor(this.random() * 899)},${this.pick(['000', '500', '900'])}`,
    usd: () => `${this.pick(['$', '£', '$'])}${1 + Math.floor(this.random() * 900)}.${this.digits(2)}`,
    date: () => `${1 + Math.floor(this.random() * 12)}월 ${1 + Math.floor(this.random() * 28)}일`,
    endate: () => this.pick(['Monday', 'Friday', 'May 3', '12 June', 'Oct 21', 'tomorrow']),
    time: () => `${9 + Math.floor(this.random() * 10)}:${this.pick(['00', '30', '15'])}`,
    entime: () =>
      `${1 + Math.floor(this.random() * 11)}:${this.pick(['00', '30', '45'])}${this.pick(['am', 'pm', ''])}`,
    hour: () => `${10 + Math.floor(this.random() * 10)}`,
    month: () => `${1 + Math.floor(this.random() * 12)}`,
    n: () => `${1 + Math.floor(this.random() * 98)}`,
    code: () => this.digits(6),
    digits: () => this.digits(12),
    last4: () => this.digits(4),
    trackingNumber: () => `1Z${this.digits(8)}`,
    service: () => `${this.pick(['1588', '1577', '1544', '1600'])}-${this.digits(4)}`,
    landline: () => `02-${this.digits(3)}-${this.digits(4)}`,
    mobile: () => `010-${this.digits(4)}-${this.digits(4)}`,
    voip: () => `${this.pick(['070', '010', '02', '070'])}-${this.digits(4)}-${this.digits(4)}`,
    free: () => `080-${this.digits(3)}-${this.digits(4)}`,
    phone: () => `+1 (${this.digits(3)}) ${this.digits(3)}-${this.digits(4)}`,
    ukphone: () => `${this.pick(['020', '0161', '0117'])} ${this.digits(3)} ${this.digits(4)}`,
    account: () => `${this.digits(3)}-${this.digits(4)}-${this.digits(6)}`,
    handle: () => `@${this.letters(4)}${this.digits(3)}`,
    bad: () => this.badLink(),
  };

  fill(template: string): string {
    return template.replace(/\{(\w+)\}/g, (_, slot: string) => {
      const values = LISTS[slot];
      if (values) return this.pick(values);
      const make = this.makers[slot];
      if (!make) throw new Error(`no list for {${slot}}`);
      return make();
    });
  }
}

function readLines(text: string): string[] {
  return text.trim().split('\n');
}

/** `copies` rows of each template. `|` separates lines, and in a fraud its kind from the text. */
export function makeRows(copies: number, seed = 7): LabelledMessage[] {
  const filler = new Filler(seed);
  const groups: [string, LabelledMessage['lang'], MessageLabel][] = [
    [korean.KOREAN_NOTICES, 'ko', 'normal'],
    [english.ENGLISH_NOTICES, 'en', 'normal'],
    [korean.KOREAN_ADVERTS, 'ko', 'spam'],
    [english.ENGLISH_ADVERTS, 'en', 'spam'],
    [korean.KOREAN_FRAUDS, 'ko', 'smishing'],
    [english.ENGLISH_FRAUDS, 'en', 'smishing'],
  ];
  return groups.flatMap(([text, lang, label]) =>
    readLines(text).flatMap((line) =>
      Array.from({ length: copies }, () => {
        const bar = line.indexOf('|');
        const kind = label === 'smishing' ? line.slice(0, bar) : undefined;
        const template = label === 'smishing' ? line.slice(bar + 1) : line.replaceAll('|', '\n');
        return { text: filler.fill(template), lang, label, source: 'made', ...(kind ? { kind } : {}) };
      }),
    ),
  );
}

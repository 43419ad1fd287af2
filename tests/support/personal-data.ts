/** Made-up personal data in the spellings of people, the product's own tokens, and numbers that are nobody's. */

export interface Sample {
  kind: string;
  text: string;
  /** the piece that must not be left; '' for a text that must stay as it is */
  secret: string;
}

/** Pseudorandom numbers from a seed (mulberry32), so that a set is the same at every run. */
export function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(items: readonly T[]): T => items[int(0, items.length - 1)] as T;
  const digits = (n: number) => Array.from({ length: n }, () => int(0, 9)).join('');
  const letters = (n: number, from = 'abcdefghijklmnopqrstuvwxyz') =>
    Array.from({ length: n }, () => from[int(0, from.length - 1)]).join('');
  return { next, int, pick, digits, letters };
}
type Random = ReturnType<typeof createRandom>;

const two = (n: number) => String(n).padStart(2, '0');
const TOKEN_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HEX = '0123456789abcdef';

const residentNumber = (r: Random) => {
  const young = r.next() < 0.4;
  const year = young ? r.int(0, 25) : r.int(30, 99);
  const gender = r.pick(young ? [3, 4, 7, 8] : [1, 2, 5, 6]);
  return [`${two(year)}${two(r.int(1, 12))}${two(r.int(1, 28))}`, `${gender}${r.digits(6)}`];
};

function cardNumber(r: Random): string[] {
  const body = `${r.pick(['4', '51', '54', '9', '62', '3560'])}${r.digits(15)}`.slice(0, 15);
  for (let check = 0; check < 10; check++) {
    const digits = body + check;
    const sum = [...digits].reverse().reduce((total, digit, i) => {
      const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) return digits.match(/\d{4}/g) as string[];
  }
  throw new Error('a check digit exists');
}

const mobile = (r: Random) => ['010', r.pick([r.int(2000, 9999)]).toString(), r.digits(4)];
const landline = (r: Random) => [
  r.pick(['02', '031', '051', '064', '070']),
  String(r.int(200, 9999)),
  r.digits(4),
];

/** What people put between groups of digits. */
const GAPS = [
  '-', ' - ', '.', '·', '/', '_', '~', ' ', '  ', '–', '—', 'ㅡ', 'ー', '，', ',', '--', ' -  ', '\n', '・', ' . ', '*', '‐', '−', '\u3000', '\u00a0', '|', '\\',
]; // biome-ignore format: a list reads better in a row
const SURE_GAPS = ['-', ' - ', '.', '·', '/', '~', ' ', '–', 'ㅡ', ')', '‐', '−', '\u00a0'];
const INVISIBLE = [
  '\u200b',
  '\u200e',
  '\u2062',
  '\u3164',
  '\ufe0f',
  '\u00ad',
  '\u2060',
  '\ufeff',
  '\u202d',
  '\u{e0041}',
];

const DIGIT_SCRIPTS = [0xff10, 0x1d7ce, 0x1d7ec, 0x0660, 0x06f0, 0x0966, 0x0e50, 0x1d7f6];
const inScript = (zero: number) => (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** A number in groups, as someone writes it who is careless, in a hurry, or hides it from filters. */
function spell(r: Random, groups: readonly string[], gaps = GAPS): string {
  const style = r.next();
  const gap = r.pick(gaps);
  if (style < 0.55) return groups.join(gap);
  if (style < 0.7) return inScript(r.pick(DIGIT_SCRIPTS))(groups.join(r.pick(['-', ' ', gap])));
  if (style < 0.85)
    return [...groups.join('-')]
      .join(r.next() < 0.5 ? r.pick(INVISIBLE) : '')
      .replace(/-/, `${r.pick(INVISIBLE)}-`);
  return groups.join(r.pick(gaps));
}

const around = (r: Random, piece: string) =>
  r.pick<(p: string) => string>([
    (p) => p,
    (p) => `안녕하세요 ${p} 입니다`,
    (p) => `제 번호는 ${p}이에요`,
    (p) => `${p}로 연락주세요`,
    (p) => `(${p})`,
    (p) => `please use ${p}, thanks`,
    (p) => `이름 홍길동\n${p}\n주소 서울`,
    (p) => `{"value":"${p}"}`,
    (p) => `고객 정보: ${p}.`,
  ])(piece);

const EMAIL: ((r: Random) => string)[] = [
  (r) => `${r.letters(6)}@${r.letters(5)}.com`,
  (r) => `${r.pick(['홍길동', '김철수', '이영희'])}${r.pick(['', '77'])}@naver.com`,
  (r) =>
    `${r.letters(5)}.${r.letters(3)}@${r.pick(['example.한국', '회사.한국', '한글도메인.kr', '메일.닷컴'])}`,
  (r) => `${r.letters(6)} @ ${r.pick(['naver.com', 'gmail.com', 'example.co.kr'])}`,
  (r) =>
    `${r.letters(6)}${r.pick([' (at) ', '(at)', '[at]', ' [at] '])}${r.pick(['naver.com', 'gmail.com'])}`,
  (r) => `${r.letters(6)}(at)gmail${r.pick(['(dot)', '[dot]', ' [dot] '])}com`,
  (r) => `${r.letters(6)}＠${r.pick(['naver．com', 'gmail.com'])}`,
  (r) => `${r.letters(6)}골뱅이naver.com`,
  (r) => `${r.letters(6)} at gmail dot com`,
  (r) => `${r.letters(3)}\u200b${r.letters(3)}@gm\u00adail.com`,
  (r) => `${r.letters(6)}@xn--vk1bq81c.xn--3e0b707e`,
];

const HANGUL_DIGITS = [...'공일이삼사오육칠팔구'];

const PERSONAL: Record<string, (r: Random) => [piece: string, context?: string]> = {
  resident: (r) => [spell(r, residentNumber(r))],
  resident_joined: (r) => [
    residentNumber(r).join(''),
    r.pick(['주민번호 ', '주민등록번호: ', '외국인등록번호 ']),
  ],
  resident_spaced: (r) => [[...residentNumber(r).join('')].join(' ')],
  resident_dotted: (r) => {
    const [birth = '', back] = residentNumber(r);
    return [`${birth.match(/\d\d/g)?.join(r.pick(['.', '/', '-']))}-${back}`];
  },
  mobile: (r) => [spell(r, mobile(r))],
  mobile_joined: (r) => [mobile(r).join('')],
  mobile_spaced: (r) => [
    mobile(r)
      .map((group) => [...group].join(' '))
      .join(r.pick([' ', ' - '])),
  ],
  mobile_letters: (r) => {
    const [, middle = '', last = ''] = mobile(r);
    const gap = r.pick(['-', ' ', '.']);
    return [
      `${r.pick(['O1O', '0l0', 'o1o', 'OIO'])}${gap}${middle.replace(/0/g, 'O')}${gap}${last.replace('1', 'l')}`,
    ];
  },
  mobile_hangul: (r) => [
    mobile(r)
      .map((group) => [...group].map((digit) => HANGUL_DIGITS[Number(digit)]).join(''))
      .join(r.pick(['', ' ', '-', '에 '])),
  ],
  mobile_abroad: (r) => [
    `${r.pick(['+82', '82', '(+82)', '0082'])}${r.pick([' ', '-', ''])}${mobile(r)
      .join(r.pick(['-', ' ', '.']))
      .slice(1)}`,
  ],
  landline: (r) => [spell(r, landline(r), SURE_GAPS)],
  card: (r) => [spell(r, cardNumber(r))],
  card_joined: (r) => {
    const [a, b, c, d] = cardNumber(r);
    return [r.pick([`${a}${b}${c}${d}`, `${a}${b} ${c}${d}`])];
  },
  email: (r) => [r.pick(EMAIL)(r)],
  account: (r) => [
    [String(r.int(100, 999)), r.digits(3), r.digits(6)].join(r.pick(['-', ' ', ' - ', '.', '·'])),
    r.pick(['신한은행 ', '국민은행 ', '계좌번호 ']),
  ],
  passport: (r) => [`${r.pick(['M', 'S'])}${r.digits(8)}`, r.pick(['여권번호 ', 'passport no. '])],
  licence: (r) => [
    [String(r.int(11, 28)), r.digits(2), r.digits(6), r.digits(2)].join(r.pick(['-', '·', ' - '])),
    '',
  ],
  password: (r) => [
    `${r.letters(5)}${r.digits(3)}${r.pick(['', '!', '#'])}`,
    r.pick(['password ', '비밀번호는 ', 'pw: ', '비번 ', 'passwd=', '"password":"']),
  ],
  connection: (r) => [
    `${r.letters(4)}${r.digits(4)}`,
    `${r.pick(['postgres', 'mysql', 'redis', 'amqp', 'mongodb+srv'])}://app:`,
  ],
  bearer: (r) => [
    r.letters(r.pick([24, 32, 40]), HEX),
    r.pick(['Bearer ', 'Authorization: Bearer ', 'bearer ', 'Authorization: Token ']),
  ],
  basic: (r) => [Buffer.from(`${r.letters(5)}:${r.letters(8)}`).toString('base64'), 'Authorization: Basic '],
  account_key: (r) => [
    `${r.letters(40, TOKEN_CHARACTERS.slice(0, 62))}1a==`,
    r.pick(['AccountKey=', 'SharedAccessKey=', 'client_secret=', 'api_key: ']),
  ],
};

const CLOSED: Record<string, string> = { connection: '@db.example.com/main' };

export function listPersonalData(seed: number, each: number): Sample[] {
  const r = createRandom(seed);
  return Object.entries(PERSONAL).flatMap(([kind, make]) =>
    Array.from({ length: each }, (): Sample => {
      const [secret, context = ''] = make(r);
      return { kind, secret, text: around(r, context + secret + (CLOSED[kind] ?? '')) };
    }),
  );
}

export function listOwnTokens(seed: number, count: number): Sample[] {
  const r = createRandom(seed);
  const wraps: ((token: string) => string)[] = [
    (t) => t,
    (t) => `Authorization: Bearer ${t}`,
    (t) => `키는${t}입니다`,
    (t) => `"refresh_token":"${t}"`,
    (t) => `https://example.com/?token=${t}&x=1`,
    (t) => `FLASHSCAN_KEY=${t}`,
    (t) => `line\\n${t}\\nline`,
    (t) => `curl -H "authorization: bearer ${t}" https://example.com`,
    (t) => `x${t}`,
    (t) => `${t.slice(0, 30)}\n${t.slice(30)}`,
    (t) => inFullWidth(t),
    (t) => `${t.slice(0, 10)}\u200b${t.slice(10)}`,
    (t) => `${t.slice(0, 24)}…`,
  ];
  return Array.from({ length: count }, (_, i): Sample => {
    const token = `${r.pick(['fsa_', 'fsr_', 'fsk_', 'fsd_'])}${r.letters(43, TOKEN_CHARACTERS)}`;
    return {
      kind: 'token',
      secret: token.slice(4, 20),
      text: (wraps[i % wraps.length] as (t: string) => string)(token),
    };
  });
}

const inFullWidth = (text: string) =>
  text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

const HARMLESS: Record<string, (r: Random) => string> = {
  order: (r) =>
    `주문번호 ${r.pick(['2024', '2025', '2026'])}${two(r.int(1, 12))}${two(r.int(1, 28))}${r.digits(r.int(4, 8))}`,
  order_parts: (r) => `order ${r.digits(8)}-${r.digits(r.int(5, 9))}`,
  order_amazon: (r) => `order ${r.digits(3)}-${r.digits(7)}-${r.digits(7)}`,
  milliseconds: (r) =>
    `${r.pick(['', 'started ', '시작 '])}${r.int(1_500_000_000, 1_900_000_000)}${r.digits(3)}`,
  milliseconds_json: (r) => `{"createdAt": ${r.int(1_500_000_000, 2_000_000_000)}${r.digits(3)}}`,
  seconds: (r) => `${r.int(1_500_000_000, 1_900_000_000)}`,
  nanoseconds: (r) => `t=${r.int(1_600_000_000, 1_800_000_000)}${r.digits(9)}`,
  iso: (r) =>
    `2026-${two(r.int(1, 12))}-${two(r.int(1, 28))}T${two(r.int(0, 23))}:${two(r.int(0, 59))}:${two(r.int(0, 59))}.${r.digits(3)}+09:00`,
  date: (r) =>
    `20${two(r.int(10, 30))}.${two(r.int(1, 12))}.${two(r.int(1, 28))} ${two(r.int(0, 23))}:${two(r.int(0, 59))}`,
  version: (r) =>
    `v${r.int(0, 99)}.${r.int(0, 99)}.${r.int(0, 9999)}${r.pick(['', `.${r.digits(4)}`, `-rc.${r.int(1, 9)}`])}`,
  ip: (r) => `${r.int(1, 255)}.${r.int(0, 255)}.${r.int(0, 255)}.${r.int(0, 255)}:${r.int(1000, 65000)}`,
  sha1: (r) => r.letters(40, HEX),
  sha256: (r) => r.letters(64, HEX),
  short_hash: (r) => `commit ${r.letters(r.int(7, 12), HEX)}`,
  uuid: (r) => [8, 4, 4, 4, 12].map((n) => r.letters(n, HEX)).join('-'),
  isbn13: (r) => `ISBN ${r.pick(['978', '979'])}-${r.digits(2)}-${r.digits(4)}-${r.digits(3)}-${r.digits(1)}`,
  isbn13_joined: (r) => `${r.pick(['978', '979'])}${r.digits(10)}`,
  isbn10: (r) => `${r.digits(1)}-${r.digits(3)}-${r.digits(5)}-${r.digits(1)}`,
  ean: (r) => `바코드 880${r.digits(10)}`,
  tracking: (r) => `송장번호 ${r.digits(4)}-${r.digits(4)}-${r.digits(4)}`,
  tracking_joined: (r) => `운송장 ${r.digits(r.int(10, 13))}`,
  business: (r) => `사업자등록번호 ${r.digits(3)}-${r.digits(2)}-${r.digits(5)}`,
  hotline: (r) => `${r.pick(['1588', '1577', '1544', '1600', '1899'])}-${r.digits(4)}`,
  money: (r) => `${r.int(1, 999)},${r.digits(3)},${r.digits(3)}원`,
  coordinates: (r) =>
    `${r.int(33, 38)}.${r.digits(r.int(4, 7))}, ${r.int(124, 131)}.${r.digits(r.int(4, 7))}`,
  fraction: (r) => `0.${r.digits(r.int(10, 17))}`,
  bytes: (r) => `${r.int(1_000_000, 9_999_999)}${r.digits(r.int(3, 6))} bytes`,
  list: (r) => Array.from({ length: 12 }, () => r.int(0, 99)).join(', '),
  bits: (r) => Array.from({ length: 12 }, () => r.int(0, 1)).join(' '),
  hex_words: (r) => `0x${r.letters(16, HEX)}`,
  ticket: (r) => `${r.pick(['JIRA', 'ABC', 'REQ'])}-${r.digits(r.int(3, 6))}`,
  package: (r) =>
    `${r.pick(['react', '@types/node', '@scope/pkg'])}@${r.int(1, 40)}.${r.int(0, 99)}.${r.int(0, 99)}`,
  remote: (r) => `git@github.com:${r.letters(5)}/${r.letters(6)}.git`,
  handle: (r) => `@${r.letters(7)} 님`,
  table: (r) => `${r.digits(4)} | ${r.digits(3)} | ${r.digits(2)} | ${r.digits(5)}`,
  trace: (r) => `trace_id ${r.digits(16)}`,
  postcode: (r) => `우편번호 ${r.digits(5)}`,
  words: (r) =>
    r.pick([
      'password required',
      '비밀번호는 12자 이상',
      'look at example.com',
      'meet at noon dot dot dot',
      'Bearer token is needed',
      'Basic authentication',
      'password sha256 hash',
      'token: string',
      'fsa_name',
      'eyJ',
    ]),
};

export function listHarmless(seed: number, each: number): Sample[] {
  const r = createRandom(seed);
  return Object.entries(HARMLESS).flatMap(([kind, make]) =>
    Array.from({ length: each }, (): Sample => ({ kind, secret: '', text: make(r) })),
  );
}

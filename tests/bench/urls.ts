const HOSTS = [
  (n: number) => `www.shop-${n}.com`,
  (n: number) => `news${n}.co.kr`,
  (n: number) => `blog.example-${n}.org`,
  (n: number) => `m.event${n}.net`,
  (n: number) => `login.account-${n}.xyz`,
];
const PATHS = [
  '/',
  '/products/view?id=48213&ref=main',
  '/2025/11/how-we-moved-our-office',
  '/signin/verify.php?token=8f3a9c1b77e2',
  '/event/coupon?utm_source=qr&utm_medium=poster',
  '/board/notice/list.do?page=2',
];

/** A URL that no other number gives, of ordinary length and make. */
export function newUrl(n: number): string {
  const host = HOSTS[n % HOSTS.length]?.(n);
  const path = PATHS[Math.floor(n / HOSTS.length) % PATHS.length];
  return `${n % 4 === 0 ? 'http' : 'https'}://${host}${path}`;
}

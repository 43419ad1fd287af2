"""Rows made from patterns, where the collected data is thin: Korean baits, look-alikes, and links people scan every day.

Benign rows are paths on the brands' own domains (`ml/url/brands.json`, pages of users left out) and link shapes of
well-known services. Malicious rows are the ways phishing dresses up as those brands. No row is a real address.
"""
import json
import os
import random
import string

from businesses import Businesses
from scams import Scams

KOREAN_FIRST = 0.45
"""Share of baits that are about a brand with a Hangul name."""
CHEAP = 'xyz top shop icu cfd tk ml ga cf gq click live online site info vip cc buzz lol sbs cyou rest fun store club work life pw ru cn com net org co me link world today bond'.split()
FREE = 'vercel.app netlify.app pages.dev web.app github.io weebly.com webflow.io duckdns.org r2.dev workers.dev blogspot.com framer.app ngrok-free.app 000webhostapp.com firebaseapp.com glitch.me wixsite.com/my-site surge.sh onrender.com herokuapp.com ukit.me godaddysites.com square.site blob.core.windows.net'.split()
LURES = 'login signin secure security verify verification update account support help service center event gift pay payment refund bonus point coupon delivery tracking parcel notice confirm auth cert id member mobile app m kr korea my info online web check unlock alert reward claim wallet'.split()
SMISHING = 'cjlogistics cj-korea koreapost epost gov24 minwon24 minwon nhis nps police efine hometax giro fine toll kdca fss kisa customs unipass wedding invitation mobilecard subsidy loan gs25 hanjin lotteglogis logen delivery taekbae card fund invest stock'.split()
AGENCIES = 'cjlogistics koreapost epost gov24 minwon24 minwon nhis efine hometax unipass hanjin hanjintaekbae lotteglogis logen ilogen taekbae kdca kisa simplegov iros wetax giro'.split()
PATHS = ['', '', '', '/login', '/login.php', '/index.html', '/verify', '/signin', '/m', '/app', '/kr', '/update/index.php', '/auth/confirm', '/event', '/{r4}', '/{r6}', '/{r4}/{r8}', '/?id={d5}', '/?{r6}', '/track?no={d12}', '/user/login.html', '/secure/{r16}', '/apk/download', '/wp-includes/login/', '/account/verify.php?token={r16}']
SITE_PATHS = ['/wp-content/plugins/{w}/{b}/', '/wp-includes/{b}/login.php', '/{b}/index.html', '/{b}login/', '/.well-known/{b}/{r6}', '/images/{b}/signin.php', '/{b}/{w}.html', '/tmp/{b}file/{b}.html', '/{r8}/{b}/verify.php?email={w}']
WORDS = 'garden metal trade dental clinic hotel travel bake studio design house kids auto solar wood green river stone light happy blue star north sun moon farm food beauty fit smart home city park school art music book print tools tech law print repair coffee kitchen'.split()
TURNS = {'o': '0', 'l': '1', 'i': '1', 'e': '3', 'a': '4', 's': '5', 'm': 'rn', 'w': 'vv', 'g': 'q', 'u': 'v', 'n': 'm', 'k': 'c'}
CYRILLIC = {'a': 'а', 'c': 'с', 'e': 'е', 'i': 'і', 'o': 'о', 'p': 'р', 's': 'ѕ', 'x': 'х', 'y': 'у', 'k': 'к'}

OWN_SUBDOMAINS = ['', '', '', 'www.', 'www.', 'm.', 'login.', 'account.', 'accounts.', 'my.', 'shop.', 'store.', 'help.', 'support.', 'pay.', 'event.', 'map.', 'mail.', 'news.', 'app.', 'api.', 'auth.', 'member.', 'order.', 'cs.', 'id.', 'kr.', 'ko.', 'sso.', 'secure.', 'developers.', 'docs.', 'business.', 'careers.', 'obank.', 'spib.', 'card.', 'mobile.']
OWN_PATHS = ['', '', '/', '/login', '/member/login.do', '/signin', '/accounts/login/?next=%2F', '/oauth/authorize?client_id={r16}&redirect_uri=https%3A%2F%2F{w}.co.kr%2Fcallback&response_type=code', '/account/verify-email?token={r32}', '/password/reset?token={r32}', '/product/{d8}', '/products/{d10}?itemId={d11}&vendorItemId={d11}', '/goods/goods_view.php?goodsNo={d9}', '/item.gmkt?goodscode={d10}', '/order/detail?orderNo={d12}', '/tracking?invoice={d12}', '/ko/tool/parcel/tracking?gnbInvcNo={d12}', '/event/view.do?eventId={d5}', '/board/view.do?boardId=notice&seq={d4}', '/customer/notice/{d4}', '/p/entry/place/{d10}', '/place/{d9}', '/menu?table={d2}', '/store/{d5}/menu', '/reservation/{d8}', '/coupon/{r10}', '/benefit/membership', '/qr/{r12}', '/pay/{r20}', '/share/{r22}', '/s/{r8}', '/app/download', '/apps/details?id=com.{w}.{w}', '/ko-kr/help/{d6}', '/docs/guide/{w}/{w}-{w}', '/search?q={w}&page={d1}', '/articles/{d12}', '/v/{r11}', '/ib/loan/personal/detail?prdCd={r8}', '/quics?page=C{d6}&cc=b{d6}:b{d6}', '/checkin?pnr={r6}', '/channel/{r22}', '/{r8}/posts/{d18}', '/nidlogin.login?mode=form&url=https%3A%2F%2Fwww.{w}.com', '/file/d/{r32}/view?usp=sharing', '/j/{d11}?pwd={r32}', '/careers/jobs/{d6}', '/user/{d8}/settings/security', '/login/sign-in/signOn.go', '/mem/index.jsp', '/item/m{d11}', '/cgi-bin/{w}', '/ko/main', '/common/login.aspx', '/fedextrack/?trknbr={d12}', '/e-navi/', '/trace.Retrieve{W}List.comm?sid1={d13}', '/ib20/mnu/{U16}', '/en/trade/{U3}_USDT', '/ko-kr/login', '/web/login', '/login', '/login/login', '/{w}.html', '/index.jsp', '/exchange?code={r10}', '/home/card/{w}/{U12}', '/kr-ko/home/tracking.html?tracking-id={d10}', '/u/s!{R10}', '/{R9}', '/{d12}', '/auth/realms/{w}/protocol/openid-connect/auth?client_id={w}&state={uuid}']
SHAPES = ['zoom.us/j/{d11}?pwd={r32}', 'us{d2}web.zoom.us/j/{d11}', 'meet.google.com/{l3}-{l4}-{l3}', 'teams.microsoft.com/l/meetup-join/19%3ameeting_{r48}%40thread.v2/0?context=%7b%22Tid%22%3a%22{uuid}%22%7d', 'apps.apple.com/kr/app/{w}-{w}/id{d10}', 'apps.apple.com/us/app/id{d9}', 'play.google.com/store/apps/details?id=com.{w}.{w}&hl=ko', 'map.naver.com/p/entry/place/{d10}?c=15.00,0,0,0,dh', 'place.map.kakao.com/{d9}', 'map.kakao.com/?itemId={d8}', 'maps.app.goo.gl/{R17}', 'google.com/maps/place/{W}+{W}/@37.{d7},127.{d7},17z', 'goo.gl/maps/{R17}', 'youtu.be/{R11}?si={R16}', 'youtube.com/watch?v={R11}&t={d3}s', 'github.com/{w}-{w}/{w}/blob/main/src/{w}/{w}.ts', 'github.com/{w}/{w}/issues/{d4}', 'github.com/login/device', 'stackoverflow.com/questions/{d8}/{w}-{w}-{w}', 'npmjs.com/package/@{w}/{w}', 'developer.mozilla.org/ko/docs/Web/{W}/{W}', 'pypi.org/project/{w}-{w}/', 'docs.python.org/3/library/{w}.html', 'qr.kakaopay.com/{R9}', 'pf.kakao.com/_{R6}/chat', 'paypal.com/paypalme/{w}{d2}', 'instagram.com/{w}_{w}/?igsh={R16}', 'instagram.com/p/{R11}/', 'tiktok.com/@{w}.{w}/video/{d18}', 'x.com/{w}{d2}/status/{d18}', 'linkedin.com/in/{w}-{w}-{d8}/', 'open.spotify.com/track/{R22}?si={r16}', 'notion.so/{W}-{r32}', 'figma.com/file/{R22}/{W}', 'dropbox.com/s/{r15}/{w}.pdf?dl=0', 'amazon.com/dp/B0{U8}', 'coupang.com/vp/products/{d10}?itemId={d11}', 'wikipedia.org/wiki/{W}_{W}', 'ko.wikipedia.org/wiki/%EC%84%9C%EC%9A%B8', 'accounts.google.com/o/oauth2/v2/auth?client_id={d12}-{r32}.apps.googleusercontent.com&state={r32}', 'login.microsoftonline.com/{uuid}/oauth2/v2.0/authorize?client_id={uuid}', 'appleid.apple.com/auth/authorize?client_id=com.{w}.{w}', 'airbnb.co.kr/rooms/{d8}', 'booking.com/hotel/kr/{w}-{w}.ko.html', 'chromewebstore.google.com/detail/{w}/{l32}', 'aws.amazon.com/ko/{w}/', 'console.cloud.google.com/iam-admin?project={w}-{d6}', 'gitlab.com/{w}/{w}/-/merge_requests/{d3}']
BANK_SUBDOMAINS = ['', '', '', '', 'online.', 'onlinebanking.', 'secure.', 'my.', 'login.', 'banking.', 'ebanking.', 'netbanking.', 'ebank.', 'mobile.', 'm.', 'cards.', 'business.', 'corporate.', 'olb.', 'secure1.', 'ib.']
BANK_PATHS = ['', '/login', '/Login', '/Auth/Login', '/signin', '/auth/login?returnUrl=%2F', '/login.aspx', '/login.jsp', '/personal/login', '/retail/login', '/account/verify', '/personal', '/personal/accounts/savings', '/cards/credit', '/loans/mortgage', '/business/online-banking', '/security/report-fraud', '/en/personal/online-banking.html', '/branches/{w}', '/contact', '/ib/auth/login?lang=en', '/web/guest/login', '/portal/#/login', '/register', '/enroll', '/forgot-password']
KR_HOSTS = ['{k}.go.kr', '{k}.or.kr', '{k}{k}.co.kr', '{k}-{w}.co.kr', '{w}{k}.kr', '{k}{w}.com', '{k}.ac.kr', 'lib.{k}.ac.kr', 'portal.{k}.ac.kr', 'school.{k}.es.kr', '{k}.seoul.kr', 'm.{k}{w}.co.kr', '{k}.hs.kr', 'blog.{k}{w}.kr', 'order.{k}{w}.co.kr', 'reserve.{k}.go.kr']
KR_PATHS = ['', '/', '/board/view.do?idx={d4}', '/bbs/board.php?bo_table=notice&wr_id={d3}', '/main/main.do', '/login.do', '/member/login', '/menu', '/menu/{d2}', '/reserve', '/portal/bbs/B{d7}/view.do?nttId={d7}', '/product/detail.html?product_no={d4}&cate_no={d2}', '/shop/shopdetail.html?branduid={d6}', '/kor/sub0{d1}_0{d1}.php', '/contents.do?key={d4}', '/goods/view?no={d5}', '/intro/greeting', '/file/download.do?fileId={r16}', '/apply/{d4}', '/order?table={d2}&store={d4}', '/sso/login.jsp?returnUrl=%2Fmain']
SYLLABLES = 'ga na da ra ma ba sa ja cha ha gang seo bu dae san han kim lee jeong min ji hye su won yeon hwa cheon gu dong pyeong chang il sung woo in gyeong jin nam buk mi rae so bi kwang ju ye'.split()


class Maker:
    """Rows from one seed, in a fixed order."""

    def __init__(self, brands_path: str, seed: int, banks: tuple[str, ...] = ()):
        self.pick = random.Random(seed)
        self.banks = banks
        with open(brands_path, encoding='utf8') as file:
            self.brands = json.load(file)
        self.korean = [brand for brand in self.brands if brand.get('hangul') and any(d.endswith('.kr') for d in brand['domains'])]
        self.korean += [brand for brand in self.brands if brand['id'] in ('naver', 'kakao', 'coupang', 'toss', 'daum', 'shinhan', 'kb')]
        long_names = [name for brand in self.korean for name in brand['names'] if len(name) > 4 and name.isascii() and name.isalnum()]
        self.makers = (self, Businesses(self.pick, self.fill), Scams(self.pick, self.fill, sorted(set(AGENCIES + long_names))))

    def text(self, letters: str, n: int) -> str:
        return ''.join(self.pick.choice(letters) for _ in range(n))

    def fill(self, pattern: str) -> str:
        """`{r8}` 8 letters or digits, `{R8}` of both cases, `{d8}` digits, `{l3}` letters, `{w}` a word, `{k}` a Korean name …"""
        out, rest = [], pattern
        while '{' in rest:
            before, _, rest = rest.partition('{')
            key, _, rest = rest.partition('}')
            out += [before, self.blank(key)]
        return ''.join(out) + rest

    def blank(self, key: str) -> str:
        low = string.ascii_lowercase
        if key == 'uuid':
            return '-'.join(self.text('0123456789abcdef', n) for n in (8, 4, 4, 4, 12))
        if key == 'w':
            return self.pick.choice(WORDS)
        if key == 'W':
            return self.pick.choice(WORDS).title()
        if key == 'k':
            return ''.join(self.pick.choice(SYLLABLES) for _ in range(self.pick.randint(2, 3)))
        letters = {'h': '0123456789abcdef', 'L': string.ascii_uppercase, 'r': low + string.digits, 'R': string.ascii_letters + string.digits, 'd': string.digits, 'l': low,
                   'U': string.ascii_uppercase + string.digits}[key[0]]
        return self.text(letters, int(key[1:]))

    def own(self) -> str:
        """A page on a brand's own domain, never where users publish."""
        brand = self.pick.choice(self.korean if self.pick.random() < KOREAN_FIRST else self.brands)
        theirs = set(brand.get('user_content', []))
        while True:
            host = self.pick.choice(OWN_SUBDOMAINS) + self.pick.choice(brand['domains'])
            if host not in theirs and host.removeprefix('www.') not in theirs:
                return f'https://{host}{self.fill(self.pick.choice(OWN_PATHS))}'

    def bank(self) -> str | None:
        """Online banking of a real bank, whose home page is among the benign rows."""
        if not self.banks:
            return None
        return f'https://{self.pick.choice(BANK_SUBDOMAINS)}{self.pick.choice(self.banks)}{self.fill(self.pick.choice(BANK_PATHS))}'

    def everyday(self) -> str:
        return 'https://' + self.fill(self.pick.choice(SHAPES))

    def korean_site(self) -> str:
        return 'https://' + self.fill(self.pick.choice(KR_HOSTS)) + self.fill(self.pick.choice(KR_PATHS))

    def bait_name(self) -> str:
        if self.pick.random() < 0.15:
            return self.pick.choice(SMISHING)
        brand = self.pick.choice(self.korean if self.pick.random() < KOREAN_FIRST else self.brands)
        long_enough = [name for name in brand['names'] if len(name) > 3] or [brand['domains'][0].split('.')[0]]
        return self.pick.choice(long_enough)

    def misspelt(self, name: str) -> str:
        at = self.pick.randrange(len(name))
        how = self.pick.randrange(5)
        if how == 0 and any(c in TURNS for c in name):
            at = self.pick.choice([i for i, c in enumerate(name) if c in TURNS])
            return name[:at] + TURNS[name[at]] + name[at + 1:]
        if how == 1 and at + 1 < len(name):
            return name[:at] + name[at + 1] + name[at] + name[at + 2:]
        if how == 2:
            return name[:at] + name[at] + name[at:]
        if how == 3 and len(name) > 4:
            return name[:at] + name[at + 1:]
        return name[:at] + self.pick.choice(string.ascii_lowercase) + name[at + 1:]

    def homoglyph(self, name: str) -> str:
        chosen = ''.join(CYRILLIC[c] if c in CYRILLIC and self.pick.random() < 0.6 else c for c in name)
        return chosen.encode('idna').decode() if not chosen.isascii() else self.misspelt(name)

    def bait_label(self) -> str:
        name = self.bait_name()
        how = self.pick.random()
        if how < 0.2:
            name = self.misspelt(name)
        elif how < 0.25:
            return self.homoglyph(name)
        parts = [name]
        for _ in range(self.pick.choice([0, 1, 1, 1, 2])):
            extra = self.pick.choice([self.pick.choice(LURES), self.pick.choice(LURES), self.blank('r' + str(self.pick.randint(2, 5)))])
            parts.insert(self.pick.randint(0, len(parts)), extra)
        if len(parts) == 1 and parts[0] == name and how >= 0.25:
            parts.append(self.pick.choice(LURES))
        return self.pick.choice(['-', '-', '', '.']).join(parts)

    def bait(self) -> str:
        """A host that dresses up as a brand."""
        scheme = self.pick.choice(['http://', 'https://', 'https://'])
        label = self.bait_label()
        how = self.pick.random()
        if how < 0.55:
            host = label + '.' + self.pick.choice(CHEAP)
        elif how < 0.8:
            host = label.replace('.', '-') + '.' + self.pick.choice(FREE)
        else:
            brand = self.pick.choice(self.korean if self.pick.random() < KOREAN_FIRST else self.brands)
            join = self.pick.choice(['.', '.', '-'])
            host = f"{self.pick.choice(['', '', 'nid.', 'login.', 'm.', 'www.'])}{self.pick.choice(brand['domains'])}{join}{self.blank('r' + str(self.pick.randint(3, 9)))}.{self.pick.choice(CHEAP)}"
        return scheme + host + self.fill(self.pick.choice(PATHS))

    def address(self) -> str:
        """A bait on a bare address or a broken-into site."""
        name = self.bait_name()
        if self.pick.random() < 0.35:
            number = '.'.join(str(self.pick.randint(1, 254)) for _ in range(4))
            port = self.pick.choice(['', '', ':8080', ':81', ':8888'])
            return f"http://{number}{port}{self.pick.choice(['/' + name, '/' + name + '/login.php', self.fill(self.pick.choice(PATHS))])}"
        host = f"{self.pick.choice(WORDS)}{self.pick.choice(['', '-'])}{self.pick.choice(WORDS)}.{self.pick.choice(['com', 'net', 'org', 'com.br', 'in', 'co.uk', 'de', 'pl', 'vn', 'id'])}"
        return 'https://' + host + self.fill(self.pick.choice(SITE_PATHS).replace('{b}', name))


COUNTS = {'synth-own': ('own', 0, 32000), 'synth-everyday': ('everyday', 0, 9000), 'synth-kr': ('korean_site', 0, 6000), 'synth-bank': ('bank', 0, 4000),
          'synth-business': ('business', 0, 12000), 'synth-hosted': ('hosted', 0, 10000), 'synth-project': ('project', 0, 2500),
          'synth-hangul': ('hangul', 0, 3000), 'synth-node': ('crypto_node', 0, 3000), 'synth-service': ('service', 0, 9000),
          'synth-personal': ('personal', 0, 5000), 'synth-bait': ('bait', 1, 12000), 'synth-address': ('address', 1, 3000),
          'synth-glued': ('glued', 1, 5000), 'synth-throwaway': ('throwaway', 1, 4000), 'synth-drainer': ('drainer', 1, 5000),
          'synth-plain': ('plain', 1, 1200)}
"""source → the method that makes it (of `Maker`, `Businesses` or `Scams`), its label, how many"""


def made_rows(brands_path: str, seed: int = 11, banks: tuple[str, ...] = ()) -> list[tuple[str, int, str]]:
    """Distinct (url, label, source); `banks` are domains of real ones."""
    maker = Maker(brands_path, seed, banks)
    seen: dict[str, tuple[str, int, str]] = {}
    for source, (how, label, count) in COUNTS.items():
        make = next(getattr(one, how) for one in maker.makers if hasattr(one, how))
        for _ in range(count):
            url = make()
            if url is not None:
                seen.setdefault(url, (url, label, source))
    return list(seen.values())


BRANDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'url', 'brands.json')

if __name__ == '__main__':
    for row in random.Random(0).sample(made_rows(BRANDS), 40):
        print(*row)

"""Made rows of small businesses, people's own pages, crypto nodes and foreign services, where the data has few.

A malicious list holds thousands of names on `.shop` or on a shop builder, the benign ones a few dozen. These rows say
that such an address with the name of an ordinary trade is ordinary. No row is a real address, but by chance.
"""
import random
from collections.abc import Callable

PLACES = 'seoul hongdae gangnam itaewon yeonnam seongsu bukchon jeju busan haeundae gwangan daegu daejeon gwangju incheon suwon bundang ilsan sokcho yangyang gangneung jeonju gyeongju yeosu tongyeong mokpo chuncheon pohang andong namhae seochon ikseon hannam sinchon jamsil songpa nowon dobong guro yangcheon eunpyeong london leeds bristol york oxford dublin cork glasgow paris lyon nantes lille berlin hamburg munich koln vienna graz zurich bern basel milano torino roma napoli madrid sevilla bilbao lisboa porto amsterdam utrecht gent oslo bergen malmo aarhus helsinki tampere warsaw krakow praha brno budapest athens istanbul ankara tokyo kyoto osaka kobe nara sapporo fukuoka okinawa taipei tainan hanoi danang saigon bangkok phuket manila cebu jakarta bandung bali penang sydney perth adelaide auckland austin dallas portland seattle boston brooklyn queens denver tampa chicago detroit ottawa toronto quebec mexico bogota lima quito santiago rosario lagos accra nairobi capetown durban cairo dubai mumbai pune goa delhi jaipur kochi colombo'.split()
FIRST = 'kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu hong minji jiwoo seoyeon haneul sora yuna mina jisu hana nari dana bora sujin eunji minho junho jinwoo taeyang anna maria sofia emma lucas leo mia luca nina hanna klara otto felix hugo oscar elsa greta ingrid pierre claire chloe marta pablo diego carmen rosa paolo giulia marco ivan olga mila petra tomas jana ana rui ken yuki sakura haru aoi mei lin wei ling priya ravi asha omar layla amira sam joe ben tom jack ella ruby grace daisy alice lily ivy peggy betty frank george henry'.split()
TRADES = 'bakery cafe coffee flower flowers florist salon hair nail nails barber studio design photo ceramics pottery candle candles soap jewelry leather bags shoes vintage books bookshop stationery paper prints posters art gallery toys kids baby pet pets dog cat grooming yoga pilates gym fitness dance music guitar piano english academy kitchen dining bistro pizza burger ramen sushi noodle bbq chicken taco deli bar pub brewery winery wine tea juice dessert cake cakes macaron cookies donut icecream chocolate candy farm honey garden plants nursery fruit market grocery seafood rice kimchi tofu butcher cheese olive spice tailor dress clothing denim knit yarn fabric quilt linen furniture wood woodwork interior lighting tiles paint plumbing electric repair garage auto bike bicycle cycling surf camping outdoor fishing climbing golf tennis ski travel tours hostel guesthouse pension stay rooms hotel inn villa rental clinic dental dentist pharmacy therapy massage spa skincare cosmetics beauty perfume optics glasses watch laundry cleaning moving storage printing signage wedding events catering party magic crafts workshop handmade hanbok jeans socks hats tattoo records vinyl games comics collectibles plush'.split()
QUALITIES = 'little happy golden silver blue green red white black old new wild quiet sunny lucky cozy urban rustic simple slow daily honest humble tiny big royal north south east west river lake forest hill moon star sun cloud rain snow ocean island mountain meadow maple oak pine cedar willow lotus rose lily daisy clover fern fox bear owl crow robin swan whale otter rabbit tiger lion bee hive nest barn mill lantern copper iron stone brick velvet cotton paper ink sugar salt pepper ginger mint basil lemon peach plum berry cherry apple pear fig olive bean crumb crust whisk'.split()
ROMAN = 'haru narae byeol dalbit haetsal baram namu sup bada gureum nabi kkot podo sagwa gamja bori mir ondo geuru jaril somi dodam areum maru hanok jip madang gol sarang onggi dure pureun duri moa ieum saem gaon naru ato solbi chorok hayan norang jangmi bom yeoreum gaeul gyeoul achim jeonyeok yun sil mulgyeol dolda'.split()
HANGUL_FIRST = '초록 하늘 바다 햇살 달빛 별빛 구름 나무 숲속 봄날 여름 가을 겨울 행복 사랑 우리 작은 맛있는 건강한 정직한 오래된 새로운 할머니 엄마 아빠 시골 동네 골목 언덕 강변 산골 들꽃 민들레 해바라기 장미 감자 고구마 옥수수 사과 딸기 포도 김가네 박사 이모네 큰집 서울 부산 대구 제주 강릉 속초 전주 경주 여수 통영 수원 인천 대전 광주 춘천 안동 홍대 성수 연남 망원 한옥 전통 명품 참 온누리 미소 해오름 다온 가온 누리 한빛 새봄'.split()
HANGUL_TRADE = '카페 빵집 베이커리 꽃집 미용실 식당 분식 국수 김밥 치킨 피자 떡집 정육점 과일 농장 농원 펜션 민박 게스트하우스 캠핑장 한의원 치과 약국 안경 서점 공방 도자기 가구 인테리어 청소 이사 세탁소 사진관 스튜디오 학원 태권도 요가 필라테스 피아노 미술 유치원 어린이집 동물병원 애견 수산 횟집 갈비 냉면 족발 곰탕 두부 김치 반찬 도시락 커피 찻집 마을 체험 박물관 도서관 미술관 전시관 축제 시장 협동조합 복지관 성당 교회 부동산 법무사 세무사 렌터카 자전거 낚시 볼링장 노래방 만화 문구 철물 조명 간판 인쇄'.split()
NEW_SUFFIXES = 'shop shop shop shop site site site store store store online online xyz club life space art studio design cafe coffee house world live today fun top icu click link pro vip info biz me co io app dev in us asia tokyo london berlin nyc menu pizza beer wine fitness salon boutique fashion style clothing flowers gifts toys kitchen restaurant farm garden pet photography gallery tours travel rent work agency media social blog page'.split()
OLD_SUFFIXES = 'com com com net org kr co.kr co.uk de fr it es nl pl ca com.au co.nz jp co.jp tw com.tw vn in co.in com.br com.mx com.ng co.za ie be ch at se no dk fi pt cz'.split()
BUILDERS = 'square.site square.site square.site square.site webflow.io webflow.io webflow.io modoo.at modoo.at imweb.me imweb.me cafe24.com cafe24.com weebly.com weebly.com myshopify.com company.site oopy.io notion.site framer.website framer.app framer.ai carrd.co boutir.com mystrikingly.com jimdosite.com jimdofree.com godaddysites.com ueniweb.com sumupstore.com bigcartel.com business.site tistory.com blogspot.com wordpress.com ghost.io super.site softr.app bubbleapps.io glide.page webnode.page hpage.com odoo.com shopinfo.jp stores.jp base.shop thebase.in myshop.line.me shoplineapp.com waca.store'.split()
DEVELOPER_HOSTS = 'vercel.app vercel.app netlify.app pages.dev github.io web.app firebaseapp.com herokuapp.com onrender.com fly.dev surge.sh gitlab.io workers.dev streamlit.app hf.space replit.app'.split()
PATHS = [''] * 22 + ['/menu', '/order', '/shop', '/about', '/contact', '/products', '/reservation', '/booking', '/gallery', '/location', '/s/order', '/collections/all', '/products/{q}-{t}', '/product/{t}/{d3}/', '/product/list.html?cate_no={d2}', '/shop_view/?idx={d3}', '/blog/{q}-{t}', '/category/{t}', '/cart', '/login', '/account/login', '/member/login.html', '/wp-admin', '/wp-login.php', '/admin', '/user/login', '/notice/{d2}', '/{d2}', '/events', '/kr', '/ko', '/en/', '/index.html', '/menu?table={d2}', '/board/view?no={d3}']
TOOL_WORDS = 'todo weather chat recipe budget portfolio resume blog docs demo starter template dashboard admin auth login kanban notes quiz movie music player calculator converter tracker timer planner map gallery editor markdown landing shop store ecommerce cart react vue svelte next nuxt astro angular tailwind shadcn supabase firebase prisma trpc graphql api ui kit components storybook playground hackathon project final team clone app web site wiki guide course class study'.split()
CHAINS = 'ethereum sepolia holesky goerli polygon amoy base optimism arbitrum linea scroll zksync mantle blast avalanche fuji fantom sonic celo gnosis moonbeam moonriver astar kusama polkadot westend acala solana devnet near aptos sui sei osmosis cosmoshub juno stargaze kava evmos injective celestia dymension axelar secret stride akash terra neutron noble agoric regen persistence crescent umee kujira archway nibiru babylon initia berachain monad kaia klaytn wemix xpla tezos algorand hedera flow tron ton bitcoin litecoin dogecoin dash zcash cardano stellar ripple iota vechain theta filecoin chia nano'.split()
OPERATORS = 'stake validator validators nodes node staking infra labs guru lavender polka nova stellarnode kj chain block blocks crypto defi web3 cosmos hub network zone frost orbital lunar atlas titan polar ember raven falcon itachi noders kjnodes moonlet brightlystake highstakes goldenratio onenode whisper genznodes citadel forbole'.split()
NODE_LABELS = 'rpc api rest lcd grpc evm jsonrpc explorer scan explorer snapshot snapshots archive testnet ws node seed wallet bridge faucet stats status docs'.split()
WORLD = ['xiaohongshu.com/explore/{h24}', 'xiaohongshu.com/user/profile/{h24}', 'bilibili.com/video/BV1{R9}', 'weibo.com/{d10}/{R9}', 'douyin.com/video/{d19}', 'zhihu.com/question/{d9}/answer/{d10}', 'item.taobao.com/item.htm?id={d12}', 'detail.tmall.com/item.htm?id={d12}', 'item.jd.com/{d8}.html', 'aliexpress.com/item/{d16}.html', 'ko.aliexpress.com/item/{d16}.html', 'temu.com/kr/{q}-{t}-g-{d15}.html', 'shopee.tw/{q}-{t}-i.{d8}.{d10}', 'shopee.co.id/product/{d8}/{d10}', 'shopee.vn/{q}-{t}-i.{d8}.{d10}', 'lazada.sg/products/{q}-{t}-i{d9}.html', 'tokopedia.com/{q}{t}/{q}-{t}-{h5}', 'flipkart.com/{q}-{t}/p/itm{h13}', 'meesho.com/{q}-{t}/p/{r6}', 'articulo.mercadolibre.com.ar/MLA-{d10}-{q}-{t}-_JM', 'produto.mercadolivre.com.br/MLB-{d10}-{q}-{t}-_JM', 'allegro.pl/oferta/{q}-{t}-{d11}', 'zalando.de/{q}-{t}-{r9}-{r3}.html', 'otto.de/p/{q}-{t}-{U10}/', 'kleinanzeigen.de/s-anzeige/{q}-{t}/{d10}-{d3}-{d4}', 'leboncoin.fr/ad/{t}/{d10}', 'vinted.fr/items/{d10}-{q}-{t}', 'marktplaats.nl/v/{t}/{t}/m{d10}-{q}-{t}', 'avito.ru/moskva/{t}/{q}_{t}_{d10}', 'ozon.ru/product/{q}-{t}-{d10}/', 'vk.com/wall-{d8}_{d5}', 'ok.ru/video/{d13}', 'yandex.ru/maps/org/{q}_{t}/{d11}/', 'rutube.ru/video/{h32}/', 'item.rakuten.co.jp/{q}{t}/{d8}/', 'jp.mercari.com/item/m{d11}', 'page.auctions.yahoo.co.jp/jp/auction/{l1}{d10}', 'tabelog.com/tokyo/A13{d2}/A13{d4}/{d8}/', 'note.com/{q}_{t}/n/n{h12}', 'qiita.com/{q}{d2}/items/{h20}', 'zenn.dev/{q}/articles/{h14}', 'booth.pm/ja/items/{d7}', 'pixiv.net/artworks/{d9}', 'nicovideo.jp/watch/sm{d8}', 'trip.com/hotels/{p}-hotel-detail-{d7}/{q}-hotel/', 'agoda.com/{q}-{t}-hotel/hotel/{p}-kr.html', 'klook.com/ko/activity/{d5}-{q}-{t}/', 'kkday.com/ko/product/{d5}', 'tripadvisor.com/Restaurant_Review-g{d6}-d{d8}-Reviews-{Q}_{T}-{P}.html', 'yelp.com/biz/{q}-{t}-{p}-{d1}', 'opentable.com/r/{q}-{t}-{p}', 'eventbrite.com/e/{q}-{t}-tickets-{d12}', 'meetup.com/{p}-{t}/events/{d9}/', 'ticketmaster.com/event/{U16}', 'etsy.com/listing/{d10}/{q}-{t}', 'ebay.com/itm/{d12}', 'walmart.com/ip/{Q}-{T}/{d10}', 'target.com/p/{q}-{t}/-/A-{d8}', 'ikea.com/kr/ko/p/{q}-{t}-{d8}/', 'medium.com/@{q}.{t}/{q}-{t}-{h12}', '{q}{t}.substack.com/p/{q}-{t}', 'twitch.tv/{q}{t}{d2}', 'reddit.com/r/{q}/comments/{r7}/{q}_{t}/', 'quora.com/What-is-{Q}-{T}', 'pinterest.co.kr/pin/{d18}/', 'soundcloud.com/{q}-{t}/{q}', '{q}{t}.bandcamp.com/album/{q}-{t}', 'dribbble.com/shots/{d8}-{Q}-{T}', 'behance.net/gallery/{d9}/{Q}-{T}', 'codepen.io/{q}{t}/pen/{R7}', 'kaggle.com/datasets/{q}{t}/{q}-{t}', 'huggingface.co/{q}-{t}/{q}-{d1}b', 'hub.docker.com/r/{q}/{t}', 'crates.io/crates/{q}-{t}', 'arxiv.org/abs/{d4}.{d5}', 'doi.org/10.{d4}/{r8}.{d4}.{d3}', 'researchgate.net/publication/{d9}_{Q}_{T}', 'coursera.org/learn/{q}-{t}', 'udemy.com/course/{q}-{t}/', 'docs.google.com/document/d/1{R43}/edit', 'docs.google.com/spreadsheets/d/1{R43}/edit#gid=0', 'docs.google.com/forms/d/e/1FAIpQLS{R49}/viewform', 'drive.google.com/file/d/1{R32}/view?usp=sharing', 'drive.google.com/drive/folders/1{R32}', 'onedrive.live.com/edit.aspx?resid={U16}!{d4}', 'sharepoint.com/:w:/s/{Q}/{R40}', 'box.com/s/{r32}', 'we.tl/t-{R10}', 'trello.com/b/{R8}/{q}-{t}', 'miro.com/app/board/{R12}=/', '{q}{t}.slack.com/archives/C{U10}/p{d16}', '{q}-{t}.atlassian.net/browse/{L3}-{d4}', 'app.asana.com/0/{d16}/{d16}', 'calendly.com/{q}-{t}/30min', 'forms.office.com/r/{R10}', 'surveymonkey.com/r/{U7}', 'typeform.com/to/{R8}', 'gofundme.com/f/{q}-{t}-{q}', 'change.org/p/{q}-{t}-{q}', 'patreon.com/posts/{q}-{t}-{d9}', 'store.steampowered.com/app/{d7}/{Q}_{T}/', 'roblox.com/games/{d10}/{Q}-{T}', 'itch.io/{q}-{t}', 'msftconnecttest.com/redirect', 'captive.apple.com/hotspot-detect.html', 'connectivitycheck.gstatic.com/generate_204', 'blog.naver.com/{q}{t}{d2}/22{d10}', 'smartstore.naver.com/{q}{t}/products/{d11}', 'cafe.naver.com/{q}{t}/{d6}', 'booking.naver.com/booking/13/bizes/{d6}', 'brunch.co.kr/@{q}{t}/{d3}', '{q}{t}.tistory.com/{d3}', 'velog.io/@{q}{d2}/{q}-{t}', 'gmarket.co.kr/item?goodscode={d10}', 'musinsa.com/products/{d7}', 'oliveyoung.co.kr/store/goods/getGoodsDetail.do?goodsNo=A{d12}', 'kurly.com/goods/{d10}', 'ohou.se/productions/{d7}/selling', 'idus.com/v2/product/{uuid}', 'tumblbug.com/{q}{t}', 'wadiz.kr/web/campaign/detail/{d6}', 'jobkorea.co.kr/Recruit/GI_Read/{d8}', 'saramin.co.kr/zf_user/jobs/relay/view?rec_idx={d8}', 'wanted.co.kr/wd/{d6}', 'interpark.com/goods/{d8}', 'ticket.yes24.com/Perf/{d5}', 'product.kyobobook.co.kr/detail/S{d12}', 'aladin.co.kr/shop/wproduct.aspx?ItemId={d9}', 'news.sbs.co.kr/news/endPage.do?news_id=N{d10}', 'hani.co.kr/arti/society/{d7}.html', 'chosun.com/national/2026/{d2}/{d2}/{U26}/']


class Businesses:
    """One row a call, by the methods that `synthetic.COUNTS` names; `fill` is that of `synthetic.Maker`."""

    def __init__(self, pick: random.Random, fill: Callable[[str], str]):
        self.pick = pick
        self.fill = fill

    def name(self) -> str:
        """A name people give a business: a place, a person or a quality and a trade."""
        pick = self.pick
        trade = pick.choice(TRADES)
        first = pick.choice(pick.choice([PLACES, PLACES, FIRST, QUALITIES, QUALITIES, ROMAN, TRADES]))
        parts = [first, trade]
        how = pick.random()
        if how < 0.12:
            parts = [trade, first]
        elif how < 0.24:
            parts = [pick.choice(QUALITIES + ROMAN), *parts]
        elif how < 0.30:
            parts = [first, 'and' if pick.random() < 0.6 else 'n', trade]
        elif how < 0.36:
            parts = [pick.choice(['the', 'my', 'by', 'hello', 'studio', 'cafe', 'maison', 'casa', 'atelier', 'mr', 'dr']), first]
        elif how < 0.42:
            parts = [pick.choice(ROMAN), pick.choice(ROMAN)]
        elif how < 0.46:
            parts.append(pick.choice(['co', 'lab', 'house', 'shop', 'store', 'kr', 'official', 'club', 'works', 'room', '2', '24', '365']))
        elif how < 0.50:
            parts = [first]
        return pick.choice(['', '', '-']).join(parts)

    def path(self) -> str:
        return self.words(self.pick.choice(PATHS))

    def words(self, pattern: str) -> str:
        """`{q}` a quality, `{t}` a trade, `{p}` a place, in capitals with a capital; the rest as `fill` has it."""
        for key, choices in (('q', QUALITIES), ('t', TRADES), ('p', PLACES)):
            while '{' + key + '}' in pattern:
                pattern = pattern.replace('{' + key + '}', self.pick.choice(choices), 1)
            while '{' + key.upper() + '}' in pattern:
                pattern = pattern.replace('{' + key.upper() + '}', self.pick.choice(choices).title(), 1)
        return self.fill(pattern)

    def business(self) -> str:
        """Under a new suffix, or an old one."""
        suffix = self.pick.choice(NEW_SUFFIXES if self.pick.random() < 0.75 else OLD_SUFFIXES)
        return f"https://{self.pick.choice(['', '', '', 'www.', 'order.', 'shop.', 'm.'])}{self.name()}.{suffix}{self.path()}"

    def hosted(self) -> str:
        """With a shop or page builder."""
        if self.pick.random() < 0.06:
            return f"https://{self.name()}.wixsite.com/{self.pick.choice([self.pick.choice(TRADES), 'my-site', 'website', 'home', 'mysite'])}{self.path()}"
        return f'https://{self.name()}.{self.pick.choice(BUILDERS)}{self.path()}'

    def project(self) -> str:
        """A developer's page on free hosting."""
        words = [self.pick.choice(TOOL_WORDS) for _ in range(self.pick.randint(1, 3))]
        if self.pick.random() < 0.35:
            words.insert(0, self.pick.choice(FIRST + QUALITIES))
        tail = self.fill(self.pick.choice(['', '', '', '', '-{r4}', '-{d2}', '-git-main']))
        path = self.fill(self.pick.choice(['', '', '', '', '', '/login', '/docs', '/about', '/posts/{d1}', '/dashboard', '/signin', '/blog/{w}-{w}']))
        return f"https://{'-'.join(words)}{tail}.{self.pick.choice(DEVELOPER_HOSTS)}{path}"

    def personal(self) -> str:
        """Somebody's own site, by name or by nickname, under a suffix that is cheap or fashionable."""
        pick = self.pick
        first, last = pick.choice(FIRST), pick.choice(FIRST + PLACES + ROMAN)
        nick = pick.choice([first + last, f'{first}-{last}', first, first + pick.choice(QUALITIES), pick.choice(QUALITIES) + pick.choice(QUALITIES),
                            pick.choice(QUALITIES) + pick.choice('dev codes writes log notes blog garden bytes bits hacks lab x r'.split()),
                            pick.choice(FIRST)[:1] + last + self.fill(pick.choice(['', '', '{d1}', '{d2}', '{d3}'])), self.fill('{l2}') + last, first[:4] + self.fill('{l2}'),
                            first.replace('e', '3').replace('o', '0') + pick.choice(QUALITIES), self.fill('{l4}')])
        below = pick.choice(['', '', '', '', '', 'blog.', 'notes.', 'wiki.', 'www.', 'journal.', 'photos.', 'cv.', 'git.', 'status.', 'garden.', first + '.'])
        suffix = pick.choice('xyz xyz xyz xyz me me dev dev io com net org one top top site site page blog space online fun club life ink art codes cc pw tech sh so moe cool lol wtf cyou icu tel bond racing blue work rocks name info eu in nz us co'.split())
        return f"https://{below}{nick}.{suffix}{self.words(pick.choice(['', '', '', '', '', '', '/about', '/posts/{q}-{t}', '/blog/{q}-{t}/', '/feed.xml', '/now', '/projects', '/{d4}/{d2}/{q}-{t}.html', '/uses', '/llms.txt', '/cv.pdf']))}"

    def hangul(self) -> str:
        """A domain in Hangul, as punycode."""
        label = self.pick.choice(HANGUL_FIRST) + self.pick.choice([self.pick.choice(HANGUL_TRADE), self.pick.choice(HANGUL_TRADE), self.pick.choice(HANGUL_FIRST) + self.pick.choice(HANGUL_TRADE)])
        if self.pick.random() < 0.1:
            label = self.pick.choice(HANGUL_FIRST + HANGUL_TRADE)
        suffix = self.pick.choice(['kr', 'kr', 'com', 'com', '한국', '한국', '한국', 'net', 'org', '닷컴', '닷넷', 'site', 'shop'])
        host = '.'.join(part if part.isascii() else part.encode('idna').decode() for part in (label, suffix))
        return f"https://{self.pick.choice(['', '', 'www.'])}{host}{self.path()}"

    def crypto_node(self) -> str:
        """A node, an explorer or a status page of a crypto network."""
        pick = self.pick
        chain, label = pick.choice(CHAINS), pick.choice(NODE_LABELS)
        operator = pick.choice(OPERATORS) + pick.choice(['', '', '-', '']) + pick.choice(['', '', *OPERATORS, *PLACES[:20], *QUALITIES[:40]])
        domain = f"{operator.strip('-')}.{pick.choice('com com io io network xyz xyz top zone org tech dev info pro club online systems services cloud app finance space site live guru'.split())}"
        net = pick.choice(['', '', '-testnet', '-mainnet', '-t', '-m'])
        host = pick.choice([f'{label}.{chain}{net}.{domain}', f'{chain}{net}-{label}.{domain}', f'{label}-{chain}{net}.{domain}', f'{chain}.{label}.{domain}', f'{label}.{domain}', f'{chain}.{domain}', f'{chain}scan.io', f'{label}.{chain}.network', f'{label}.{chain}.org'])
        path = pick.choice(['', '', '', '', ':443', ':8545', ':26657', f'/{chain}', f'/{chain}{net}', self.fill('/tx/0x{h64}'), self.fill('/address/0x{h40}'), self.fill('/block/{d8}'), '/status', '/validators', '/staking'])
        return f'https://{host}{path}'

    def service(self) -> str:
        """A page of a well-known service anywhere in the world."""
        return f"https://{self.pick.choice(['', 'www.', 'm.', ''])}{self.words(self.pick.choice(WORLD))}"

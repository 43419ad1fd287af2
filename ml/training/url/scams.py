"""Made malicious rows of kinds the lists show often and in ever new names: glued brands, throw-away hosts, wallet drainers.

The kinds are those of KISA's list of 2023, maltrail, destroylist and polkadot-js/phishing; no row is a real address,
but by chance.
"""
import random
from collections.abc import Callable

GLUE_TOP = 'com com com com net net info org kr co.kr in cc me biz app'.split()
GLUE_WORDS = 'nid user mail mobile login auth center help check pay shop store event play talk pass id go kr my card police info online service web new m app safe secure cs notice file photo'.split()
WORLD_BRANDS = 'google googleplay googlesms playstore appstore paypal netflix amazon facebook instagram whatsapp telegram microsoft outlook office365 icloud dhl fedex usps ezpass binance metamask coinbase bybit bitget kraken uniswap opensea ledger trezor phantom trustwallet walletconnect etherscan solscan pancakeswap'.split()
THROWAWAY_TOP = 'hair yachts mom boats beauty makeup skin quest autos homes motorcycles golf wtf press run social media site top xyz shop icu cfd sbs cyou lol click link live life world today fun monster pics rest bond lat cam buzz ink one vip work space uno ltd group zone cloud digital agency me cc pw ws to in cn ru tk ml ga rocks ninja band casa fit love pet art ski surf'.split()
THROWAWAY_LABELS = 'm w a b k n on gov kr go nhis nps cj post epost han lot www ww mo sms info web app pay id my in to t s x'.split()
COINS = 'eth btc sol bnb usdt usdc xrp trx ton ada doge shib pepe arb op base matic polygon avax near sui apt sei linea zksync scroll blast starknet layerzero eigen jup jito pyth wif bonk wormhole celestia dymension manta altlayer ethena renzo monad bera hyperliquid uniswap sushi pancake aave lido rocketpool curve metamask phantom trust ledger trezor opensea blur magiceden tensor pump raydium orca meteora stargate polkadot kusama cosmos osmosis cardano ripple stellar tron solana ethereum bitcoin binance bybit coinbase kraken okx defi nft dao web3 meme token coin chain'.split()
DRAINS = 'airdrop airdrops claim claims claiming reward rewards bonus giveaway giveaways drop drops mint minting whitelist allowlist presale launch launchpad event distribution allocation eligibility snapshot migrate migration bridge swap stake staking unstake restake vault unlock verify validate validation rectify sync synchronize connect wallet wallets walletconnect dapp dapps app portal recovery restore fix support resolve node nodes dashboard pool farm yield double free gift promo x2 pass portal registry checker refund compensation register'.split()
DRAIN_TOP = 'com net org io xyz app dev live site online pro top info finance network click link space fun club cc vip co us me pet tech cloud world life trade exchange fund money gift events digital'.split()
DRAIN_HOSTS = 'pages.dev vercel.app netlify.app web.app webflow.io github.io framer.app framer.ai firebaseapp.com workers.dev surge.sh onrender.com gitbook.io typedream.app wixsite.com weebly.com'.split()
DRAIN_PATHS = ['', '', '', '', '', '/claim', '/connect', '/airdrop', '/app', '/wallet', '/wallets.html', '/home', '/en', '/index.html', '/drop', '/pp/desktop.html', '/import-wallet', '/seed-phrase', '/restore']


class Scams:
    """One row a call; `fill` is that of `synthetic.Maker`, `names` are the names of brands that Korean baits use."""

    def __init__(self, pick: random.Random, fill: Callable[[str], str], names: list[str]):
        self.pick = pick
        self.fill = fill
        self.names = names

    def glued(self) -> str:
        """A brand with a word or a few letters on it, in one label: `navermail.info`, `hanjin3.com`."""
        pick = self.pick
        name = pick.choice(self.names if pick.random() < 0.7 else WORLD_BRANDS)
        how = pick.random()
        if how < 0.45:
            label = name + self.fill(pick.choice(['{l1}', '{l2}', '{l2}', '{l3}', '{l4}', '{d1}', '{d2}', '{d3}', '{l1}{d1}']))
        elif how < 0.75:
            label = pick.choice([name + pick.choice(GLUE_WORDS), pick.choice(GLUE_WORDS) + name])
        elif how < 0.9:
            label = name + pick.choice(GLUE_WORDS) + self.fill(pick.choice(['{l1}', '{l2}', '{d1}', '{d2}']))
        else:
            label = self.fill(pick.choice(['{l1}', '{l2}', '{l1}-', '{l2}-'])) + name
        below = self.fill(pick.choice(['', '', '', 'm.', 'www.', 'mms.', 'sms.', '{l3}.', '{l2}{d1}.', 'kr.']))
        return f"http://{below}{label}.{pick.choice(GLUE_TOP)}{self.fill(pick.choice(['', '', '', '/', '/m', '/{r4}', '/index.php', '/down', '/{l3}.apk']))}"

    def throwaway(self) -> str:
        """A short machine-made domain below a cheap suffix, with a short label in front."""
        pick = self.pick
        name = self.fill(pick.choice(['{l2}{d1}{l1}', '{l1}{d1}{l2}', '{l2}{d2}', '{l1}{d1}{l1}{d1}', '{l3}{d1}', '{r4}', '{r5}', '{l1}{d2}{l1}', '{r6}', '{l5}']))
        below = pick.choice([self.fill('{l1}{d1}'), self.fill('{l2}{d1}'), self.fill('{l1}{d2}'), self.fill('{l2}{d2}'), self.fill('{l3}'), self.fill('{l4}'), pick.choice(THROWAWAY_LABELS)])
        return f"http://{below}.{name}.{pick.choice(THROWAWAY_TOP)}{self.fill(pick.choice(['', '', '', '', '/', '/{r4}', '/{l2}']))}"

    def drainer(self) -> str:
        """A page that asks to connect a wallet."""
        pick = self.pick
        words = [pick.choice(COINS), pick.choice(DRAINS)]
        if pick.random() < 0.35:
            words.append(pick.choice(DRAINS))
        if pick.random() < 0.25:
            pick.shuffle(words)
        label = pick.choice(['-', '', '', '']).join(words) + self.fill(pick.choice(['', '', '', '', '{d1}', '{d2}', '-{l2}', '{l1}']))
        if pick.random() < 0.25:
            host = f'{label}.{pick.choice(DRAIN_HOSTS)}'
        elif pick.random() < 0.3:
            host = f"{pick.choice(DRAINS)}{pick.choice(['.', '-'])}{pick.choice(COINS)}{pick.choice(['', '', *DRAINS[:20]])}.{pick.choice(DRAIN_TOP)}"
        else:
            host = f'{label}.{pick.choice(DRAIN_TOP)}'
        return f'https://{host}{pick.choice(DRAIN_PATHS)}'

    def plain(self) -> str:
        """A host that says what it is, as in tests, demonstrations and manuals, under a cheap suffix."""
        pick = self.pick
        words = [pick.choice('phishing phish phisher malware virus trojan scam fraud fake spoof hacker hacked stealer keylogger ransomware botnet badsite evil malicious dangerous suspicious unsafe'.split()),
                 pick.choice('site page test link login url domain web demo example host server bank mail account download update click app'.split())]
        if pick.random() < 0.2:
            words.reverse()
        if pick.random() < 0.25:
            words.append(self.fill(pick.choice(['{d1}', '{d2}', 'kr', 'test', 'demo'])))
        return f"http://{pick.choice(['-', '-', '']).join(words)}.{pick.choice(THROWAWAY_TOP)}{pick.choice(['', '', '', '/login', '/verify', '/a', '/index.html'])}"

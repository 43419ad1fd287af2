"""The tables of the model card, from the scores that package.py left: parts, one-line rules, kinds, reliability.

    report.py --data DIR --work DIR
"""
import argparse
import os
import re

import numpy as np
from sklearn.metrics import roc_auc_score

from measure import RATES, ece, figures, threshold, tpr
from rows import prepared, read
from stack import CAUTION_FPR, DANGEROUS_FPR

SHARED = ('github.io', 'vercel.app', 'netlify.app', 'pages.dev', 'web.app', 'weebly.com', 'webflow.io', 'duckdns.org', 'r2.dev',
          'workers.dev', 'blogspot.com', 'framer.app', 'wixsite.com', 'firebaseapp.com', 'glitch.me', 'herokuapp.com',
          'wordpress.com', 'tumblr.com', '000webhostapp.com', 'azurewebsites.net', 'godaddysites.com', 'onrender.com')
SHORT = ('bit.ly', 't.co', 'tinyurl.com', 'goo.gl', 'is.gd', 'ow.ly', 'cutt.ly', 'rb.gy', 'shorturl.at', 't.ly', 'qrco.de',
         'me2.do', 'url.kr', 'vo.la', 'buly.kr', 'han.gl', 'bitly.kr', 'rebrand.ly', 'tiny.cc', 's.id', 'lnkd.in', 'youtu.be')
CHEAP = re.compile(r'\.(xyz|top|shop|icu|cfd|tk|ml|ga|cf|gq|click|live|online|site|vip|cc|buzz|lol|sbs|cyou|rest)$')
LURE = re.compile(r'login|signin|verify|secure|account|update|bank|confirm', re.I)
HANGUL = re.compile(r'%E[A-D]%[89AB][0-9A-F]%[89AB][0-9A-F]', re.I)
SAMPLES = 1000


def host_of(text: str) -> str:
    return text.split('/')[0].split('?')[0].rpartition('@')[2].split(':')[0]


def kinds(texts: list[str]) -> dict[str, np.ndarray]:
    hosts = [host_of(text) for text in texts]
    tests = {'shared hosting': lambda h, t: h.endswith(tuple('.' + s for s in SHARED)),
             'IP host': lambda h, t: bool(re.fullmatch(r'[\d.]+|\[.*\]', h)), 'short link': lambda h, t: h in SHORT,
             'bare host': lambda h, t: '/' not in t, 'path, 1 to 2 pieces': lambda h, t: 1 <= t.count('/') <= 2,
             'path, 3 or more': lambda h, t: t.count('/') > 2,
             'Korean (.kr or Hangul)': lambda h, t: h.endswith('.kr') or bool(HANGUL.search(t))}
    return {name: np.array([test(h, t) for h, t in zip(hosts, texts)]) for name, test in tests.items()}


def rules(urls: list[str], texts: list[str]) -> dict[str, np.ndarray]:
    hosts = [host_of(text) for text in texts]
    return {'has no path': np.array(['/' not in text for text in texts]), 'has a path': np.array(['/' in text for text in texts]),
            'https': np.array([url.startswith('https') for url in urls]),
            'no leading www.': np.array(['://www.' not in url for url in urls]),
            'cheap top-level domain': np.array([bool(CHEAP.search(host)) for host in hosts]),
            'login-like word': np.array([bool(LURE.search(text)) for text in texts]),
            'hyphen or digit in the host': np.array([bool(re.search(r'[-\d]', host)) for host in hosts])}


def table(head: list[str], rows: list[list[str]]) -> None:
    print('|', ' | '.join(head), '|\n|' + '---|' * len(head))
    for row in rows:
        print('|', ' | '.join(row), '|')
    print()


def noise(labels: np.ndarray, scores: np.ndarray, others: np.ndarray) -> None:
    """Paired bootstrap over rows of the gain over the n-grams alone."""
    draw, gains = np.random.default_rng(9), []
    for _ in range(SAMPLES):
        pick = draw.integers(0, len(labels), len(labels))
        gains.append((roc_auc_score(labels[pick], scores[pick]) - roc_auc_score(labels[pick], others[pick]),
                      tpr(labels[pick], scores[pick], 0.01) - tpr(labels[pick], others[pick], 0.01)))
    for name, values in zip(('AUC', 'TPR at FPR 1 %'), np.array(gains).T):
        low, middle, high = np.quantile(values, (0.025, 0.5, 0.975))
        print(f'whole − linear, {name}: {middle:+.4f} (95 %: {low:+.4f} to {high:+.4f})')
    print()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--data', required=True)
    ask.add_argument('--work', required=True)
    args = ask.parse_args()
    valid, scores = prepared(args.work, 'valid'), np.load(os.path.join(args.work, 'valid_scores.npz'))
    labels, whole = valid.labels, scores['whole']
    raw = read(os.path.join(args.data, 'valid.csv.gz'), raw=True).texts

    names = ['auc', *(f'tpr@{100 * rate:g}%' for rate in RATES), 'f1', 'ece']
    table(['part', *names], [[part, *(f'{figures(labels, scores[part])[name]:.4f}' for name in names)]
                             for part in ('whole', 'encoder', 'linear', 'bag')])
    noise(labels, whole, scores['linear'])
    table(['rule', 'AUC', 'TPR', 'FPR'],
          [[name, f'{roc_auc_score(labels, hit):.3f}', f'{hit[labels == 1].mean():.3f}', f'{hit[labels == 0].mean():.3f}']
           for name, hit in rules(raw, valid.texts).items()])
    danger, caution = threshold(labels, whole, DANGEROUS_FPR), threshold(labels, whole, CAUTION_FPR)
    groups = kinds(valid.texts) | {f'source {name}': np.array([s.split('+')[0] == name for s in valid.sources])
                                   for name in ('jpcert', 'openphish', 'phishdb2020', 'urlhaus', 'reddit', 'toplist', 'opendns',
                                                'citizenlab', 'know', 'isadev')}
    rows = []
    for name, member in groups.items():
        bad, good = whole[member & (labels == 1)], whole[member & (labels == 0)]

        def share(part: np.ndarray, limit: float) -> str:
            return f'{(part > limit).mean():.3f}' if len(part) else '–'
        both = len(bad) > 20 and len(good) > 20
        area = f'{roc_auc_score(labels[member], whole[member]):.3f}' if both else '–'
        rows.append([name, str(len(bad)), str(len(good)), area, share(bad, danger), share(good, danger), share(bad, caution), share(good, caution)])
    table(['kind', 'malicious', 'benign', 'AUC', 'caught as dangerous', 'false', 'caught as caution', 'false'], rows)

    probability = 1 / (1 + np.exp(-whole))
    edges = [0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0001]
    table(['probability', 'URLs', 'mean', 'malicious'],
          [[f'{low:g}–{min(high, 1):g}', str(inside.sum()), f'{probability[inside].mean():.3f}', f'{labels[inside].mean():.3f}']
           for low, high in zip(edges, edges[1:]) for inside in [(probability >= low) & (probability < high)]])
    print(f'ECE {ece(labels, probability):.4f}')


if __name__ == '__main__':
    main()

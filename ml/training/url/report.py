"""The tables of the model card, from the scores that package.py left: parts, kinds, sources, countries, reliability.

    report.py --work DIR [--name all] [--curves ml/url/model]

With `--curves`, also writes `roc.svg` and `calibration.svg` into that folder.
"""
import argparse
import os
import re

import numpy as np
from sklearn.metrics import roc_auc_score

import curves
from measure import RATES, ece, figures, tpr
from rows import prepared
from stack import CAUTION_FPR, DANGEROUS_FPR, Valid, limit

SETS = ('valid1', 'valid2')
SHARED = ('github.io', 'vercel.app', 'netlify.app', 'pages.dev', 'web.app', 'weebly.com', 'webflow.io', 'duckdns.org', 'r2.dev',
          'workers.dev', 'blogspot.com', 'framer.app', 'wixsite.com', 'firebaseapp.com', 'glitch.me', 'herokuapp.com',
          'wordpress.com', 'tumblr.com', '000webhostapp.com', 'azurewebsites.net', 'godaddysites.com', 'onrender.com',
          'square.site', 'myshopify.com', 'cafe24.com', 'modoo.at', 'imweb.me')
NEW_SUFFIX = re.compile(r'\.(shop|store|site|online|xyz|top|club|live|life|click|icu|cfd|sbs|cyou|info|vip|pro|fun|space|website)$')
HANGUL = re.compile(r'%E[A-D]%[89AB][0-9A-F]%[89AB][0-9A-F]', re.I)
COUNTRIES = 'kr jp cn tw vn in id th ru de fr it es nl pl uk br mx ca au za ng'.split()
ENOUGH = 20
"""Rows of each label below which an AUC says nothing."""
MANY = 100
"""Rows of a source below which it gets no line."""


def host_of(text: str) -> str:
    return text.split('/')[0].split('?')[0].rpartition('@')[2].split(':')[0]


def groups(valid: Valid, sources: np.ndarray) -> dict[str, np.ndarray]:
    """Name of a table's line → its rows: kinds, countries, sources."""
    hosts = [host_of(text) for text in valid.texts]
    tests = {'bare host': lambda h, t: '/' not in t, 'path, 1 to 2 pieces': lambda h, t: 1 <= t.count('/') <= 2,
             'path, 3 or more': lambda h, t: t.count('/') > 2,
             'shared hosting': lambda h, t: h.endswith(tuple('.' + s for s in SHARED)),
             'IP host': lambda h, t: bool(re.fullmatch(r'[\d.]+|\[.*\]', h)),
             'new suffix (.shop, .site, .xyz …)': lambda h, t: bool(NEW_SUFFIX.search(h)),
             'Korean (.kr or Hangul)': lambda h, t: h.endswith('.kr') or bool(HANGUL.search(t))}
    out = {name: np.array([test(h, t) for h, t in zip(hosts, valid.texts)]) for name, test in tests.items()}
    tops = np.array([host.rpartition('.')[2] for host in hosts])
    out |= {f'country .{top}': tops == top for top in COUNTRIES}
    base = np.array([source.split('+')[0] for source in sources])
    names, counts = np.unique(base, return_counts=True)
    return out | {f'source {name}': base == name for name, count in zip(names, counts) if count >= MANY}


def table(head: list[str], rows: list[list[str]]) -> None:
    print('|', ' | '.join(head), '|\n|' + '---|' * len(head))
    for row in rows:
        print('|', ' | '.join(row), '|')
    print()


def load(work: str, name: str) -> tuple[Valid, np.ndarray, dict[str, np.ndarray]]:
    """The rows of both packs, their sources, and the scores of the whole and of its parts."""
    sets = [prepared(work, one) for one in SETS]
    packs = np.repeat(np.arange(len(sets)), [len(rows) for rows in sets])
    with np.load(os.path.join(work, f'valid_scores_{name}.npz')) as file:
        scores = {part: file[part] for part in file.files}
    valid = Valid([text for rows in sets for text in rows.texts], np.concatenate([rows.labels for rows in sets]), packs,
                  np.zeros((len(packs), 3)))
    return valid, np.concatenate([rows.sources for rows in sets]), scores


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    ask.add_argument('--name', default='all')
    ask.add_argument('--curves', help='folder for the pictures')
    args = ask.parse_args()
    valid, sources, scores = load(args.work, args.name)
    labels, whole = valid.labels, scores['whole']

    names = ['auc', *(f'tpr@{100 * rate:g}%' for rate in RATES), 'f1', 'ece']
    lines = []
    for number, one in enumerate(SETS):
        rows = valid.packs == number
        for part, values in scores.items():
            numbers = figures(labels[rows], values[rows])
            lines.append([one, part, *(f'{numbers[name]:.4f}' for name in names)])
    table(['set', 'part', *names], lines)

    danger, caution = limit(valid, whole, DANGEROUS_FPR), limit(valid, whole, CAUTION_FPR)
    lines = []
    for name, member in groups(valid, sources).items():
        bad, good = whole[member & (labels == 1)], whole[member & (labels == 0)]
        if len(bad) + len(good) < ENOUGH:
            continue

        def share(part: np.ndarray, at: float) -> str:
            return f'{(part > at).mean():.3f}' if len(part) else '–'
        both = min(len(bad), len(good)) > ENOUGH
        area = f'{roc_auc_score(labels[member], whole[member]):.3f}' if both else '–'
        lines.append([name, str(len(bad)), str(len(good)), area, share(bad, danger), share(good, danger), share(bad, caution), share(good, caution)])
    table(['rows', 'malicious', 'benign', 'AUC', 'caught as dangerous', 'false', 'caught as caution', 'false'], lines)

    probability = 1 / (1 + np.exp(-whole))
    edges = [0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0001]
    table(['probability', 'URLs', 'mean', 'malicious'],
          [[f'{low:g}–{min(high, 1):g}', str(inside.sum()), f'{probability[inside].mean():.3f}', f'{labels[inside].mean():.3f}']
           for low, high in zip(edges, edges[1:]) for inside in [(probability >= low) & (probability < high)]])
    print(f'ECE {ece(labels, probability):.4f}; both packs, TPR at 1 %: {tpr(labels, whole, 0.01):.4f}')
    if args.curves:
        sets = {one: (labels[valid.packs == number], whole[valid.packs == number]) for number, one in enumerate(SETS)}
        curves.write(args.curves, sets)


if __name__ == '__main__':
    main()

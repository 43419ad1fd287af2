"""How the linear model carries over to sources it has not seen: whole sources are left out of training, then asked about.

    unseen.py --work DIR [--fold A]

Prints, for each malicious source left out, the TPR at 1 % false alarms on the benign sources left out with it. The
crypto nodes of `valid2` are among the benign rows (their source stays in training: another half of it is unseen data).
The encoder and the bag are not trained again, since that takes hours.
"""
import argparse

import numpy as np

import linear
from measure import threshold, tpr
from rows import Rows, prepared
from train_ngram import SETS, WEIGHTS, hashed

FOLDS = {
    'A': 'tweetfeed polkadot2025 gaso2026 maltrail_fakeapp openphish2026 blocklistproject openbrewerydb llmstxt banks '
         'eleventy_sites smallsites_512kb kr_library kr_links synth-bank',
    'B': 'phdb_links2025 phdb_domains2025 phdb_domains_dump destroylist2025 spmedia2026 chongluadao2024 kisa2023 '
         'maltrail_android_fakeapp maltrail_roamingmantis jpcert2025 kr_lookalikes shopify_stores cloudflare_top awesome_ai '
         'shadcn kr_tourism kr_facilities kr_performance kr_markets kr_villages kr_guide kr_rentcar hosting_found keyboard_shops',
}
KEPT = 'crypto_cosmos'
MOST = 500
"""Benign rows of a source, so that the largest does not decide alone."""


def domain(text: str) -> str:
    return '.'.join(text.split('/')[0].split(':')[0].split('.')[-2:])


def benign(valid: Rows, train: Rows, seen: set[str], without: list[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Source → its benign rows in `valid2` and in `train2`, those of domains that stay in training left out."""
    draw, out = np.random.default_rng(0), {}
    for source in [*without, KEPT]:
        asked = np.flatnonzero((valid.labels == 0) & (valid.sources == source))
        more = np.flatnonzero((train.labels == 0) & (train.sources == source)) if source != KEPT else np.array([], int)
        more = np.array([i for i in more if domain(train.texts[i]) not in seen], int)
        room = max(0, MOST - len(asked))
        out[source] = (asked[:MOST], draw.choice(more, min(room, len(more)), replace=False) if room else more[:0])
    return out


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    ask.add_argument('--fold', choices=FOLDS, default='A')
    args = ask.parse_args()
    without = FOLDS[args.fold].split()
    sets = {name: prepared(args.work, name) for name in (*SETS, 'valid1', 'valid2')}
    base = np.array([source.split('+')[0] for name in SETS for source in sets[name].sources])
    left_out = np.isin(base, without)
    weight = np.repeat(WEIGHTS, [len(sets[name]) for name in SETS]) * ~left_out
    labels = np.concatenate([sets[name].labels for name in SETS])
    weights, bias = linear.fit(hashed(args.work, list(SETS)), labels, weight)

    first, second, train = sets['valid1'], sets['valid2'], sets['train2']
    scores = {name: hashed(args.work, [name]) @ weights + bias for name in ('valid1', 'valid2', 'train2')}
    print(f"valid1 TPR at 1 %: {tpr(first.labels, scores['valid1'], 0.01):.3f}")
    texts = [text for name in SETS for text in sets[name].texts]
    seen = {domain(text) for text, out in zip(texts, left_out) if not out}
    chosen = benign(second, train, seen, without)
    good = np.concatenate([np.concatenate([scores['valid2'][asked], scores['train2'][more]]) for asked, more in chosen.values()])
    at = float(np.sort(good)[::-1][int(0.01 * len(good))])
    own = threshold(first.labels, scores['valid1'], 0.005)
    print(f'{len(good)} benign rows of sources left out; {(good > own).mean():.4f} above the score that 0.5 % of the benign rows of valid1 reach')
    rates = []
    for source in without:
        asked = scores['valid2'][(second.sources == source) & (second.labels == 1)]
        if len(asked):
            rates.append(float((asked > at).mean()))
            print(f'| {source} | {len(asked)} | {rates[-1]:.3f} |')
    print(f'mean of the sources: {np.mean(rates):.3f}')


if __name__ == '__main__':
    main()

"""Trains the two models over hashed features, the linear one and the bag of vectors, on all rows.

    train_ngram.py --work DIR [--without SOURCE ...]

Writes WORK/ngram.npz and WORK/bag.npz; with `--without`, the linear model alone, to other files.
"""
import argparse
import os

import numpy as np
from scipy import sparse

import bag
import linear
from measure import line
from rows import prepared


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    ask.add_argument('--without', nargs='*', default=[], help='sources to leave out, to measure what they are worth')
    args = ask.parse_args()
    rows, valid = prepared(args.work, 'train'), prepared(args.work, 'valid')
    base = np.array([source.split('+')[0] for source in rows.sources])
    hashed = sparse.load_npz(os.path.join(args.work, 'train_grams.npz'))
    asked = sparse.load_npz(os.path.join(args.work, 'valid_grams.npz'))
    name = os.path.join(args.work, '_'.join(['ngram', *(['without', *args.without] if args.without else [])]))
    weights, bias = linear.fit(hashed, rows.labels, np.where(np.isin(base, args.without), 0, 1))
    print('linear, valid:', line(valid.labels, asked @ weights + bias), flush=True)
    if not args.without:
        vectors = bag.fit(hashed, rows.labels)
        print('bag, valid:', line(valid.labels, vectors.logits(asked)), flush=True)
        np.savez(os.path.join(args.work, 'bag.npz'), **vars(vectors))
    np.savez(name + '.npz', weights=weights, bias=bias)


if __name__ == '__main__':
    main()

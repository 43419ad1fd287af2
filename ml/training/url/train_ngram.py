"""Trains the linear model on all rows that the sifting kept.

    train_ngram.py --work DIR [--without SOURCE ...]

Writes WORK/ngram.npz (weights, bias) and WORK/ngram_valid.npy (log odds on valid); `--without` names other files.
"""
import argparse
import os

import numpy as np
from scipy import sparse

from linear import fit
from measure import line
from rows import prepared


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    ask.add_argument('--without', nargs='*', default=[], help='sources to leave out, to measure what they are worth')
    args = ask.parse_args()
    rows, valid = prepared(args.work, 'train'), prepared(args.work, 'valid')
    chance = np.load(os.path.join(args.work, 'sift.npz'))['chance']
    base = np.array([source.split('+')[0] for source in rows.sources])
    chance = np.where(np.isin(base, args.without), 0, chance)
    weights, bias = fit(sparse.load_npz(os.path.join(args.work, 'train_grams.npz')), rows.labels, chance)
    scores = sparse.load_npz(os.path.join(args.work, 'valid_grams.npz')) @ weights + bias
    print('valid', line(valid.labels, scores), flush=True)
    name = os.path.join(args.work, '_'.join(['ngram', *(['without', *args.without] if args.without else [])]))
    np.savez(name + '.npz', weights=weights, bias=bias)
    np.save(name + '_valid.npy', scores)


if __name__ == '__main__':
    main()

"""Trains the two models over hashed features, the linear one and the bag of vectors.

    train_ngram.py --work DIR [--rows train1 train2 made] [--weights 1 1 1] [--without SOURCE ...] [--name NAME]

Writes WORK/ngram_NAME.npz and WORK/bag_NAME.npz. `--without` leaves sources out: to measure how the model carries over
to them, or because of their licence.
"""
import argparse
import os

import numpy as np
from scipy import sparse

import bag
import linear
from measure import line
from rows import prepared

SETS = ('train1', 'train2', 'made')
WEIGHTS = (1.0, 1.0, 1.0)
"""Twice the weight for the second pack cost `valid` of the first half a point, and left unseen sources where they were."""


def hashed(work: str, names: list[str]) -> sparse.csr_matrix:
    """The hashed features of the sets, one under the other."""
    parts = [sparse.load_npz(os.path.join(work, f'{name}_grams.npz')) for name in names]
    ends = np.cumsum([0, *(part.indptr[-1] for part in parts)], dtype=np.int64)
    indptr = np.concatenate([[0], *(end + part.indptr[1:].astype(np.int64) for end, part in zip(ends, parts))])
    shape = (sum(part.shape[0] for part in parts), parts[0].shape[1])
    data, indices = np.concatenate([part.data for part in parts]), np.concatenate([part.indices for part in parts])
    whole = sparse.csr_matrix(shape, dtype=np.float32)
    whole.data, whole.indices, whole.indptr = data, indices, indptr
    return whole


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    ask.add_argument('--rows', nargs='+', default=SETS)
    ask.add_argument('--weights', nargs='+', type=float, default=WEIGHTS, help='of a row of each set')
    ask.add_argument('--without', nargs='*', default=[], help='sources to leave out')
    ask.add_argument('--name', default='all')
    args = ask.parse_args()
    sets = [prepared(args.work, name) for name in args.rows]
    labels = np.concatenate([rows.labels for rows in sets])
    base = np.array([source.split('+')[0] for rows in sets for source in rows.sources])
    weight = np.repeat(args.weights, [len(rows) for rows in sets]) * ~np.isin(base, args.without)
    del sets
    features = hashed(args.work, args.rows)
    valid = {name: (prepared(args.work, name).labels, hashed(args.work, [name])) for name in ('valid1', 'valid2')}

    weights, bias = linear.fit(features, labels, weight)
    np.savez(os.path.join(args.work, f'ngram_{args.name}.npz'), weights=weights, bias=bias)
    for name, (truth, asked) in valid.items():
        print('linear', name, line(truth, asked @ weights + bias), flush=True)
    vectors = bag.fit(features, labels, weight)
    np.savez(os.path.join(args.work, f'bag_{args.name}.npz'), **vars(vectors))
    for name, (truth, asked) in valid.items():
        print('bag', name, line(truth, vectors.logits(asked)), flush=True)


if __name__ == '__main__':
    main()

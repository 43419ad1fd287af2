"""Asks a cross-validated linear model about every training row: which to drop as wrongly labelled, which are easy.

    sift.py --work DIR

Writes WORK/sift.npz: `chance` with which the encoder's passes take a row (0: dropped), `margin` of the linear model
that never saw the row's domain (log odds of the right label).
"""
import argparse
import os
import zlib

import numpy as np
from scipy import sparse

from linear import fit
from rows import prepared

WRONG = {1: -4.0, 0: -5.0}
"""Below this margin a collected row is taken for mislabelled; made rows never are."""
EASY, EASIER = (3.0, 0.5), (5.0, 0.15)
MADE_AT_LEAST = 0.4


def margins(grams: sparse.csr_matrix, texts: list[str], labels: np.ndarray) -> np.ndarray:
    domains = ['.'.join(text.split('/')[0].split('.')[-2:]) for text in texts]
    fold = np.array([zlib.crc32(domain.encode()) & 1 for domain in domains])
    out = np.zeros(len(labels), np.float32)
    for half in (0, 1):
        learn, ask = fold != half, fold == half
        weights, bias = fit(grams[learn], labels[learn], passes=2)
        out[ask] = grams[ask] @ weights + bias
    return np.where(labels == 1, out, -out)


def chances(margin: np.ndarray, labels: np.ndarray, made: np.ndarray) -> np.ndarray:
    chance = np.where(margin > EASIER[0], EASIER[1], np.where(margin > EASY[0], EASY[1], 1.0))
    chance = np.where(made, np.maximum(chance, MADE_AT_LEAST), chance)
    wrong = ~made & (margin < np.where(labels == 1, WRONG[1], WRONG[0]))
    return np.where(wrong, 0.0, chance).astype(np.float32)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    work = ask.parse_args().work
    rows = prepared(work, 'train')
    margin = margins(sparse.load_npz(os.path.join(work, 'train_grams.npz')), rows.texts, rows.labels)
    chance = chances(margin, rows.labels, np.char.startswith(rows.sources, 'synth'))
    np.savez(os.path.join(work, 'sift.npz'), chance=chance, margin=margin)
    print(f'{(chance == 0).sum()} rows dropped, {chance.sum():.0f} of {len(chance)} in a pass', flush=True)


if __name__ == '__main__':
    main()

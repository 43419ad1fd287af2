"""Reads the data, adds the synthetic rows, tokenises, and hashes the n-grams: everything the two models train on.

    prepare.py --data DIR --work DIR --tokenizer FILE

Writes WORK/{train,valid}.npz (token ids, labels, sources, texts) and WORK/{train,valid}_grams.npz (sparse features).
"""
import argparse
import os

import numpy as np
from scipy import sparse

import grams
from rows import Rows, encode, split
from synthetic import BRANDS, made_rows
from text import model_text
from tokens import Tokenizer

CHUNK = 20_000


def synthetic(known: set[str]) -> Rows:
    """The made rows as rows of their own, without any text that is known."""
    made = {}
    for url, label, source in made_rows(BRANDS):
        made.setdefault(model_text(url), (label, source))
    fresh = [(text, label, source) for text, (label, source) in made.items() if text not in known]
    texts, labels, sources = zip(*fresh)
    return Rows(list(texts), np.array(labels, np.int8), np.array(sources))


def hashed(texts: list[str]) -> sparse.csr_matrix:
    return sparse.vstack([grams.features(texts[at:at + CHUNK]) for at in range(0, len(texts), CHUNK)], format='csr')


def write(work: str, name: str, rows: Rows, tokenizer: Tokenizer) -> None:
    tokens = encode(rows.texts, tokenizer)
    np.savez(os.path.join(work, f'{name}.npz'), ids=tokens.ids, start=tokens.start, labels=rows.labels,
             sources=rows.sources, texts=np.frombuffer('\n'.join(rows.texts).encode(), np.uint8))
    sparse.save_npz(os.path.join(work, f'{name}_grams.npz'), hashed(rows.texts), compressed=False)
    print(name, len(rows), f'{rows.labels.mean():.3f} malicious, {tokens.lengths.mean():.1f} tokens', flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--data', required=True)
    ask.add_argument('--work', required=True)
    ask.add_argument('--tokenizer', required=True)
    args = ask.parse_args()
    os.makedirs(args.work, exist_ok=True)
    tokenizer = Tokenizer(args.tokenizer)
    valid = split(args.data, 'valid')
    train = split(args.data, 'train')
    train += synthetic(set(valid.texts) | set(train.texts))
    write(args.work, 'valid', valid, tokenizer)
    write(args.work, 'train', train, tokenizer)


if __name__ == '__main__':
    main()

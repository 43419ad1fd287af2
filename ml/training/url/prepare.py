"""Reads the data, adds the made rows, tokenises, and hashes the n-grams: everything the models train on.

    prepare.py --data DIR DIR --redirectors FILE --work DIR --tokenizer FILE

For the n-th data folder WORK/{train,valid}N.npz (token ids, labels, sources, texts) and WORK/{train,valid}N_grams.npz
(sparse features); WORK/made*.npz for the made rows. A set that is there is not done again.
"""
import argparse
import csv
import os

import numpy as np
from scipy import sparse

import grams
from rows import Rows, encode, read
from synthetic import BRANDS, made_rows
from text import model_text
from tokens import Tokenizer

CHUNK = 20_000


class Redirectors:
    """Hosts whose paths are codes, of a CSV `host,kind,operator,source,match,path,param`: rules judge them."""

    def __init__(self, path: str):
        self.exact, self.suffixes, self.paths = set(), [], {}
        with open(path, encoding='utf8', newline='') as file:
            for row in csv.DictReader(file):
                if row['kind'] == 'open-redirect':
                    self.paths.setdefault(row['host'], []).append(row['path'])
                elif row['match'] == 'suffix':
                    self.suffixes.append('.' + row['host'].removeprefix('*.'))
                else:
                    self.exact.add(row['host'])

    def has(self, text: str) -> bool:
        host, slash, rest = text.partition('/')
        if host in self.exact or ('.' + host).endswith(tuple(self.suffixes)):
            return True
        return any((slash + rest).startswith(path) for path in self.paths.get(host, []) if path not in ('', '/'))


def made(known: set[str], redirectors: Redirectors, banks: tuple[str, ...]) -> Rows:
    """The made rows as rows of their own, without any text that is known and without benign codes of redirectors."""
    fresh = {}
    for url, label, source in made_rows(BRANDS, banks=banks):
        text = model_text(url)
        if text not in known and (label or not redirectors.has(text)):
            fresh.setdefault(text, (label, source))
    labels, sources = zip(*fresh.values())
    return Rows(list(fresh), np.array(labels, np.int8), np.array(sources))


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
    ask.add_argument('--data', nargs='+', required=True)
    ask.add_argument('--redirectors', required=True)
    ask.add_argument('--work', required=True)
    ask.add_argument('--tokenizer', required=True)
    args = ask.parse_args()
    os.makedirs(args.work, exist_ok=True)
    tokenizer = Tokenizer(args.tokenizer)
    known: set[str] = set()
    banks: list[str] = []
    for number, folder in enumerate(args.data, 1):
        for name in ('valid', 'train'):
            rows = read(os.path.join(folder, f'{name}.csv.gz'))
            known |= set(rows.texts)
            if name == 'train':
                banks += [text.split('/')[0] for text, source in zip(rows.texts, rows.sources) if source == 'banks']
            if not os.path.exists(os.path.join(args.work, f'{name}{number}_grams.npz')):
                write(args.work, f'{name}{number}', rows, tokenizer)
    if not os.path.exists(os.path.join(args.work, 'made_grams.npz')):
        write(args.work, 'made', made(known, Redirectors(args.redirectors), tuple(banks)), tokenizer)


if __name__ == '__main__':
    main()

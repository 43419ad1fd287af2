"""Reads the labelled URLs and turns them into padded-free token arrays."""
import csv
import gzip
import os
from dataclasses import dataclass

import numpy as np

from text import model_text
from tokens import Tokenizer


@dataclass
class Rows:
    """Aligned columns: model texts, labels (1 = malicious), sources."""
    texts: list[str]
    labels: np.ndarray
    sources: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)


def read(path: str, raw: bool = False) -> Rows:
    """`url,label,source` with a header line, gzip or plain; `raw` keeps the URLs as they are. Malformed rows raise."""
    opener = gzip.open if path.endswith('.gz') else open
    texts, labels, sources = [], [], []
    with opener(path, 'rt', encoding='utf8', newline='') as file:
        lines = csv.reader(file)
        next(lines)
        for url, label, source in lines:
            texts.append(url if raw else model_text(url))
            labels.append(int(label))
            sources.append(source)
    return Rows(texts, np.array(labels, dtype=np.int8), np.array(sources))


def split(data: str, name: str) -> Rows:
    """`train` or `valid` of the data folder."""
    return read(os.path.join(data, f'{name}.csv.gz'))


@dataclass
class Tokens:
    """Token ids of many texts, end to end; text i is ids[start[i]:start[i + 1]]."""
    ids: np.ndarray
    start: np.ndarray

    def __post_init__(self) -> None:
        self.lengths = np.diff(self.start)

    def __getitem__(self, i: int) -> np.ndarray:
        return self.ids[self.start[i]:self.start[i + 1]]


def encode(texts: list[str], tokenizer: Tokenizer) -> Tokens:
    lists = [np.array(tokenizer(text), dtype=np.int16) for text in texts]
    start = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(ids) for ids in lists], out=start[1:])
    return Tokens(np.concatenate(lists), start)


def prepared(work: str, name: str) -> Rows:
    """The rows that prepare.py wrote."""
    with np.load(f'{work}/{name}.npz') as file:
        return Rows(file['texts'].tobytes().decode().split('\n'), file['labels'], file['sources'])

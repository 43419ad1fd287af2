"""The hashed features: character n-grams of host and rest, their letter patterns, words, and shapes (`shapes.py`).

Every feature is a row of one table of 2^22 weights. A family's features share the value 1/sqrt(how many the URL has of
the family), so that a long URL says no more than a short one. `ml/url/hashes.ts` computes the same.
"""
import re
import zlib

import numpy as np
from scipy.sparse import csr_matrix

from shapes import bucket, host_name, shapes

BITS = 22
HOST_GRAMS, REST_GRAMS, PATTERN_GRAMS = 6, 6, 8
PATTERN_FROM = 4
MIX = np.uint32(0x9E3779B1)
_FNV, _PRIME = 2166136261, np.uint32(16777619)
_SEEDS = {'host': 1, 'rest': 2, 'pattern': 3}
_WORD = re.compile(r'[a-z]+|[0-9]+')
_PATTERN = bytes(
    ord('v') if chr(b) in 'aeiouyAEIOUY' else ord('c') if chr(b).isascii() and chr(b).isalpha()
    else ord('0') if chr(b).isdigit() else b for b in range(128)) + bytes(range(128, 256))


def slot(hashes: np.ndarray) -> np.ndarray:
    """The table row of a 32-bit hash: its bits mixed, the highest 22 kept."""
    mixed = hashes ^ (hashes >> np.uint32(15))
    mixed = mixed * MIX
    mixed ^= mixed >> np.uint32(13)
    return ((mixed * MIX) >> np.uint32(32 - BITS)).astype(np.int32)


def char_grams(parts: list[bytes], family: str, shortest: int, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """FNV-1a of all n-grams of each part → (hashes, part numbers), by n and then by place."""
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    text = np.frombuffer(b''.join(parts) + bytes(longest), np.uint8).astype(np.uint32)
    owner = np.repeat(np.arange(len(parts)), lengths)
    ends = np.repeat(np.cumsum(lengths), lengths)
    left = ends - np.arange(len(owner))
    hashes = np.full(len(owner), np.uint32((_FNV + _SEEDS[family] * 0x01000193) & 0xFFFFFFFF), np.uint32)
    found, owners = [], []
    for n in range(1, longest + 1):
        hashes = (hashes ^ text[n - 1:n - 1 + len(owner)]) * _PRIME
        if n >= shortest:
            fits = left >= n
            found.append(hashes[fits])
            owners.append(owner[fits])
    return np.concatenate(found), np.concatenate(owners)


def words(host: str, rest: str) -> list[str]:
    """The named features of a URL: suffixes, whole words, their pairs, and counts beside the suffix."""
    name, port = host_name(host)
    labels = name.split('.')
    top, two, three = labels[-1], '.'.join(labels[-2:]), '.'.join(labels[-3:])
    if top.isdigit():
        top = two = three = '#'
    path, mark, query = rest.partition('?')
    low = path.lower()
    in_host, in_path = _WORD.findall(name), _WORD.findall(low)[:24]
    pieces = [p for p in low.split('/') if p]
    last = pieces[-1] if pieces else ''
    dot = last.rfind('.')
    extension = last[dot + 1:][:8] if dot >= 0 else ''
    keys = [pair.partition('=')[0].lower()[:16] for pair in query.split('&')][:12] if mark else []
    digits = sum(c.isdigit() for c in name)
    depth = len(pieces)
    out = ['t' + top, 's' + two, 'u' + three, 'h' + name, 'o' + port, 'd' + bucket(len(labels)), 'e' + extension,
           'l' + bucket(len(name)), 'm' + bucket(len(path)), 'n' + bucket(depth), 'q' + bucket(len(keys)),
           '-' + bucket(name.count('-')), '0' + bucket(digits), 'Q' + bucket(len(query)),
           f'T{top}|{bucket(depth)}', f'L{top}|{bucket(len(name))}', f'D{top}|{bucket(len(labels))}',
           f'E{top}|{extension}', f'N{top}|{bucket(digits)}', f'H{top}|{bucket(name.count("-"))}',
           f'S{two}|{bucket(depth)}', f'f{pieces[0][:24] if pieces else ""}', f'F{top}|{pieces[0][:24] if pieces else ""}',
           f'g{last[:32]}', f'G{bucket(len(name))}|{bucket(depth)}|{bucket(digits)}', f'P{depth}|{extension}|{len(keys)}']
    out += ['w' + w for w in in_host] + ['W' + a + ' ' + b for a, b in zip(in_host, in_host[1:])]
    out += ['x' + top + ' ' + w for w in in_host]
    out += ['p' + w for w in in_path] + ['R' + a + ' ' + b for a, b in zip(in_path, in_path[1:])]
    out += ['y' + top + ' ' + w for w in in_path]
    out += ['k' + k for k in keys] + ['K' + ' '.join(keys)] * bool(keys)
    out += ['c' + label for label in labels]
    return out


def hashed_names(named: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """CRC-32 of all names → (hashes, text numbers)."""
    hashes = np.fromiter((zlib.crc32(name.encode()) for names in named for name in names), np.uint32)
    return hashes, np.repeat(np.arange(len(named)), [len(names) for names in named])


def features(texts: list[str]) -> csr_matrix:
    """texts × 2^22, float32."""
    halves = [text.partition('/') for text in texts]
    hosts = [('^' + host + '$').encode() for host, _, _ in halves]
    rests = [(slash + rest).encode() for _, slash, rest in halves]
    patterns = [(host.translate(_PATTERN) + b' ' + rest[:64].translate(_PATTERN)) for host, rest in zip(hosts, rests)]
    families = [char_grams(hosts, 'host', 1, HOST_GRAMS), char_grams(rests, 'rest', 1, REST_GRAMS),
                char_grams(patterns, 'pattern', PATTERN_FROM, PATTERN_GRAMS)]
    families.append(hashed_names([words(host, slash + rest) for host, slash, rest in halves]))
    families.append(hashed_names([['*' + shape for shape in shapes(host, slash + rest)] for host, slash, rest in halves]))
    rows, columns, values = [], [], []
    for hashes, owner in families:
        count = np.bincount(owner, minlength=len(texts))
        rows.append(owner.astype(np.int32))
        columns.append(slot(hashes))
        values.append((1 / np.sqrt(np.maximum(count, 1))).astype(np.float32)[owner])
    shape = (len(texts), 1 << BITS)
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)

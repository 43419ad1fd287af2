"""The fifth family of hashed features: what is alike in generated names and in kits copied from site to site.

`ml/url/shapes.ts` computes the same.
"""
import bisect
import re

_BOUNDS = [8, 12, 18, 27, 40, 60, 90, 135, 200, 300]
_LOWER, _LETTERS, _DIGITS, _CONSONANTS = (re.compile(p) for p in (r'[a-z]+', r'[a-zA-Z]+', r'[0-9]+', r'c+'))
_VOWELS = 'aeiouy'
_PATTERN = str.maketrans({c: 'v' if c in _VOWELS else 'c' for c in 'abcdefghijklmnopqrstuvwxyz'} | {c: '0' for c in '0123456789'})


def bucket(count: int) -> str:
    """0-7 as they are, then coarser: a scale for lengths."""
    return str(count) if count < 8 else 'x' + str(bisect.bisect_right(_BOUNDS, count))


def host_name(host: str) -> tuple[str, str]:
    """Name and port, without user info; an IPv6 address keeps its brackets."""
    host = host.rpartition('@')[2]
    if ':' not in host or host.endswith(']'):
        return host, ''
    name, _, port = host.rpartition(':')
    return name, port


def _sized(run: re.Match) -> str:
    return 'a' + bucket(len(run.group()))


def _sized_digits(run: re.Match) -> str:
    return '0' + bucket(len(run.group()))


def shapes(host: str, rest: str) -> list[str]:
    """Always 18 names; `rest` is empty or begins with its slash."""
    name, _ = host_name(host)
    labels = name.split('.')
    top, sub, main = labels[-1], '.'.join(labels[:-1]), max(labels[:-1] or labels, key=len)
    path, mark, query = rest.partition('?')
    pairs = len(query.split('&')) if mark else 0
    low = path.lower()
    whole = name.translate(_PATTERN)
    host_shape = _DIGITS.sub(_sized_digits, _LOWER.sub(_sized, sub))
    path_shape = _LETTERS.sub(_sized, _DIGITS.sub('0', path))
    rough = _DIGITS.sub('0', _LETTERS.sub('a', path))
    letters, vowels = sum(c.isalpha() for c in sub), sum(c in _VOWELS for c in sub)
    run = max([len(found) for found in _CONSONANTS.findall(whole)] or [0])
    return ['A' + low, 'B' + _DIGITS.sub('0', low), 'C' + whole, f'D{host_shape}.{top}', 'E' + host_shape, 'F' + path_shape,
            'G' + rough, f'H{rough}|{top}', f'I{top}|{10 * vowels // max(letters, 1)}|{bucket(len(sub))}', f'J{run}',
            f'K{top}|{run}', 'L' + main.translate(_PATTERN), f'M{bucket(len(main))}|{top}|{bucket(len(path))}',
            f'N{bucket(len(set(main)))}|{bucket(len(main))}', f'O{labels[0]}|{top}', f'P{low[:12]}|{top}', f'Q{rough}|{pairs}',
            f"R{labels[0] if len(labels) > 2 else ''}|{low[-10:]}"]

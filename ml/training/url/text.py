"""The text the models read: a canonical URL without what says more about its source than about itself.

Dropped: the scheme, one leading `www.`, the fragment, one final slash. `ml/url/text.ts` does the same in Node.
"""
import re

MAX_CHARS = 512
"""Characters kept: the encoder reads 96 tokens, the n-gram model at most this many characters."""

_SLASHES = re.compile(r'/{2,}')


def canonical_path(rest: str) -> str:
    """Path and query as the server's canonical form has them: runs of slashes in the path are one."""
    path, mark, query = rest.partition('?')
    return _SLASHES.sub('/', path) + mark + query


def model_text(url: str) -> str:
    """`https://www.a.kr/b/#c` → `a.kr/b`. Takes a URL with scheme and lower-case ASCII host."""
    text = url.split('://', 1)[1].split('#', 1)[0]
    host, slash, rest = text.partition('/')
    text = host + canonical_path(slash + rest)
    if text.startswith('www.'):
        text = text[4:]
    if text.endswith('/'):
        text = text[:-1]
    return text[:MAX_CHARS]

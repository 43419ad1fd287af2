"""Character-BPE over URL texts, read from the Hugging Face `tokenizer.json` that ships."""
import json
import re

MAX_TOKENS = 96
_NEVER = 1 << 30


class Tokenizer:
    """`tokenizer(text)` → ids with [CLS] and [SEP], at most 96. The same ids as transformers.js gives."""

    def __init__(self, path: str):
        with open(path, encoding='utf8') as file:
            spec = json.load(file)
        self.vocab = spec['model']['vocab']
        self.ranks = {tuple(merge.split(' ')): rank for rank, merge in enumerate(spec['model']['merges'])}
        self.pattern = re.compile(spec['pre_tokenizer']['pattern']['Regex'])
        self.unknown, self.cls, self.sep = (self.vocab[name] for name in ('[UNK]', '[CLS]', '[SEP]'))
        self.known: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.vocab)

    def word(self, word: str) -> list[int]:
        """Ids of one pre-token: the merge of the lowest rank first, until none applies."""
        ids = self.known.get(word)
        if ids is None:
            parts = list(word)
            while len(parts) > 1:
                rank, at = min((self.ranks.get(pair, _NEVER), i) for i, pair in enumerate(zip(parts, parts[1:])))
                if rank == _NEVER:
                    break
                parts = merged(parts, (parts[at], parts[at + 1]))
            ids = [self.vocab.get(part, self.unknown) for part in parts]
            self.known[word] = ids
        return ids

    def __call__(self, text: str) -> list[int]:
        ids = [self.cls]
        for word in self.pattern.findall(text):
            ids += self.word(word)
            if len(ids) >= MAX_TOKENS:
                break
        return ids[: MAX_TOKENS - 1] + [self.sep]


def merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    """`parts` with every adjacent `pair` joined, from the left."""
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out

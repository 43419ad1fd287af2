"""Learns the character-BPE of 6,000 tokens from half of the training texts, as a Hugging Face tokenizer.json.

    train_tokenizer.py --data DIR --out DIR

Texts are first split into runs of letters or digits, each with the sign before it, so that `.com`, `/login` and
`-secure` stay whole; every printable ASCII character is a token, so nothing is unknown.
"""
import argparse
import heapq
import json
import os
import random
import re
from collections import Counter, defaultdict

from rows import split
from tokens import MAX_TOKENS, merged

VOCABULARY, SEED, SHARE = 6000, 1, 0.5
LONGEST_TEXT, LONGEST_WORD, RAREST_WORD, RAREST_PAIR = 200, 24, 3, 20
PATTERN = r'[^a-zA-Z0-9]?[a-zA-Z]+|[^a-zA-Z0-9]?[0-9]+|[^a-zA-Z0-9]'
SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

Pair = tuple[str, str]


def counted(texts: list[str]) -> list[tuple[list[str], int]]:
    """Distinct pre-tokens as lists of characters, with their counts."""
    pick, words = random.Random(SEED), Counter()
    for text in texts:
        if pick.random() < SHARE:
            words.update(re.findall(PATTERN, text[:LONGEST_TEXT]))
    return [(list(word), n) for word, n in words.items() if n >= RAREST_WORD and len(word) <= LONGEST_WORD]


def learned(words: list[tuple[list[str], int]], room: int) -> list[Pair]:
    """The most frequent adjacent pair, merged, again and again, until `room` new tokens are found."""
    count: Counter[Pair] = Counter()
    where: dict[Pair, set[int]] = defaultdict(set)
    for i, (parts, n) in enumerate(words):
        for pair in zip(parts, parts[1:]):
            count[pair] += n
            where[pair].add(i)
    heap = [(-n, pair) for pair, n in count.items()]
    heapq.heapify(heap)
    merges: list[Pair] = []
    made: set[str] = set()
    while len(made) < room and heap:
        negative, pair = heapq.heappop(heap)
        if count.get(pair, 0) != -negative:
            if count.get(pair, 0) > 0:
                heapq.heappush(heap, (-count[pair], pair))
            continue
        if -negative < RAREST_PAIR:
            break
        merges.append(pair)
        made.add(pair[0] + pair[1])
        for changed in merge_everywhere(words, where.pop(pair, set()), pair, count, where):
            heapq.heappush(heap, (-count[changed], changed))
        count.pop(pair, None)
    return merges


def merge_everywhere(words: list, places: set[int], pair: Pair, count: Counter, where: dict) -> set[Pair]:
    """Joins the pair in the words at `places`, keeps the counts right, returns the pairs that became more frequent."""
    touched: set[Pair] = set()
    for i in places:
        parts, n = words[i]
        joined = merged(parts, pair)
        if len(joined) == len(parts):
            continue
        for old in zip(parts, parts[1:]):
            count[old] -= n
        for new in zip(joined, joined[1:]):
            count[new] += n
            where[new].add(i)
            touched.add(new)
        words[i] = (joined, n)
    return touched


def tokenizer_json(merges: list[Pair]) -> dict:
    tokens = list(dict.fromkeys(SPECIAL + [chr(code) for code in range(33, 127)] + [a + b for a, b in merges]))
    vocab = {token: i for i, token in enumerate(tokens)}
    special = [{'id': vocab[name], 'content': name, 'single_word': False, 'lstrip': False, 'rstrip': False,
                'normalized': False, 'special': True} for name in SPECIAL]
    one = [{'SpecialToken': {'id': '[CLS]', 'type_id': 0}}, {'Sequence': {'id': 'A', 'type_id': 0}},
           {'SpecialToken': {'id': '[SEP]', 'type_id': 0}}]
    two = one + [{'Sequence': {'id': 'B', 'type_id': 1}}, {'SpecialToken': {'id': '[SEP]', 'type_id': 1}}]
    ends = {name: {'id': name, 'ids': [vocab[name]], 'tokens': [name]} for name in ('[CLS]', '[SEP]')}
    return {'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': special, 'normalizer': None,
            'pre_tokenizer': {'type': 'Split', 'pattern': {'Regex': PATTERN}, 'behavior': 'Removed', 'invert': True},
            'post_processor': {'type': 'TemplateProcessing', 'single': one, 'pair': two, 'special_tokens': ends},
            'decoder': None,
            'model': {'type': 'BPE', 'dropout': None, 'unk_token': '[UNK]', 'continuing_subword_prefix': None,
                      'end_of_word_suffix': None, 'fuse_unk': False, 'byte_fallback': False, 'vocab': vocab,
                      'merges': [' '.join(pair) for pair in merges]}}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--data', required=True)
    ask.add_argument('--out', required=True)
    args = ask.parse_args()
    words = counted(split(args.data, 'train').texts)
    merges = learned(words, VOCABULARY - len(SPECIAL) - 94)
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, 'tokenizer.json'), 'w', encoding='utf8') as file:
        json.dump(tokenizer_json(merges), file, ensure_ascii=False)
    names = {f'{name.strip("[]").lower()}_token': name for name in SPECIAL}
    with open(os.path.join(args.out, 'tokenizer_config.json'), 'w', encoding='utf8') as file:
        json.dump({'tokenizer_class': 'BertTokenizer', 'model_max_length': MAX_TOKENS, 'do_lower_case': False} | names, file, indent=1)
    print(f'{len(merges)} merges from {len(words)} words', flush=True)


if __name__ == '__main__':
    main()

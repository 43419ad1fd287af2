"""Records the shipped model's logits of 50 URLs, for the test that Node gives the same.

    fixture.py --model ml/url/model --out tests/ml/fixtures/url-logits.json

The URLs are made ones of another seed; those that look like phishing end in `.example`, which no one can own.
"""
import argparse
import json
import os
import random

from shipped import Shipped
from synthetic import BRANDS, made_rows
from text import model_text

SEED, COUNT, LONG = 77, 50, 5
"""`LONG` of them are longer than the encoder reads."""


def harmless(url: str, label: int) -> str:
    scheme, _, rest = url.partition('://')
    host, slash, path = rest.partition('/')
    if not label:
        return url
    name, colon, port = host.partition(':')
    return f'{scheme}://{name}.example{colon}{port}{slash}{path}'


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    for name in ('model', 'out'):
        ask.add_argument(f'--{name}', required=True)
    args = ask.parse_args()
    pick = random.Random(SEED)
    chosen = [harmless(url, label) for url, label, _ in pick.sample(made_rows(BRANDS, SEED), COUNT - LONG)]
    letters = 'abcdefghijklmnopqrstuvwxyz0123456789%-_=&/'
    chosen += [f'https://files.example/share?token={"".join(pick.choices(letters, k=300 + 100 * i))}' for i in range(LONG)]
    parts = Shipped(args.model).parts([model_text(url) for url in chosen])
    rows = [{'url': url, 'encoder': round(float(a), 5), 'linear': round(float(b), 5), 'bag': round(float(c), 5)}
            for url, (a, b, c) in zip(chosen, parts)]
    os.makedirs(os.path.dirname(args.out), exist_ok=True)
    with open(args.out, 'w', encoding='utf8') as file:
        file.write('[\n' + ',\n'.join('  ' + json.dumps(row) for row in rows) + '\n]\n')


if __name__ == '__main__':
    main()

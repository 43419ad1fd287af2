"""Puts the trained parts into the folder that ships, and the scores of `valid` beside the work.

    package.py --work DIR [--encoder CHECKPOINT --tokenizer-dir DIR] --out ml/url/model --version urlbert_128x4_v5 [--name all]
"""
import argparse
import json
import os
import shutil

import numpy as np

from bag import Bag
from measure import figures, threshold
from rows import Tokens, prepared
from stack import PARTS, Valid, calibration, cross_fitted, fit, score
from train_ngram import hashed

TOKENIZER_FILES = ('tokenizer.json', 'tokenizer_config.json')
SETS = ('valid1', 'valid2')


def companded(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """int8 q and scale, a weight being sign(q) * scale * (q / 127)²: fine steps where most weights are, near zero."""
    scale = float(np.abs(weights).max())
    return np.round(np.sign(weights) * np.sqrt(np.abs(weights) / scale) * 127).astype(np.int8), scale


def expanded(q: np.ndarray, scale: float) -> np.ndarray:
    return (np.sign(q) * scale * np.square(q / 127.0)).astype(np.float32)


def rounded(values: np.ndarray) -> list:
    return np.round(values.astype(float), 6).tolist()


def write_tables(work: str, name: str, out: str) -> tuple[dict, np.ndarray, Bag]:
    """ngram.bin and bag.bin; what calibration.json says of them, and the parts as their int8 weights have them."""
    with np.load(os.path.join(work, f'ngram_{name}.npz')) as file:
        weights, bias = file['weights'], float(file['bias'])
    with np.load(os.path.join(work, f'bag_{name}.npz')) as file:
        bag = Bag(**{key: file[key] for key in file.files})
    q, scale = companded(weights)
    q.tofile(os.path.join(out, 'ngram.bin'))
    vectors, bag_scale = companded(bag.vectors)
    vectors.tofile(os.path.join(out, 'bag.bin'))
    bag.vectors = expanded(vectors, bag_scale)
    settings = {'linear': {'scale': scale, 'bias': bias},
                'bag': {'scale': bag_scale, 'bias': float(bag.bias), 'hidden': rounded(bag.hidden),
                        'hidden_bias': rounded(bag.hidden_bias), 'out': rounded(bag.out)}}
    return settings, expanded(q, scale), bag


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    for name in ('work', 'out', 'version'):
        ask.add_argument(f'--{name}', required=True)
    ask.add_argument('--encoder', help='without it the model has none, and scores by its tables alone')
    ask.add_argument('--tokenizer-dir', help='of the encoder')
    ask.add_argument('--without', nargs='*', default=[], help='sources that nothing is fitted on')
    ask.add_argument('--name', default='all', help='of the tables that train_ngram.py wrote')
    args = ask.parse_args()
    os.makedirs(args.out, exist_ok=True)
    if args.encoder:
        # Loaded here: tables alone need no torch.
        import export
        from encoder import logits
        for name in TOKENIZER_FILES:
            source, target = os.path.join(args.tokenizer_dir, name), os.path.join(args.out, name)
            if os.path.realpath(source) != os.path.realpath(target):
                shutil.copyfile(source, target)
        export.write(args.encoder, args.out, args.work)
        trained, _, seen = export.load(args.encoder)
    settings, weights, bag = write_tables(args.work, args.name, args.out)

    texts, labels, packs, parts, sources = [], [], [], [], []
    for number, name in enumerate(SETS):
        rows, features = prepared(args.work, name), hashed(args.work, [name])
        encoded = np.zeros(len(rows))
        if args.encoder:
            with np.load(os.path.join(args.work, f'{name}.npz')) as file:
                encoded = logits(trained, Tokens(file['ids'], file['start']))
        texts += rows.texts
        labels.append(rows.labels)
        sources += [source.split('+')[0] for source in rows.sources]
        packs.append(np.full(len(rows), number))
        parts.append(np.stack([encoded, features @ weights + settings['linear']['bias'], bag.logits(features)], axis=1))
    asked = Valid(texts, np.concatenate(labels), np.concatenate(packs), np.concatenate(parts))
    left_out = np.isin(sources, args.without)
    valid = asked.where(~left_out)
    whole = calibration(valid, args.version) | {'ngram': settings}
    with open(os.path.join(args.out, 'calibration.json'), 'w', encoding='utf8') as file:
        json.dump(whole, file)
        file.write('\n')
    alone = {'whole': cross_fitted(valid)} | {name: valid.parts[:, i] for i, name in enumerate(PARTS)}
    np.savez(os.path.join(args.work, f'valid_scores_{args.name}.npz'), **alone)
    for number, name in enumerate(SETS):
        rows = valid.packs == number
        for part, scores in alone.items():
            print(name, part, {key: round(value, 4) for key, value in figures(valid.labels[rows], scores[rows]).items()}, flush=True)
    if args.without:
        scores, fitted = cross_fitted(valid), fit(valid)
        unseen = score(fitted, asked.texts, asked.parts)
        for number, name in enumerate(SETS):
            at = threshold(valid.labels[valid.packs == number], scores[valid.packs == number], 0.01)
            for source in args.without:
                rows = (np.array(sources) == source) & (asked.packs == number)
                if rows.any():
                    share = (unseen[rows] > at).mean()
                    print(f'{name} {source}, left out: {rows.sum()} rows, {share:.3f} above 1 % of the benign rows')
    print(f'encoder saw {seen if args.encoder else 0} URLs; prior {whole["prior"]}, {whole["stack"]}, {whole["thresholds"]}')


if __name__ == '__main__':
    main()

"""Puts the trained parts into the folder that ships, and the figures beside the work.

    package.py --work DIR --encoder CHECKPOINT --tokenizer-dir DIR --out ml/url/model --version urlbert_128x4_v4
"""
import argparse
import json
import os
import shutil

import numpy as np
from scipy import sparse

import export
from bag import Bag
from encoder import logits
from measure import figures
from rows import encode, prepared
from stack import calibration, cross_fitted
from tokens import Tokenizer

TOKENIZER_FILES = ('tokenizer.json', 'tokenizer_config.json')


def companded(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """int8 q and scale, a weight being sign(q) * scale * (q / 127)²: fine steps where most weights are, near zero."""
    scale = float(np.abs(weights).max())
    return np.round(np.sign(weights) * np.sqrt(np.abs(weights) / scale) * 127).astype(np.int8), scale


def expanded(q: np.ndarray, scale: float) -> np.ndarray:
    return (np.sign(q) * scale * np.square(q / 127.0)).astype(np.float32)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    for name in ('work', 'encoder', 'tokenizer-dir', 'out', 'version'):
        ask.add_argument(f'--{name}', required=True)
    args = ask.parse_args()
    valid = prepared(args.work, 'valid')

    os.makedirs(args.out, exist_ok=True)
    for name in TOKENIZER_FILES:
        shutil.copyfile(os.path.join(args.tokenizer_dir, name), os.path.join(args.out, name))
    export.write(args.encoder, args.out, args.work)
    trained, _, seen = export.load(args.encoder)
    tokens = encode(valid.texts, Tokenizer(os.path.join(args.out, TOKENIZER_FILES[0])))
    from_encoder = logits(trained, tokens)

    hashed = sparse.load_npz(os.path.join(args.work, 'valid_grams.npz'))
    with np.load(os.path.join(args.work, 'ngram.npz')) as file:
        weights, bias = file['weights'], float(file['bias'])
    with np.load(os.path.join(args.work, 'bag.npz')) as file:
        bag = Bag(**{name: file[name] for name in file.files})
    q, scale = companded(weights)
    q.tofile(os.path.join(args.out, 'ngram.bin'))
    from_linear = hashed @ expanded(q, scale) + bias
    q, bag_scale = companded(bag.vectors)
    q.tofile(os.path.join(args.out, 'bag.bin'))
    bag.vectors = expanded(q, bag_scale)
    from_bag = bag.logits(hashed)

    parts = np.stack([from_encoder, from_linear, from_bag], axis=1)
    settings = calibration(parts, ['encoder', 'linear', 'bag'], valid.labels, args.version)
    settings['ngram'] = {
        'linear': {'scale': scale, 'bias': bias},
        'bag': {'scale': bag_scale, 'bias': float(bag.bias), 'hidden': np.round(bag.hidden.astype(float), 6).tolist(),
                'hidden_bias': np.round(bag.hidden_bias.astype(float), 6).tolist(), 'out': np.round(bag.out.astype(float), 6).tolist()}}
    with open(os.path.join(args.out, 'calibration.json'), 'w', encoding='utf8') as file:
        json.dump(settings, file)
        file.write('\n')
    whole = cross_fitted(parts, valid.labels, valid.texts)
    alone = {'whole': whole, 'encoder': from_encoder, 'linear': from_linear, 'bag': from_bag}
    np.savez(os.path.join(args.work, 'valid_scores.npz'), **alone)
    for name, scores in alone.items():
        print(name, {key: round(value, 4) for key, value in figures(valid.labels, scores).items()}, flush=True)
    print(f'encoder saw {seen} URLs; prior {settings["prior"]}, {settings["stack"]}, {settings["thresholds"]}')


if __name__ == '__main__':
    main()

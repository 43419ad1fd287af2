"""The model as it ships, read from its folder: what Node computes, in Python.

    shipped.py --model ml/url/model FILE …     prints the risk of every URL of the files, riskiest first
"""
import argparse
import json
import os

import numpy as np
import onnx
import torch

import grams
from bag import WIDTH, Bag
from encoder import Encoder, Shape, logits
from import_encoder import weights
from package import expanded
from rows import encode
from stack import KINDS, PARTS, score
from text import model_text
from tokens import Tokenizer


class Shipped:
    """`parts(texts)` → log odds of encoder, linear, bag (rows × 3); `logits(texts)` → of the whole; `risk(texts)` 0–1."""

    def __init__(self, folder: str):
        with open(os.path.join(folder, 'calibration.json'), encoding='utf8') as file:
            self.settings = json.load(file)
        with open(os.path.join(folder, 'config.json'), encoding='utf8') as file:
            config = json.load(file)
        self.encoder = Encoder(Shape(config['vocab_size'], config['hidden_size'], config['num_hidden_layers'],
                                     config['num_attention_heads'], config['intermediate_size'], config['max_position_embeddings']))
        self.encoder.load_state_dict(weights(onnx.load(os.path.join(folder, 'onnx', 'model_fp16.onnx'))))
        self.tokenizer = Tokenizer(os.path.join(folder, 'tokenizer.json'))
        linear, bag = self.settings['ngram']['linear'], self.settings['ngram']['bag']
        self.weights, self.bias = expanded(np.fromfile(os.path.join(folder, 'ngram.bin'), np.int8), linear['scale']), linear['bias']
        vectors = expanded(np.fromfile(os.path.join(folder, 'bag.bin'), np.int8).reshape(-1, WIDTH), bag['scale'])
        self.bag = Bag(vectors, *(np.array(bag[name]) for name in ('hidden', 'hidden_bias', 'out')), bag['bias'])
        self.stack = [(self.settings['stack'][kind]['bias'], np.array([self.settings['stack'][kind]['weights'][part] for part in PARTS]))
                      for kind in KINDS]

    def parts(self, texts: list[str]) -> np.ndarray:
        features = grams.features(texts)
        return np.stack([logits(self.encoder, encode(texts, self.tokenizer)), features @ self.weights + self.bias,
                         self.bag.logits(features)], axis=1)

    def logits(self, texts: list[str]) -> np.ndarray:
        return score(self.stack, texts, self.parts(texts))

    def risk(self, texts: list[str]) -> np.ndarray:
        prior = self.settings['prior']
        return 1 / (1 + np.exp(-(self.logits(texts) + np.log(prior / (1 - prior)))))


def read_links(path: str) -> list[str]:
    """Model texts of a file with a URL a line; empty lines and those that begin with # are left out."""
    with open(path, encoding='utf8') as file:
        lines = [line.strip() for line in file]
    return [model_text(canonical(line)) for line in lines if line and not line.startswith('#')]


def canonical(url: str) -> str:
    """Lower-case ASCII host; enough for the lists of the tests, which are canonical otherwise."""
    scheme, _, rest = url.partition('://')
    host, slash, path = rest.partition('/')
    return f"{scheme}://{(host if host.isascii() else host.encode('idna').decode()).lower()}{slash}{path}"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--model', required=True)
    ask.add_argument('files', nargs='+')
    args = ask.parse_args()
    torch.set_num_threads(1)
    model = Shipped(args.model)
    for path in args.files:
        texts = read_links(path)
        risk = model.risk(texts)
        at = model.settings['thresholds']
        print(f"{os.path.basename(path)}: {len(texts)} links, {(risk >= at['dangerous']).sum()} dangerous, "
              f"{(risk >= at['caution']).sum()} at least caution")
        for i in np.argsort(-risk)[:40]:
            if risk[i] >= at['caution']:
                print(f'{risk[i]:.3f} {texts[i]}')


if __name__ == '__main__':
    main()

"""Trains the encoder on tokenised rows; stopped, it goes on from its last checkpoint when called again.

    train_encoder.py --work WORK --rows train1 train2 made --chance 0.25 1 0.5 --out WORK/encoder.pt --urls 8000000 --lr 1e-3 0

A pass takes each row of a set with the set's chance, so that a small set counts as much as a large one. The learning rate falls in a straight line from the first to the second value over the run's URLs (or minutes).
"""
import argparse
import os
import random
import time

import numpy as np
import torch
from sklearn.metrics import roc_auc_score, roc_curve
from torch.nn import functional as F

from encoder import Encoder, Shape, logits, padded
from rows import Tokens

BATCH = 128
WARMUP_STEPS = 400
SORTED_BATCHES = 60
"""Rows are shuffled, then sorted by length within this many batches, so that little is padding."""
AVERAGE_EVERY, AVERAGE_DECAY = 20, 0.99


def load(work: str, names: list[str]) -> tuple[Tokens, np.ndarray, np.ndarray, np.ndarray]:
    """Tokens, labels, sources, and the number of the set of every row of the sets together."""
    ids, lengths, labels, sources, sets = [], [], [], [], []
    for number, name in enumerate(names):
        with np.load(os.path.join(work, f'{name}.npz')) as file:
            ids.append(file['ids'])
            lengths.append(np.diff(file['start']))
            labels.append(file['labels'].astype(np.int64))
            sources.append(file['sources'])
            sets.append(np.full(len(labels[-1]), number))
    start = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return Tokens(np.concatenate(ids), start), np.concatenate(labels), np.concatenate(sources), np.concatenate(sets)


def batches(lengths: np.ndarray, chance: np.ndarray, shuffle: np.random.Generator):
    """Endless batches of row numbers; each pass takes a row with its chance."""
    while True:
        order = shuffle.permutation(np.flatnonzero(shuffle.random(len(chance)) < chance))
        for at in range(0, len(order), BATCH * SORTED_BATCHES):
            chunk = order[at:at + BATCH * SORTED_BATCHES]
            chunk = chunk[np.argsort(lengths[chunk], kind='stable')]
            starts = np.arange(0, len(chunk), BATCH)
            for start in shuffle.permutation(starts):
                yield chunk[start:start + BATCH]


def tpr_at(labels: np.ndarray, scores: np.ndarray, fpr: float) -> float:
    false, true, _ = roc_curve(labels, scores)
    return float(true[np.searchsorted(false, fpr, side='right') - 1])


def report(encoder: Encoder, valid: dict[str, tuple[Tokens, np.ndarray]]) -> str:
    out = []
    for name, (tokens, labels) in valid.items():
        scores = logits(encoder, tokens)
        out.append(f'{name} AUC {roc_auc_score(labels, scores):.4f} TPR@1% {tpr_at(labels, scores, 0.01):.4f}'
                   f' @0.1% {tpr_at(labels, scores, 0.001):.4f}')
    return '; '.join(out)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--work', required=True)
    ask.add_argument('--rows', nargs='+', default=['train1', 'train2', 'made'])
    ask.add_argument('--chance', nargs='+', type=float, default=[0.25, 1, 0.5], help='of a row of each set in a pass')
    ask.add_argument('--without', nargs='*', default=[], help='sources to leave out')
    ask.add_argument('--valid', nargs='+', default=['valid1', 'valid2'])
    ask.add_argument('--out', required=True)
    ask.add_argument('--from-weights', help='checkpoint whose weights to begin with')
    ask.add_argument('--urls', type=int, help='URLs to see in this run')
    ask.add_argument('--minutes', type=float, help='or: minutes to train')
    ask.add_argument('--lr', type=float, nargs=2, default=(1e-3, 0.0))
    ask.add_argument('--dropout', type=float, default=0.1)
    ask.add_argument('--shape', type=int, nargs=4, default=(128, 4, 4, 512), metavar=('HIDDEN', 'LAYERS', 'HEADS', 'INNER'))
    ask.add_argument('--seed', type=int, default=3)
    ask.add_argument('--average', action='store_true', help='also keep a running average of the weights')
    args = ask.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    shuffle = np.random.default_rng(args.seed)

    tokens, labels, sources, sets = load(args.work, args.rows)
    valid = {name: load(args.work, [name])[:2] for name in args.valid}
    base = np.array([source.split('+')[0] for source in sources])
    chance = np.array(args.chance)[sets] * ~np.isin(base, args.without)
    hidden, layers, heads, inner = args.shape
    shape = Shape(hidden=hidden, layers=layers, heads=heads, inner=inner)
    encoder = Encoder(shape, args.dropout)
    seen_before = 0
    if args.from_weights:
        before = torch.load(args.from_weights, map_location='cpu')
        encoder.load_state_dict(before['sd'])
        seen_before = before.get('seen', 0)
        print('begins with', args.from_weights, seen_before, flush=True)
    decayed = [p for p in encoder.parameters() if p.ndim > 1]
    plain = [p for p in encoder.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.01}, {'params': plain, 'weight_decay': 0.0}],
                                  args.lr[0], betas=(0.9, 0.98))
    average = {name: value.clone() for name, value in encoder.state_dict().items()}

    def write(path: str, content: dict) -> None:
        torch.save(content, path + '.tmp')
        os.replace(path + '.tmp', path)

    def save(path: str, weights: dict) -> None:
        write(path, {'sd': weights, 'cfg': args.shape, 'seen': seen_before + seen})

    seen, step, loss_mean, state = 0, 0, 0.0, args.out + '.state'
    if args.urls and os.path.exists(state):
        halted = torch.load(state, map_location='cpu')
        encoder.load_state_dict(halted['encoder'])
        optimizer.load_state_dict(halted['optimizer'])
        average, seen, step = halted['average'], halted['seen'], halted['step']
        shuffle = np.random.default_rng(args.seed + step)
        print(f'goes on after {seen} URLs', flush=True)
    began, seen_then = time.time(), seen
    for batch in batches(tokens.lengths, chance, shuffle):
        done = (time.time() - began) / 60 / args.minutes if args.minutes else seen / args.urls
        if done >= 1:
            break
        rate = (args.lr[0] + (args.lr[1] - args.lr[0]) * done) * min(1, (step + 1) / WARMUP_STEPS)
        for group in optimizer.param_groups:
            group['lr'] = rate
        encoder.train()
        loss = F.cross_entropy(encoder(*padded(tokens, batch)), torch.from_numpy(labels[batch]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        seen += len(batch)
        step += 1
        loss_mean = loss.item() if loss_mean == 0 else 0.998 * loss_mean + 0.002 * loss.item()
        if args.average and step % AVERAGE_EVERY == 0:
            for name, value in encoder.state_dict().items():
                average[name].lerp_(value, 1 - AVERAGE_DECAY)
        if step % 250 == 0:
            speed = (seen - seen_then) / (time.time() - began)
            print(f'{time.time() - began:.0f}s seen {seen} loss {loss_mean:.4f} lr {rate:.2e} {speed:.0f}/s', flush=True)
        if step % 500 == 0:
            save(args.out, encoder.state_dict())
            if args.average:
                save(args.out + '.average', average)
            write(state, {'encoder': encoder.state_dict(), 'optimizer': optimizer.state_dict(), 'average': average,
                          'seen': seen, 'step': step})
        if step % 5000 == 0:
            print(report(encoder, valid), flush=True)
    save(args.out, encoder.state_dict())
    if args.average:
        save(args.out + '.average', average)
        encoder.load_state_dict(average)
    print('average' if args.average else 'last', report(encoder, valid), flush=True)


if __name__ == '__main__':
    main()

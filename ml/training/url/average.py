"""Averages encoders of one shape, weight by weight. They must come from one ancestor, or the mean is of nothing.

    average.py --out CHECKPOINT CHECKPOINT CHECKPOINT …
"""
import argparse

import torch


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--out', required=True)
    ask.add_argument('encoders', nargs='+')
    args = ask.parse_args()
    parts = [torch.load(path, map_location='cpu') for path in args.encoders]
    mean = {name: sum(part['sd'][name].float() for part in parts) / len(parts) for name in parts[0]['sd']}
    torch.save({**parts[0], 'sd': mean, 'seen': max(part['seen'] for part in parts)}, args.out)


if __name__ == '__main__':
    main()

"""Sums the parts: a logistic regression over their log odds for each kind of address, and the thresholds on it.

Fitted on `valid` of both packs; malicious and benign rows count alike, the first pack twice: with equal shares its rows
lost a point, and the second pack's gained next to nothing. Figures are cross-fitted: the domains are
in two halves, and each half is scored by the stack fitted on the other. What ships is fitted on all of it.
"""
import zlib
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression


KINDS = ('bare', 'path')
PARTS = ('encoder', 'linear', 'bag')
DANGEROUS_FPR, CAUTION_FPR = 0.006, 0.02
"""False alarms at the thresholds, the benign rows of the packs weighed as when fitting."""
FIRST_PACK = 2.0
JUST_ABOVE = 1e-3
"""The threshold itself is a benign row's score, which is not to be reached."""


@dataclass
class Valid:
    """Rows to fit on: texts, labels, the number of the pack each is from, and parts (rows × 3, in the order of PARTS)."""
    texts: list[str]
    labels: np.ndarray
    packs: np.ndarray
    parts: np.ndarray

    def where(self, mask: np.ndarray) -> 'Valid':
        return Valid([text for text, keep in zip(self.texts, mask) if keep], self.labels[mask], self.packs[mask], self.parts[mask])


def kinds(texts: list[str]) -> np.ndarray:
    """The number in KINDS of each text: a host alone, or an address with a path."""
    return np.array([int('/' in text) for text in texts])


def halves(texts: list[str]) -> np.ndarray:
    """0 or 1 for each text, the same for all of a domain."""
    domains = ['.'.join(text.split('/')[0].split('.')[-2:]) for text in texts]
    return np.array([zlib.crc32(('half' + domain).encode()) & 1 for domain in domains])


def shares(valid: Valid) -> np.ndarray:
    """A weight for each row, so that both labels of a pack weigh the same, and the first pack FIRST_PACK times the second."""
    pairs = 2 * valid.packs + valid.labels
    counts = np.bincount(pairs)
    return np.where(valid.packs == 0, FIRST_PACK, 1) * len(pairs) / (counts[pairs] * (counts > 0).sum())


def fit(valid: Valid) -> list[tuple[float, np.ndarray]]:
    """Bias and weights of the parts, for each kind."""
    kind, weight = kinds(valid.texts), shares(valid)
    out = []
    for number in range(len(KINDS)):
        rows = kind == number
        model = LogisticRegression(C=1e4, max_iter=1000).fit(valid.parts[rows], valid.labels[rows], weight[rows])
        out.append((float(model.intercept_[0]), model.coef_[0]))
    return out


def score(stack: list[tuple[float, np.ndarray]], texts: list[str], parts: np.ndarray) -> np.ndarray:
    """Log odds of every row."""
    kind = kinds(texts)
    bias, weights = np.array([bias for bias, _ in stack]), np.stack([weights for _, weights in stack])
    return bias[kind] + (weights[kind] * parts).sum(axis=1)


def cross_fitted(valid: Valid) -> np.ndarray:
    """Log odds of every row from the stack that saw only the other half."""
    half = halves(valid.texts)
    out = np.zeros(len(valid.labels))
    for side in (0, 1):
        asked = valid.where(half == side)
        out[half == side] = score(fit(valid.where(half != side)), asked.texts, asked.parts)
    return out


def limit(valid: Valid, scores: np.ndarray, fpr: float) -> float:
    """The score above which `fpr` of the benign rows lie, weighed by `shares`."""
    benign = valid.labels == 0
    order = np.argsort(-scores[benign])
    weight = shares(valid)[benign][order]
    place = int(np.searchsorted(np.cumsum(weight) / weight.sum(), fpr))
    return float(scores[benign][order][place])


def logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def calibration(valid: Valid, version: str) -> dict:
    """calibration.json: the prior is the one at which the `dangerous` threshold is a risk of exactly 0.5."""
    stack = fit(valid)
    scores = score(stack, valid.texts, valid.parts)
    dangerous, caution = (limit(valid, scores, rate) + JUST_ABOVE for rate in (DANGEROUS_FPR, CAUTION_FPR))
    return {'model_version': version,
            'stack': {kind: {'bias': round(bias, 5),
                             'weights': {name: round(float(weight), 5) for name, weight in zip(PARTS, weights)}}
                      for kind, (bias, weights) in zip(KINDS, stack)},
            'prior': round(logistic(-dangerous), 6),
            'thresholds': {'dangerous': 0.5, 'caution': round(logistic(caution - dangerous), 5)}}

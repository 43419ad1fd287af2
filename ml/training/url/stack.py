"""Sums the parts: a logistic regression over their log odds, fitted on `valid`, and the thresholds on it.

Figures are cross-fitted: the domains of `valid` are in two halves, and each half is scored by the stack fitted on the
other. What ships is fitted on all of it.
"""
import zlib

import numpy as np
from sklearn.linear_model import LogisticRegression

from measure import threshold

DANGEROUS_FPR, CAUTION_FPR = 0.005, 0.02
JUST_ABOVE = 1e-3
"""The threshold itself is a benign row's score, which is not to be reached."""


def halves(texts: list[str]) -> np.ndarray:
    """0 or 1 for each text, the same for all of a domain."""
    domains = ['.'.join(text.split('/')[0].split('.')[-2:]) for text in texts]
    return np.array([zlib.crc32(('half' + domain).encode()) & 1 for domain in domains])


def fit(parts: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=1e4, max_iter=1000).fit(parts, labels)


def cross_fitted(parts: np.ndarray, labels: np.ndarray, texts: list[str]) -> np.ndarray:
    """Log odds of every row from the stack that saw only the other half."""
    half = halves(texts)
    out = np.zeros(len(labels))
    for side in (0, 1):
        out[half == side] = fit(parts[half != side], labels[half != side]).decision_function(parts[half == side])
    return out


def logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def calibration(parts: np.ndarray, names: list[str], labels: np.ndarray, version: str) -> dict:
    """calibration.json: the prior is the one at which the `dangerous` threshold is a risk of exactly 0.5."""
    model = fit(parts, labels)
    scores = model.decision_function(parts)
    dangerous, caution = (threshold(labels, scores, rate) + JUST_ABOVE for rate in (DANGEROUS_FPR, CAUTION_FPR))
    return {'model_version': version,
            'stack': {'bias': round(float(model.intercept_[0]), 5),
                      'weights': {name: round(float(weight), 5) for name, weight in zip(names, model.coef_[0])}},
            'prior': round(logistic(-dangerous), 6),
            'thresholds': {'dangerous': 0.5, 'caution': round(logistic(caution - dangerous), 5)}}

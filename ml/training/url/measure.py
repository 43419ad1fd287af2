"""The figures of the card: ranking, rates at fixed false-alarm rates, calibration."""
import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

RATES = (0.02, 0.01, 0.005, 0.001)


def threshold(labels: np.ndarray, scores: np.ndarray, fpr: float) -> float:
    """The lowest score above which at most `fpr` of the benign rows lie."""
    benign = np.sort(scores[labels == 0])[::-1]
    return float(benign[int(fpr * len(benign))])


def tpr(labels: np.ndarray, scores: np.ndarray, fpr: float) -> float:
    return float((scores[labels == 1] > threshold(labels, scores, fpr)).mean())


def ece(labels: np.ndarray, probability: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over bins of equal width."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    return float(sum((place == b).mean() * abs(probability[place == b].mean() - labels[place == b].mean())
                     for b in range(bins) if (place == b).any()))


def figures(labels: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """scores are log odds."""
    out = {'auc': roc_auc_score(labels, scores), 'f1': f1_score(labels, scores > 0),
           'ece': ece(labels, 1 / (1 + np.exp(-scores)))}
    return out | {f'tpr@{100 * rate:g}%': tpr(labels, scores, rate) for rate in RATES}


def line(labels: np.ndarray, scores: np.ndarray) -> str:
    return ' '.join(f'{name} {value:.4f}' for name, value in figures(labels, scores).items())

"""Logistic regression over hashed features: AdaGrad, one row at a time, a rate for every weight."""
import numba
import numpy as np
from scipy.sparse import csr_matrix

RATE, FIRST_SQUARE, L2, PASSES = 0.8, 0.1, 1e-6, 2


@numba.njit(fastmath=True)
def one_pass(indptr, indices, values, labels, weight, order, table, bias, rate):
    """table[i] = (weight, sum of squared gradients); rows of weight 0 are left out. Returns the mean loss."""
    loss, rows = 0.0, 0
    for row in order:
        if weight[row] == 0:
            continue
        begin, end = indptr[row], indptr[row + 1]
        z = bias[0]
        for k in range(begin, end):
            z += table[indices[k], 0] * values[k]
        p = 1 / (1 + np.exp(-z))
        gradient = p - labels[row]
        loss -= np.log(max(1e-9, p if labels[row] == 1 else 1 - p))
        rows += 1
        if abs(gradient) < 1e-4:
            continue
        gradient *= weight[row]
        bias[1] += gradient * gradient
        bias[0] -= rate * gradient / np.sqrt(bias[1])
        for k in range(begin, end):
            i = indices[k]
            step = gradient * values[k] + L2 * table[i, 0]
            table[i, 1] += step * step
            table[i, 0] -= rate * step / np.sqrt(table[i, 1])
    return loss / max(rows, 1)


def fit(rows: csr_matrix, labels: np.ndarray, weight: np.ndarray | None = None, passes: int = PASSES,
        seed: int = 1) -> tuple[np.ndarray, float]:
    """Weights (one per column) and bias. The rate falls in a straight line over the passes."""
    table = np.zeros((rows.shape[1], 2), np.float32)
    table[:, 1] = FIRST_SQUARE
    bias = np.array([0, 1], np.float32)
    shuffle = np.random.default_rng(seed)
    each = np.ones(len(labels), np.float32) if weight is None else weight.astype(np.float32)
    for number in range(passes):
        order = shuffle.permutation(len(labels))
        rate = RATE * (1 - 0.8 * number / passes)
        loss = one_pass(rows.indptr, rows.indices, rows.data, labels.astype(np.float32), each, order, table, bias, rate)
        print(f'pass {number + 1} of {passes}: loss {loss:.4f}', flush=True)
    return table[:, 0].copy(), float(bias[0])

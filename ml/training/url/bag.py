"""A bag of small vectors: the features' vectors are summed, and one hidden layer reads the sum.

Hashed features as in grams.py, eight neighbouring table rows sharing a vector of eight numbers. It sees which features
come together, which the linear model cannot. AdaGrad, one row at a time; a vector has one rate.
"""
from dataclasses import dataclass

import numba
import numpy as np
from scipy.sparse import csr_matrix

from grams import BITS

WIDTH, HIDDEN, SHARED_BITS = 8, 32, 3
RATE, HIDDEN_RATE, PASSES = 0.4, 0.05, 2
"""One pass is better alone, but two add more to the sum with the other parts."""


@dataclass
class Bag:
    """vectors: 2^19 × 8; hidden: 32 × 8; log odds = out · ReLU(hidden · sum + hidden_bias) + bias."""
    vectors: np.ndarray
    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    bias: float

    def logits(self, rows: csr_matrix) -> np.ndarray:
        sums = np.zeros((rows.shape[0], WIDTH), np.float32)
        for at in range(0, rows.shape[0], 1000):
            part = rows[at:at + 1000]
            owner = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
            weighted = self.vectors[part.indices >> SHARED_BITS] * part.data[:, None]
            np.add.at(sums[at:at + 1000], owner, weighted)
        return np.maximum(sums @ self.hidden.T + self.hidden_bias, 0) @ self.out + self.bias


@numba.njit(fastmath=True)
def one_pass(indptr, indices, values, labels, weight, order, table, hidden, hidden_bias, out, bias, squares, rate, hidden_rate):
    """table[j] = vector and its sum of squares; `squares` those of hidden, hidden_bias, out.
    Returns the mean loss."""
    loss = 0.0
    of_hidden, of_bias, of_out = squares
    total, units, back = np.zeros(WIDTH, np.float32), np.zeros(HIDDEN, np.float32), np.zeros(WIDTH, np.float32)
    for row in order:
        if weight[row] == 0:
            continue
        begin, end = indptr[row], indptr[row + 1]
        total[:] = 0
        for k in range(begin, end):
            j = indices[k] >> SHARED_BITS
            for d in range(WIDTH):
                total[d] += table[j, d] * values[k]
        z = bias[0]
        for u in range(HIDDEN):
            unit = hidden_bias[u]
            for d in range(WIDTH):
                unit += hidden[u, d] * total[d]
            units[u] = unit
            if unit > 0:
                z += out[u] * unit
        p = 1 / (1 + np.exp(-z))
        gradient = p - labels[row]
        loss -= np.log(max(1e-9, p if labels[row] == 1 else 1 - p))
        if abs(gradient) < 1e-3:
            continue
        gradient *= weight[row]
        bias[1] += gradient * gradient
        bias[0] -= hidden_rate * gradient / np.sqrt(bias[1])
        back[:] = 0
        for u in range(HIDDEN):
            if units[u] <= 0:
                continue
            for_out, for_unit = gradient * units[u], gradient * out[u]
            for d in range(WIDTH):
                back[d] += for_unit * hidden[u, d]
                step = for_unit * total[d]
                of_hidden[u, d] += step * step
                hidden[u, d] -= hidden_rate * step / np.sqrt(of_hidden[u, d])
            of_out[u] += for_out * for_out
            out[u] -= hidden_rate * for_out / np.sqrt(of_out[u])
            of_bias[u] += for_unit * for_unit
            hidden_bias[u] -= hidden_rate * for_unit / np.sqrt(of_bias[u])
        size = 0.0
        for d in range(WIDTH):
            size += back[d] * back[d] / WIDTH
        for k in range(begin, end):
            j = indices[k] >> SHARED_BITS
            table[j, WIDTH] += size * values[k] * values[k]
            step = rate * values[k] / np.sqrt(table[j, WIDTH])
            for d in range(WIDTH):
                table[j, d] -= step * back[d]
    return loss / len(order)


def fit(rows: csr_matrix, labels: np.ndarray, weight: np.ndarray | None = None, seed: int = 1) -> Bag:
    draw = np.random.default_rng(seed)
    count = 1 << (BITS - SHARED_BITS)
    table = np.zeros((count, 16), np.float32)
    table[:, :WIDTH] = draw.normal(0, 0.1, (count, WIDTH))
    table[:, WIDTH] = 0.03
    hidden = draw.normal(0, (2 / WIDTH) ** 0.5, (HIDDEN, WIDTH)).astype(np.float32)
    hidden_bias, bias = np.zeros(HIDDEN, np.float32), np.array([0, 1], np.float32)
    out = draw.normal(0, HIDDEN ** -0.5, HIDDEN).astype(np.float32)
    squares = (np.ones_like(hidden), np.ones_like(hidden_bias), np.ones_like(out))
    each = np.ones(len(labels), np.float32) if weight is None else weight.astype(np.float32)
    for number in range(PASSES):
        fall = 1 - 0.8 * number / PASSES
        loss = one_pass(rows.indptr, rows.indices, rows.data, labels.astype(np.float32), each, draw.permutation(len(labels)), table,
                        hidden, hidden_bias, out, bias, squares, RATE * fall, HIDDEN_RATE * fall)
        print(f'pass {number + 1} of {PASSES}: loss {loss:.4f}', flush=True)
    return Bag(table[:, :WIDTH].copy(), hidden, hidden_bias, out, float(bias[0]))

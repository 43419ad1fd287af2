"""BERT for two labels, written out so that its weights carry over to transformers.js' `BertForSequenceClassification`."""
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from rows import Tokens


@dataclass(frozen=True)
class Shape:
    vocab: int = 6000
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    inner: int = 512
    positions: int = 96


class Layer(nn.Module):
    """Self-attention and feed-forward, each with a residual and a layer norm after it."""

    def __init__(self, shape: Shape, dropout: float):
        super().__init__()
        hidden = shape.hidden
        self.heads = shape.heads
        self.q, self.k, self.v, self.o = (nn.Linear(hidden, hidden) for _ in range(4))
        self.ln1 = nn.LayerNorm(hidden, 1e-12)
        self.i, self.f = nn.Linear(hidden, shape.inner), nn.Linear(shape.inner, hidden)
        self.ln2 = nn.LayerNorm(hidden, 1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, hidden = x.shape
        width = hidden // self.heads

        def by_head(y: torch.Tensor) -> torch.Tensor:
            return y.view(batch, length, self.heads, width).transpose(1, 2)

        weights = (by_head(self.q(x)) @ by_head(self.k(x)).transpose(-1, -2)) / math.sqrt(width) + mask
        mixed = self.dropout(weights.softmax(-1)) @ by_head(self.v(x))
        x = self.ln1(x + self.dropout(self.o(mixed.transpose(1, 2).reshape(batch, length, hidden))))
        return self.ln2(x + self.dropout(self.f(F.gelu(self.i(x)))))


class Encoder(nn.Module):
    """ids, mask, types (batch × length, int64) → logits (batch × 2): benign, malicious."""

    def __init__(self, shape: Shape, dropout: float = 0.1):
        super().__init__()
        self.we = nn.Embedding(shape.vocab, shape.hidden, padding_idx=0)
        self.pe = nn.Embedding(shape.positions, shape.hidden)
        self.te = nn.Embedding(2, shape.hidden)
        self.ln = nn.LayerNorm(shape.hidden, 1e-12)
        self.dp = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.pool, self.cls = nn.Linear(shape.hidden, shape.hidden), nn.Linear(shape.hidden, 2)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, 0, 0.04)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        positions = torch.arange(input_ids.shape[1])
        x = self.dp(self.ln(self.we(input_ids) + self.pe(positions) + self.te(token_type_ids)))
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, mask)
        return self.cls(self.dp(torch.tanh(self.pool(x[:, 0]))))


def padded(tokens: Tokens, batch: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The encoder's three inputs for the rows in `batch`, padded to its longest."""
    longest = int(tokens.lengths[batch].max())
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, i in enumerate(batch):
        text = tokens[i]
        ids[row, :len(text)] = text
        mask[row, :len(text)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.zeros(ids.shape, dtype=torch.long)


@torch.no_grad()
def logits(encoder: Encoder, tokens: Tokens, batch_size: int = 256) -> np.ndarray:
    """Malicious minus benign logit of every text, in order."""
    encoder.eval()
    order = np.argsort(tokens.lengths, kind='stable')
    out = np.zeros(len(order))
    for at in range(0, len(order), batch_size):
        batch = order[at:at + batch_size]
        answer = encoder(*padded(tokens, batch))
        out[batch] = (answer[:, 1] - answer[:, 0]).numpy()
    return out

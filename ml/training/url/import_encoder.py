"""Reads the encoder that ships back into a checkpoint, so that training can go on from it.

    import_encoder.py --model ml/url/model --out WORK/encoder_before.pt

Its weights are 16-bit floats; training does not notice.
"""
import argparse
import json
import os

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from encoder import Encoder, Shape


def weights(model: onnx.ModelProto) -> dict[str, torch.Tensor]:
    """The state dictionary of `Encoder`: named tensors as they are, matrices of `MatMul` by the layer that uses them."""
    arrays = {item.name.removesuffix('_16'): numpy_helper.to_array(item).astype(np.float32) for item in model.graph.initializer}
    out = {name: array for name, array in arrays.items() if not name.startswith('onnx::')}
    for node in model.graph.node:
        if node.op_type == 'MatMul' and node.input[1] in arrays:
            layer = node.name.strip('/').removesuffix('/MatMul').replace('/', '.')
            out[f'{layer}.weight'] = arrays[node.input[1]].T.copy()
    return {name: torch.from_numpy(np.array(array)) for name, array in out.items()}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--model', required=True)
    ask.add_argument('--out', required=True)
    args = ask.parse_args()
    with open(os.path.join(args.model, 'config.json'), encoding='utf8') as file:
        config = json.load(file)
    shape = Shape(config['vocab_size'], config['hidden_size'], config['num_hidden_layers'], config['num_attention_heads'],
                  config['intermediate_size'], config['max_position_embeddings'])
    encoder = Encoder(shape)
    encoder.load_state_dict(weights(onnx.load(os.path.join(args.model, 'onnx', 'model_fp16.onnx'))))
    torch.save({'sd': encoder.state_dict(), 'cfg': (shape.hidden, shape.layers, shape.heads, shape.inner), 'seen': 0}, args.out)


if __name__ == '__main__':
    main()

"""Writes the encoder as ONNX for transformers.js, with nothing but torch and onnx; its weights are 16-bit floats.

They are cast to 32 bits when the session is made, so logits move by thousandths. int8 with quantised activations was
a quarter faster, but moved logits by up to 0.25.
"""
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from encoder import Encoder, Shape

INPUTS = ('input_ids', 'attention_mask', 'token_type_ids')
OPSET = 14
SMALLEST = 1024
"""Tensors with fewer numbers stay as they are."""


def load(checkpoint: str) -> tuple[Encoder, Shape, int]:
    """The trained encoder in eval mode, its shape, and how many URLs it has seen."""
    saved = torch.load(checkpoint, map_location='cpu')
    hidden, layers, heads, inner = saved['cfg']
    shape = Shape(hidden=hidden, layers=layers, heads=heads, inner=inner)
    encoder = Encoder(shape)
    encoder.load_state_dict(saved['sd'])
    return encoder.eval(), shape, saved.get('seen', 0)


def to_onnx(encoder: Encoder, shape: Shape, path: str) -> onnx.ModelProto:
    """The float model: ids, mask, types (batch × length) → logits (batch × 2)."""
    ids = torch.randint(5, shape.vocab, (2, 12))
    axes = {name: {0: 'batch_size', 1: 'sequence_length'} for name in INPUTS} | {'logits': {0: 'batch_size'}}
    torch.onnx.export(encoder, (ids, torch.ones_like(ids), torch.zeros_like(ids)), path, input_names=list(INPUTS),
                      output_names=['logits'], opset_version=OPSET, do_constant_folding=True, dynamic_axes=axes)
    return onnx.load(path)


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model with its large weights stored in 16 bits, each cast back before its use."""
    kept, casts = [], []
    for item in model.graph.initializer:
        array = numpy_helper.to_array(item)
        if array.dtype != np.float32 or array.size < SMALLEST:
            kept.append(item)
            continue
        stored = f'{item.name}_16'
        kept.append(numpy_helper.from_array(array.astype(np.float16), stored))
        casts.append(helper.make_node('Cast', [stored], [item.name], to=TensorProto.FLOAT))
    graph = helper.make_graph(casts + list(model.graph.node), 'urlbert', list(model.graph.input),
                              list(model.graph.output), kept)
    out = helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)], producer_name='urlbert')
    out.ir_version = 7
    onnx.checker.check_model(out)
    return out


def config(shape: Shape) -> dict:
    """What transformers.js wants to know of a BERT with two labels."""
    return {'architectures': ['BertForSequenceClassification'], 'model_type': 'bert', 'vocab_size': shape.vocab,
            'hidden_size': shape.hidden, 'num_hidden_layers': shape.layers, 'num_attention_heads': shape.heads,
            'intermediate_size': shape.inner, 'hidden_act': 'gelu', 'max_position_embeddings': shape.positions,
            'type_vocab_size': 2, 'layer_norm_eps': 1e-12, 'pad_token_id': 0, 'position_embedding_type': 'absolute',
            'id2label': {'0': 'benign', '1': 'malicious'}, 'label2id': {'benign': 0, 'malicious': 1},
            'problem_type': 'single_label_classification'}


def write(checkpoint: str, out: str, scratch: str) -> None:
    """OUT/config.json and OUT/onnx/model_fp16.onnx; the 32-bit model goes to SCRATCH."""
    encoder, shape, _ = load(checkpoint)
    os.makedirs(os.path.join(out, 'onnx'), exist_ok=True)
    model = to_onnx(encoder, shape, os.path.join(scratch, 'model.onnx'))
    onnx.save(halved(model), os.path.join(out, 'onnx', 'model_fp16.onnx'))
    with open(os.path.join(out, 'config.json'), 'w', encoding='utf8') as file:
        json.dump(config(shape), file, indent=1)
        file.write('\n')

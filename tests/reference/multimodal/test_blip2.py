import numpy as np
import torch
from transformers import Blip2QFormerConfig, Blip2QFormerModel
from transformers.models.blip_2.modeling_blip_2 import Blip2QFormerMultiHeadAttention

from lab.multimodal.blip2 import parameter_count, query_transformer


def parameters(vision_width: int) -> int:
    with torch.device("meta"):
        model = Blip2QFormerModel(Blip2QFormerConfig(encoder_hidden_size=vision_width))
    return sum(p.numel() for p in model.parameters()) + 32 * 768  # the queries live outside


def test_blip2(record):
    torch.manual_seed(0)
    config = Blip2QFormerConfig(hidden_size=6, num_attention_heads=2, encoder_hidden_size=4)
    config._attn_implementation = "eager"
    module = Blip2QFormerMultiHeadAttention(config, is_cross_attention=True).eval()
    queries, image = torch.randn(5, 6), torch.randn(2, 7, 4)
    layers = (module.query, module.key, module.value)
    with torch.no_grad():
        for layer in layers:
            layer.bias.zero_()
        out = module(queries.expand(2, 5, 6), encoder_hidden_states=image)[0].numpy()
    w_q, w_k, w_v = (layer.weight.detach().numpy().T for layer in layers)
    ours = query_transformer(queries.numpy(), image.numpy(), w_q, w_k, w_v, heads=2)
    np.testing.assert_allclose(ours, out, atol=1e-5)

    counts = [parameters(1408), parameters(1024)]
    assert counts == [parameter_count(1408), parameter_count(1024)]
    values = {
        "queries": queries.numpy(),
        "image": image.numpy(),
        "w_q": w_q,
        "w_k": w_k,
        "w_v": w_v,
        "out": out,
        "parameters": counts,
    }
    record("multimodal/blip2", values, "transformers", "torch")

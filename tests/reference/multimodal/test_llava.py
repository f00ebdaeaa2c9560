from types import SimpleNamespace

import numpy as np
import torch
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig
from transformers.image_processing_utils import select_best_resolution
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector
from transformers.models.llava_next.processing_llava_next import LlavaNextProcessor

from lab.multimodal.llava import anyres_tokens, mlp_projector, select_resolution

GRIDS = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]
SIZES = [
    *((336, 336), (672, 672), (480, 640), (640, 480), (1080, 1920), (1920, 1080), (100, 37)),
    *((37, 100), (2000, 600), (600, 2000), (337, 335), (224, 224), (3000, 3000), (768, 1024)),
]


def transformers_tokens(height: int, width: int) -> int:
    # The method needs four numbers of the processor and none of its tokenizer.
    processor = SimpleNamespace(
        image_processor=SimpleNamespace(image_grid_pinpoints=[list(grid) for grid in GRIDS]),
        patch_size=14,
        num_additional_image_tokens=0,
        _get_unpadded_features=lambda *args: LlavaNextProcessor._get_unpadded_features(None, *args),
    )
    return LlavaNextProcessor._get_number_of_features(processor, height, width, 336, 336)


def test_llava(record):
    torch.manual_seed(0)
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(hidden_size=4, num_attention_heads=2),
        text_config=LlamaConfig(hidden_size=6, num_attention_heads=2),
    )
    module = LlavaMultiModalProjector(config).double().eval()
    z = torch.randn(2, 3, 4, dtype=torch.float64)
    with torch.no_grad():
        out = module(z).numpy()
    one, two = module.linear_1, module.linear_2
    w_1, w_2 = (layer.weight.detach().numpy().T for layer in (one, two))
    b_1, b_2 = (layer.bias.detach().numpy() for layer in (one, two))
    np.testing.assert_allclose(mlp_projector(z.numpy(), w_1, b_1, w_2, b_2), out, atol=1e-12)

    canvases = [select_best_resolution(size, GRIDS) for size in SIZES]
    tokens = [transformers_tokens(*size) for size in SIZES]
    assert canvases == [select_resolution(*size, GRIDS) for size in SIZES]
    assert tokens == [anyres_tokens(*size, GRIDS) for size in SIZES]
    values = {
        "z": z.numpy(),
        "w_1": w_1,
        "b_1": b_1,
        "w_2": w_2,
        "b_2": b_2,
        "out": out,
        "sizes": SIZES,
        "canvases": canvases,
        "tokens": tokens,
    }
    record("multimodal/llava", values, "transformers", "torch")

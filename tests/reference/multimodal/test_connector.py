import torch
from transformers import (
    Blip2QFormerConfig,
    Blip2QFormerModel,
    CLIPVisionConfig,
    InternVLConfig,
    LlamaConfig,
    LlavaConfig,
)
from transformers.models.internvl.modeling_internvl import (
    InternVLModel,
    InternVLMultiModalProjector,
)
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

from lab.multimodal.connector import comparison, pixel_shuffle


def count(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def test_connector(record):
    with torch.device("meta"):
        qformer = Blip2QFormerModel(Blip2QFormerConfig(encoder_hidden_size=1408))
        mlp = LlavaMultiModalProjector(
            LlavaConfig(
                vision_config=CLIPVisionConfig(hidden_size=1024, num_attention_heads=16),
                text_config=LlamaConfig(hidden_size=4096),
            )
        )
        internvl = InternVLMultiModalProjector(
            InternVLConfig(
                vision_config={"hidden_size": 1024, "num_attention_heads": 16},
                text_config=LlamaConfig(hidden_size=4096),
            )
        )
        to_opt = torch.nn.Linear(768, 2560)
    counts = [count(qformer) + 32 * 768 + count(to_opt), count(mlp), count(internvl)]
    rows = {row.model: row for row in comparison()}
    assert counts == [rows[m].parameters for m in ("BLIP-2", "LLaVA-1.5", "InternVL")]

    grid = torch.arange(48.0).reshape(1, 4, 4, 3)
    shuffled = InternVLModel.pixel_shuffle(None, grid, 0.5).reshape(4, 12).numpy()
    ours = pixel_shuffle(grid.reshape(1, 16, 3).numpy(), 4, 4, 2)[0]
    assert {tuple(sorted(t)) for t in ours} == {tuple(sorted(t)) for t in shuffled}
    values = {"grid": grid.numpy(), "shuffled": shuffled, "parameters": counts}
    record("multimodal/connector", values, "transformers", "torch")

import numpy as np
import torch
from transformers import ViTConfig, ViTModel
from transformers.models.vit.modeling_vit import ViTEmbeddings

from lab.multimodal.vit import parameter_count, patch_embedding

SIZES = {"base": (16, 12, 768, 3072), "large": (16, 24, 1024, 4096), "huge": (14, 32, 1280, 5120)}


def test_vit(record):
    torch.manual_seed(0)
    config = ViTConfig(
        hidden_size=6, num_attention_heads=2, image_size=4, patch_size=2, hidden_dropout_prob=0
    )
    module = ViTEmbeddings(config).eval()
    projection = module.patch_embeddings.projection
    torch.nn.init.zeros_(projection.bias)  # the paper's equation has none
    images = torch.randn(2, 3, 4, 4)
    with torch.no_grad():
        embedded = module(images).numpy()
    kernel = projection.weight.detach().numpy()
    x_class = module.cls_token.detach().numpy()[0, 0]
    e_pos = module.position_embeddings.detach().numpy()[0]
    ours = patch_embedding(images.numpy(), 2, kernel.reshape(6, -1).T, x_class, e_pos)
    np.testing.assert_allclose(ours, embedded, atol=1e-5)

    counts = []
    for patch, layers, width, mlp in SIZES.values():
        with torch.device("meta"):
            model = ViTModel(
                ViTConfig(
                    patch_size=patch,
                    num_hidden_layers=layers,
                    hidden_size=width,
                    intermediate_size=mlp,
                    num_attention_heads=16 if width > 768 else 12,
                ),
                add_pooling_layer=False,
            )
        counts.append(sum(p.numel() for p in model.parameters()))
        assert counts[-1] == parameter_count(224, patch, layers, width, mlp)
    values = {
        "images": images.numpy(),
        "kernel": kernel,
        "x_class": x_class,
        "e_pos": e_pos,
        "embedded": embedded,
        "parameters": counts,
    }
    record("multimodal/vit", values, "transformers", "torch")

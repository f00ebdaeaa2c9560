import pytest
import torch
from transformers import SiglipConfig, SiglipModel

from lab.multimodal.siglip import sigmoid_loss


def test_siglip(record):
    torch.manual_seed(0)
    small = {
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    config = SiglipConfig(
        text_config={**small, "vocab_size": 20, "projection_size": 8},
        vision_config={**small, "image_size": 4, "patch_size": 2},
    )
    model = SiglipModel(config).eval()
    with torch.no_grad():
        model.logit_scale.fill_(torch.log(torch.tensor(10.0)))
        model.logit_bias.fill_(-10.0)
        out = model(
            input_ids=torch.randint(0, 20, (4, 6)),
            pixel_values=torch.randn(4, 3, 4, 4),
            return_loss=True,
        )
    image, text, loss = out.image_embeds.numpy(), out.text_embeds.numpy(), out.loss.item()
    assert sigmoid_loss(image, text, 10, -10) == pytest.approx(loss, rel=1e-5)
    record(
        "multimodal/siglip", {"image": image, "text": text, "loss": loss}, "transformers", "torch"
    )

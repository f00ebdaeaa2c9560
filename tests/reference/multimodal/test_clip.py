import pytest
import torch
from transformers.models.clip.modeling_clip import image_text_contrastive_loss

from lab.multimodal.clip import contrastive_loss


def test_clip(record):
    torch.manual_seed(0)
    image, text = torch.randn(2, 5, 4, dtype=torch.float64)
    i, t = (torch.nn.functional.normalize(x, dim=-1) for x in (image, text))
    loss = image_text_contrastive_loss(t @ i.T / 0.07).item()
    assert contrastive_loss(image.numpy(), text.numpy(), 0.07) == pytest.approx(loss)
    record(
        "multimodal/clip",
        {"image": image.numpy(), "text": text.numpy(), "loss": loss},
        "transformers",
        "torch",
    )

"""CLIP: contrastive pre-training on pairs (Radford et al. 2021, arXiv:2103.00020).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.multimodal.clip import contrastive_loss, zero_shot
>>> image = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
>>> text = np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6]])
>>> round(contrastive_loss(image, text, temperature=0.07), 3)
0.054
>>> round(contrastive_loss(image, text[::-1], temperature=0.07), 3)  # the wrong way round
2.72
>>> round(contrastive_loss(image, text, temperature=1e6), 4)  # no signal: ln 3
1.0986
>>> zero_shot([[0.6, 0.4]], text[:2], temperature=0.07).round(3)  # texts of two classes
array([[0.981, 0.019]])

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, positive


def unit_rows(name: str, x: ArrayLike) -> Array:
    """Rows scaled to length 1; ``ValueError`` for a row of zeros, which has no direction."""
    rows = array(name, x, ("batch", "dim"))
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if (largest == 0).any():
        raise ValueError(f"{name}, of shape {rows.shape}, has a row of zeros")
    rows = rows / largest  # so that squares neither overflow nor vanish
    result: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


def _log_softmax(logits: Array, axis: int) -> Array:
    shifted = logits - logits.max(axis=axis, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return result


def _logits(image: ArrayLike, text: ArrayLike, temperature: float) -> Array:
    i, t = unit_rows("image", image), unit_rows("text", text)
    if i.shape[1] != t.shape[1]:
        raise ValueError(f"text has shape {t.shape}, expected (batch, {i.shape[1]}) as image has")
    logits: Array = i @ t.T / positive("temperature", temperature)
    return logits


def _pair_logits(image: ArrayLike, text: ArrayLike, temperature: float) -> Array:
    logits = _logits(image, text, temperature)
    if logits.shape[0] != logits.shape[1]:
        raise ValueError(
            f"image and text must make pairs, got {logits.shape[0]} and {logits.shape[1]} rows"
        )
    return logits


# --8<-- [start:contrastive_loss]
def contrastive_loss(image: ArrayLike, text: ArrayLike, temperature: float) -> float:
    r"""Cross-entropy of finding each image's text and each text's image in the batch.

    With $\ell_{ij}=\langle I_i,T_j\rangle/\tau$ on unit vectors, the loss is
    $-\frac1{2B}\sum_i\big[\log\mathrm{softmax}_j(\ell_{ij})+\log\mathrm{softmax}_j(\ell_{ji})\big]_{j=i}$.

    Source: Radford et al. 2021 (arXiv:2103.00020), figure 3 and section 2.3.

    Args:
        image: image embeddings, shape (batch, dim); row i belongs to row i of ``text``.
        text: text embeddings, shape (batch, dim).
        temperature: $\tau$, learned in log space, 0.07 at the start, kept at 0.01 or more
            (section 2.5).

    Returns:
        The mean loss; $\ln B$ when the embeddings carry no information.

    Raises:
        ValueError: if the shapes differ, a row is zero or the temperature is not positive.
    """
    logits = _pair_logits(image, text, temperature)
    of_text = np.diagonal(_log_softmax(logits, axis=1))
    of_image = np.diagonal(_log_softmax(logits, axis=0))
    return float(-(of_text.mean() + of_image.mean()) / 2)


# --8<-- [end:contrastive_loss]


# --8<-- [start:logit_gradient]
def logit_gradient(image: ArrayLike, text: ArrayLike, temperature: float) -> Array:
    r"""The gradient of the loss with respect to the logits, $(P^{row}+P^{col}-2I)/2B$.

    Matching pairs are pulled by what they lack to probability 1, others pushed by the
    probability they took: the hardest negatives most, the more so the lower the temperature.

    Source: differentiation of ``contrastive_loss``.

    Args:
        image, text, temperature: as for ``contrastive_loss``.

    Returns:
        Shape (batch, batch), image by text; all entries sum to 0.

    Raises:
        ValueError: as ``contrastive_loss`` does.
    """
    logits = _pair_logits(image, text, temperature)
    batch = len(logits)
    p_row, p_col = np.exp(_log_softmax(logits, axis=1)), np.exp(_log_softmax(logits, axis=0))
    gradient: Array = (p_row + p_col - 2 * np.eye(batch)) / (2 * batch)
    return gradient


# --8<-- [end:logit_gradient]


# --8<-- [start:zero_shot]
def zero_shot(image: ArrayLike, class_text: ArrayLike, temperature: float) -> Array:
    r"""Class probabilities: a softmax over the similarity to a text for each class.

    Source: Radford et al. 2021 (arXiv:2103.00020), section 3.1.2.

    Args:
        image: image embeddings, shape (batch, dim).
        class_text: embeddings of, say, "a photo of a cat", shape (classes, dim).
        temperature: $\tau$ as trained.

    Returns:
        Probabilities, shape (batch, classes).

    Raises:
        ValueError: if the dimensions differ, a row is zero or the temperature is not positive.
    """
    probabilities: Array = np.exp(_log_softmax(_logits(image, class_text, temperature), axis=1))
    return probabilities


# --8<-- [end:zero_shot]

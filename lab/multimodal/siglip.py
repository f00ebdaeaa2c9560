"""SigLIP: a sigmoid instead of CLIP's softmax (Zhai et al. 2023, arXiv:2303.15343).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.multimodal.siglip import sigmoid_loss
>>> x = np.eye(4)  # four pairs, each text at right angles to the other images
>>> round(sigmoid_loss(x, x, t=10.0, b=-10.0), 4)  # at the start: positives at 1/2
0.6933
>>> round(sigmoid_loss(x, x, t=10.0, b=0.0), 4)  # without the bias the 12 negatives dominate
2.0795
>>> round(sigmoid_loss(x, x, t=100.0, b=-50.0), 4)  # trained
0.0

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import between, positive
from lab.multimodal.clip import unit_rows


# --8<-- [start:sigmoid_loss]
def sigmoid_loss(image: ArrayLike, text: ArrayLike, t: float, b: float) -> float:
    r"""Each pair a yes-or-no question: $-\frac1B\sum_{ij}\log\sigma(z_{ij}(t\,x_i\cdot y_j+b))$.

    $z_{ii}=1$ and, for $i\ne j$, $z_{ij}=-1$. No sum runs over the batch inside the logarithm,
    so devices need not exchange a full similarity matrix.

    Source: Zhai et al. 2023 (arXiv:2303.15343), section 3.2 and algorithm 1.

    Args:
        image: image embeddings $x$, shape (batch, dim); row i belongs to row i of ``text``.
        text: text embeddings $y$, shape (batch, dim).
        t: inverse temperature, learned in log space, 10 at the start. It multiplies, where
            CLIP's $\tau$ divides.
        b: learned bias, -10 at the start, against the many negatives.

    Returns:
        The sum over all pairs divided by the batch size.

    Raises:
        ValueError: if the shapes differ, a row is zero, ``t`` is not positive or ``b`` not finite.
    """
    x, y = unit_rows("image", image), unit_rows("text", text)
    if x.shape != y.shape:
        raise ValueError(f"text has shape {y.shape}, expected {x.shape} as image has")
    logits = positive("t", t) * x @ y.T + between("b", b, -1e6, 1e6)
    z = 2 * np.eye(len(x)) - 1
    return float(np.logaddexp(0, -z * logits).sum() / len(x))


# --8<-- [end:sigmoid_loss]

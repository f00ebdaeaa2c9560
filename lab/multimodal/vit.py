"""Vision Transformer, ViT: an image as a sequence (Dosovitskiy et al. 2020, arXiv:2010.11929).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.multimodal.vit import parameter_count, patch_embedding, patchify, token_count
>>> image = np.arange(16.0).reshape(1, 1, 4, 4)  # batch, channels, height, width
>>> patchify(image, patch=2)[0]
array([[ 0.,  1.,  4.,  5.],
       [ 2.,  3.,  6.,  7.],
       [ 8.,  9., 12., 13.],
       [10., 11., 14., 15.]])
>>> z = patch_embedding(image, 2, e=np.ones((4, 3)), x_class=np.zeros(3), e_pos=np.zeros((5, 3)))
>>> z.shape, z[0, :, 0]  # a class token, then one token a patch
((1, 5, 3), array([ 0., 10., 18., 42., 50.]))
>>> [token_count(side, side, 14) for side in (224, 336, 448)]  # half as large again: 2.25 times
[256, 576, 1024]
>>> base = parameter_count(224, 16, layers=12, width=768, mlp=3072)
>>> round(base / 1e6, 1)  # ViT-B/16; the paper prints 86M
85.8

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer


# --8<-- [start:token_count]
def token_count(height: int, width: int, patch: int) -> int:
    r"""The number of patches $N = HW/P^2$, the class token not counted.

    Source: Dosovitskiy et al. 2020 (arXiv:2010.11929), section 3.1.

    Args:
        height, width: image size in pixels, multiples of ``patch``.
        patch: side $P$ of a patch in pixels.

    Returns:
        $N$.

    Raises:
        ValueError: if the patches do not tile the image.
    """
    integer("patch", patch, 1)
    for name, side in (("height", height), ("width", width)):
        if integer(name, side, 1) % patch:
            raise ValueError(f"{name} must be a multiple of patch = {patch}, got {side}")
    return (height // patch) * (width // patch)


# --8<-- [end:token_count]


# --8<-- [start:patchify]
def patchify(images: ArrayLike, patch: int) -> Array:
    r"""Cut images into patches, row by row, each flattened to one vector.

    A vector runs over channel, row, column, as a convolution's kernel does, so the linear map
    that follows *is* a convolution with kernel and stride $P$.

    Source: Dosovitskiy et al. 2020 (arXiv:2010.11929), section 3.1.

    Args:
        images: shape (batch, channels, height, width).
        patch: side $P$ of a patch in pixels.

    Returns:
        Shape (batch, $N$, channels $\cdot P^2$).

    Raises:
        ValueError: if the shape is another or the patches do not tile the image.
    """
    x = array("images", images, ("batch", "channels", "height", "width"))
    batch, channels, height, width = x.shape
    n = token_count(height, width, patch)
    x = x.reshape(batch, channels, height // patch, patch, width // patch, patch)
    patches: Array = x.transpose(0, 2, 4, 1, 3, 5).reshape(batch, n, channels * patch**2)
    return patches


# --8<-- [end:patchify]


# --8<-- [start:patch_embedding]
def patch_embedding(
    images: ArrayLike, patch: int, e: ArrayLike, x_class: ArrayLike, e_pos: ArrayLike
) -> Array:
    r"""The encoder's input $z_0=[x_{class};\,x_p^1E;\dots;x_p^NE]+E_{pos}$.

    Source: Dosovitskiy et al. 2020 (arXiv:2010.11929), eq. 1.

    Args:
        images: shape (batch, channels, height, width).
        patch: side $P$ of a patch in pixels.
        e: projection $E$, shape (channels $\cdot P^2$, $D$).
        x_class: learned class token, shape ($D$,).
        e_pos: learned position embeddings, shape ($N+1$, $D$): tied to one resolution.

    Returns:
        Shape (batch, $N+1$, $D$).

    Raises:
        ValueError: if a shape does not fit the others.
    """
    patches = patchify(images, patch)
    batch, n, size = patches.shape
    e = array("e", e, (size, "D"))
    x_class = array("x_class", x_class, (e.shape[1],))
    e_pos = array("e_pos", e_pos, (n + 1, e.shape[1]))
    first = np.broadcast_to(x_class, (batch, 1, e.shape[1]))
    return np.concatenate([first, patches @ e], axis=1) + e_pos


# --8<-- [end:patch_embedding]


# --8<-- [start:parameter_count]
def parameter_count(
    image_size: int, patch: int, layers: int, width: int, mlp: int, channels: int = 3
) -> int:
    r"""Parameters of a ViT encoder, biases and layer norms counted, without a head.

    Embedding $(CP^2+1)D + D + (N+1)D$; a layer $4(D^2+D)$ for attention, $2DM+M+D$ for the
    MLP and $4D$ for two layer norms; a last layer norm $2D$.

    Source: Dosovitskiy et al. 2020 (arXiv:2010.11929), eq. 1-4; sizes in table 1.

    Args:
        image_size: side of the square image in pixels.
        patch: side $P$ of a patch in pixels.
        layers: number of transformer layers.
        width: $D$.
        mlp: hidden size $M$ of the MLP.
        channels: $C$ of the image.

    Returns:
        The number of parameters.

    Raises:
        ValueError: if a size is not a positive integer or the patches do not tile the image.
    """
    n = token_count(image_size, image_size, patch)
    for name, size in (("layers", layers), ("width", width), ("mlp", mlp), ("channels", channels)):
        integer(name, size, 1)
    embedding = (channels * patch**2 + 1) * width + width + (n + 1) * width
    layer = 4 * (width**2 + width) + (2 * width * mlp + mlp + width) + 4 * width
    return embedding + layers * layer + 2 * width


# --8<-- [end:parameter_count]

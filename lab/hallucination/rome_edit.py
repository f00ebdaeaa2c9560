"""ROME: rewrite one fact of a linear memory (Meng et al. 2022, arXiv:2202.05262).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.hallucination.rome_edit import key_covariance, memit_edit, rome_edit
>>> rng = np.random.default_rng(0)
>>> keys = rng.normal(size=(500, 32)) * np.linspace(0.2, 3, 32)  # what the layer sees
>>> w = rng.normal(size=(16, 32))  # value = w @ key
>>> c = key_covariance(keys)
>>> k_star, v_star = keys[0], rng.normal(size=16)  # a new value for the first key
>>> edited = rome_edit(w, c, k_star, v_star)
>>> np.allclose(edited @ k_star, v_star), int(np.linalg.matrix_rank(edited - w))
(True, 1)
>>> def damage(new):  # mean squared change of the other 499 values
...     return round(float((((new - w) @ keys[1:].T) ** 2).sum(axis=0).mean()), 1)
>>> naive = rome_edit(w, np.eye(32), k_star, v_star)  # blind to which keys occur
>>> damage(edited), damage(naive)
(49.1, 85.7)
>>> soft = memit_edit(w, c, [k_star], [v_star], weight=10.0)  # a compromise
>>> round(float(np.linalg.norm(soft @ k_star - v_star) / np.linalg.norm(w @ k_star - v_star)), 2)
0.32

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, positive


# --8<-- [start:key_covariance]
def key_covariance(keys: ArrayLike) -> Array:
    r"""$C=\mathbb E[kk^\top]$, not centred, over keys that the layer sees on ordinary text.

    Source: Meng et al. 2022 (arXiv:2202.05262), section 3.1.

    Args:
        keys: shape (n, d_k); at least d_k independent ones for an invertible $C$.

    Returns:
        Shape (d_k, d_k).

    Raises:
        ValueError: if ``keys`` is not a matrix.
    """
    k = array("keys", keys, ("n", "d_k"))
    c: Array = k.T @ k / len(k)
    return c


# --8<-- [end:key_covariance]


def _check(w: ArrayLike, c: ArrayLike) -> tuple[Array, Array]:
    w = array("w", w, ("d_v", "d_k"))
    c = array("c", c, (w.shape[1], w.shape[1]))
    try:
        np.linalg.cholesky(c)
        definite = np.allclose(c, c.T)
    except np.linalg.LinAlgError:
        definite = False
    if not definite:
        raise ValueError(f"c, of shape {c.shape}, must be symmetric and positive definite")
    return w, c


# --8<-- [start:rome_edit]
def rome_edit(w: ArrayLike, c: ArrayLike, k_star: ArrayLike, v_star: ArrayLike) -> Array:
    r"""The least damaging $\hat W$ with $\hat Wk_*=v_*$: $W+\Lambda(C^{-1}k_*)^\top$.

    $\Lambda=(v_*-Wk_*)/\big((C^{-1}k_*)^\top k_*\big)$. It minimises
    $\mathrm{tr}\,(\hat W-W)C(\hat W-W)^\top$, the expected squared change of other values, by
    steering the update away from directions that keys often have.

    Source: Meng et al. 2022 (arXiv:2202.05262), section 3.1, eq. 2.

    Args:
        w: the layer's weights $W$, shape (d_v, d_k).
        c: covariance of keys $C$, symmetric positive definite, shape (d_k, d_k).
        k_star: key of the subject $k_*$, shape (d_k,), not zero.
        v_star: value that makes the model say the new fact, shape (d_v,).

    Returns:
        $\hat W$, shape (d_v, d_k); $\hat W-W$ has rank 1.

    Raises:
        ValueError: if a shape does not fit, ``c`` is not positive definite or ``k_star`` is zero.
    """
    w, c = _check(w, c)
    k, v = array("k_star", k_star, (w.shape[1],)), array("v_star", v_star, (w.shape[0],))
    if not k.any():
        raise ValueError(f"k_star, of shape {k.shape}, is zero: it cannot be given a value")
    u = np.linalg.solve(c, k)
    edited: Array = w + np.outer((v - w @ k) / (u @ k), u)
    return edited


# --8<-- [end:rome_edit]


# --8<-- [start:memit_edit]
def memit_edit(
    w: ArrayLike, c: ArrayLike, keys: ArrayLike, values: ArrayLike, weight: float
) -> Array:
    r"""Many facts at once, as a compromise: $W+RK^\top(\lambda C+KK^\top)^{-1}$, $R=V-WK$.

    It minimises $\lambda\,\mathrm{tr}(\Delta C\Delta^\top)+\|(W+\Delta)K-V\|^2$. With one fact
    and $\lambda\to0$ it is ROME's edit. MEMIT spreads $R$ over several layers; one is shown.

    Source: Meng et al. 2022 (arXiv:2210.07229), section 4.2.

    Args:
        w: $W$, shape (d_v, d_k).
        c: covariance of keys $C$, symmetric positive definite, shape (d_k, d_k).
        keys: one a row, the columns of $K$, shape (facts, d_k).
        values: one a row, the columns of $V$, shape (facts, d_v).
        weight: $\lambda > 0$, how much the old facts count.

    Returns:
        The new weights, shape (d_v, d_k).

    Raises:
        ValueError: if a shape does not fit, ``c`` is not positive definite or ``weight`` is not
            positive.
    """
    w, c = _check(w, c)
    k = array("keys", keys, ("facts", w.shape[1])).T
    r = array("values", values, (k.shape[1], w.shape[0])).T - w @ k
    edited: Array = w + np.linalg.solve(positive("weight", weight) * c + k @ k.T, k @ r.T).T
    return edited


# --8<-- [end:memit_edit]

"""One script a figure, ``figures/rlhf/dpo.py`` for ``![…](figure:rlhf/dpo "…")`` on a page.

A script has one function, ``draw(t)``, which returns a Matplotlib figure made with
``figures.style.figure`` from what lab computes; ``t("中文", "English")`` picks a label's language.
Look at one with ``make figure NAME=rlhf/dpo``.
"""

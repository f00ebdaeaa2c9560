"""Reference implementations of the methods on the site, one short NumPy file each.

A module mirrors its page: ``lab/rlhf/dpo.py`` is the code of ``docs/rlhf/dpo.zh.md`` and
``docs/rlhf/dpo.en.md``. They are written to be read beside the formulas, not to be fast.
"""

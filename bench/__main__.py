from __future__ import annotations

import sys
from pathlib import Path

from bench import build, lab, site

ROOT = Path(__file__).parent.parent

if __name__ == "__main__":
    if not (ROOT / "site" / "sitemap.xml").exists():
        sys.exit("There is no built site. Run `make bench`, which builds it first.")
    site.main(ROOT / "site")
    build.main(ROOT)
    lab.main()

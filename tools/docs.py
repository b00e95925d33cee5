"""Checks the pages: every relative link in README, CONTRIBUTING and docs/ leads to a file of the checkout."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)[^)]*\)")


def broken_links(page: Path) -> list[str]:
    """The relative links of one page that lead nowhere."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = (unquote(target.split("#")[0]) for target in LINK.findall(text) if "://" not in target)
    return [target for target in targets if target and not (page.parent / target).exists()]


def main() -> int:
    pages = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [f"{page.relative_to(ROOT)}: {target} does not exist" for page in pages for target in broken_links(page)]
    print("\n".join(broken) or f"{len(pages)} pages, every link leads somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

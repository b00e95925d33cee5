"""The director's words as files that Shotwright reads: assets, prompts, and who is in which shot.

    python examples/ballroom/papers.py FOLDER

writes `assets.json` (for `shotwright assets FILM add --from`) and `prompts.json` (for `prompt FILM import --from`).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ballroom import script

__all__ = ["assets", "casts", "prompts", "sheets", "style", "write"]


def assets() -> dict[str, object]:
    """Every asset with its variants, as schema shotwright.assetlist.1."""
    return {"schema": "shotwright.assetlist.1", "assets": [_asset(each) for each in script.ASSETS]}


def _asset(asset: script.Asset) -> dict[str, object]:
    lights = [
        {"kind": "light", "name": each.name, "description": each.description, "white_balance": each.kelvin}
        for each in asset.variants
    ]
    return {
        "tag": asset.tag.removeprefix("@"),
        "kind": asset.kind,
        "name": asset.name,
        "description": asset.description,
        "must_not": asset.must_not,
        "identity": list(asset.identity),
        "objects": list(asset.objects),
        "collections": list(asset.collections),
        "variants": lights,
    }


def prompts() -> dict[str, object]:
    """The sections of every shot, as schema shotwright.prompts.1. The camera is left to be read from the scene."""
    rows = [
        {
            "number": shot.number,
            "subject": shot.subject,
            "location": shot.location,
            "action": shot.action,
            "style": shot.style,
            "constraints": shot.constraints,
            "repeat_identity": shot.repeat_identity,
        }
        for shot in script.SHOTS
    ]
    return {"schema": "shotwright.prompts.1", "shots": rows}


def style() -> list[str]:
    """The film's style as arguments of `shotwright style … set`."""
    found = script.STYLE
    palette = ", ".join(f"{share} {name} {colour}" for share, name, colour in found.palette)
    return [
        *("--prefix", found.prefix),
        *("--palette", palette),
        *("--white-balance", str(found.white_balance)),
        *("--lens", found.lens),
        *("--shutter", f"{found.shutter:g}"),
    ]


def casts() -> list[tuple[str, str, list[str]]]:
    """Tag, variant and the numbers of the shots that show an asset in that variant."""
    found: dict[tuple[str, str], list[str]] = {}
    for shot in script.SHOTS:
        for tag, variant in shot.variants.items():
            found.setdefault((tag.removeprefix("@"), variant), []).append(shot.number)
    return [(tag, variant, numbers) for (tag, variant), numbers in found.items()]


def sheets() -> list[str]:
    """Tags of the assets that have a sheet of their own: who acts, and the props."""
    return [each.tag.removeprefix("@") for each in script.ASSETS if each.kind in ("character", "prop")]


def write(folder: Path) -> tuple[Path, Path]:
    """Write both files into a folder; their paths."""
    paths = folder / "assets.json", folder / "prompts.json"
    for path, document in zip(paths, (assets(), prompts()), strict=True):
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1]))

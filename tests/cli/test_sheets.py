"""The action sheet of the verb assets: what is written, saved and printed, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from support import cli

SIZE = ("--size", 640)


@pytest.fixture
def boxed(shotwright, film) -> Path:
    path = film("film")
    add = ("add", "--tag", "monkey", "--kind", "prop", "--object", "Suzanne", "--name", "The monkey")
    shotwright("assets", path, *add, "--save", code=0)
    return path


def opened(path: Path) -> tuple[str, tuple[int, int]]:
    with Image.open(path) as image:
        return image.mode, image.size


def pictures(shotwright, path: Path) -> list[str]:
    (asset,) = shotwright("assets", path, "--json", code=0).document["assets"]
    return [name.rpartition("/")[2] for name in asset["pictures"]]


def test_sheets_are_written_and_saved(shotwright, boxed):
    """Without --save they are in the project; with it among the pictures; the second time nothing changes."""
    before = cli.sha256(boxed)
    ran = shotwright("assets", boxed, "sheet", "--tag", "@Monkey", *SIZE, "--json", code=0)
    (row,) = ran.document["sheets"]
    assert (ran.document["schema"], ran.document["tag"], ran.document["saved"]) == (
        "shotwright.sheets.1",
        "monkey",
        None,
    )
    assert (row["kind"], row["width"], row["height"], row["done"]) == ("prop", 640, 360, None)
    sheet = Path(row["path"])
    assert sheet.parent == boxed.parent / "shotwright" / "assets" / "monkey"
    assert sheet.name == f"monkey-prop-sheet-{cli.sha256(sheet)[:12]}.png"
    assert opened(sheet) == ("RGB", (640, 360))
    assert cli.sha256(boxed) == before and pictures(shotwright, boxed) == []

    ran = shotwright("assets", boxed, "sheet", "--tag", "monkey", *SIZE, "--save", "--json", code=0)
    assert ran.document["saved"] == str(boxed) and ran.document["sheets"][0]["path"] == str(sheet)
    assert pictures(shotwright, boxed) == [sheet.name]
    before = cli.sha256(boxed)
    ran = shotwright("assets", boxed, "sheet", "--tag", "monkey", *SIZE, "--save", code=0)
    assert "They were among its pictures already." in ran.out and cli.sha256(boxed) == before

    how = ("--kind", "turnaround", "--colours", "neutral", "--ground", "transparent", "--front=-x", "--pose", "3")
    ran = shotwright("assets", boxed, "sheet", "--tag", "monkey", *SIZE, *how, "--save", "--json", code=0)
    assert ran.document["sheets"][0]["kind"] == "turnaround"
    assert opened(Path(ran.document["sheets"][0]["path"]))[0] == "RGBA"
    assert len(pictures(shotwright, boxed)) == 2
    (asset,) = shotwright("assets", boxed, "--json", code=0).document["assets"]
    assert asset["problems"] == []
    assert cli.half_written(boxed.parent) == []


def test_what_can_not_be_drawn_is_one_sentence(shotwright, boxed):
    before = cli.sha256(boxed)
    for arguments, sentence in (
        (("sheet",), "Name the asset with --tag"),
        (("sheet", "--tag", "nobody"), "No asset has the tag @nobody"),
        (("sheet", "--tag", "monkey", "--kind", "prop", "--pose", "walking"), "--pose is rest, current"),
        (("sheet", "--tag", "monkey", "--kind", "character"), "character is no kind of sheet"),
        (("sheet", "--tag", "monkey", "--size", "64"), "--size is 640 to 8192"),
        (("sheet", "--tag", "monkey", "--name", "x"), "assets sheet does not take --name"),
        (("sheet", "--tag", "monkey", "--variant", "a", "--variant", "b"), "One --variant at a time can be drawn."),
        (("add", "--tag", "x", "--kind", "turnaround"), "turnaround is no kind of asset"),
        (("change", "--tag", "monkey", "--pose", "rest"), "assets change does not take --pose"),
        (("list", "--kind", "prop"), "assets list does not take --kind"),
    ):
        ran = shotwright("assets", boxed, *arguments, "--save", code=2)
        assert sentence in ran.err and "Traceback" not in ran.err, arguments
    assert cli.sha256(boxed) == before
    assert not (boxed.parent / "shotwright" / "assets").exists()

"""`page`: what it shows of a film, where it is written, and what it does about files that are gone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from support import cli, cli_jobs

MOVIES = ("clay", "depth", "pose", "edges", "board")


class _Outline(HTMLParser):
    """What a page has: titles of shots and clips, sentences about problems, keys of files."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: dict[str, list[str]] = {}
        self.media: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "script" and given.get("type") == "text/plain":
            self.media.append(given["id"])
        if tag not in ("meta", "link", "img", "input", "path"):
            self._open.append(given.get("class") or tag)
            self.text.setdefault(self._open[-1], []).append("")

    def handle_endtag(self, tag):
        if tag not in ("meta", "link", "img", "input", "path"):
            self._open.pop()

    def handle_data(self, data):
        for name in set(self._open):
            self.text[name][-1] += data


def outline(path: Path) -> _Outline:
    return _Outline(path.read_text(encoding="utf-8"))


def shots_of(path: Path) -> list:
    text = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="shots">(.*?)</script>', text)[1])


def test_page_shows_every_reference_and_take(shotwright, finished):
    before = cli.contents(finished.parent)
    document = shotwright("page", finished, "--json", code=0).document
    assert list(document) == ["schema", "page", "bytes", "shots", "references", "takes", "preview", "notes"]
    assert (document["schema"], document["shots"], document["takes"]) == ("shotwright.page.1", 3, 3)
    assert (document["preview"], document["notes"]) == (None, [])
    path = Path(document["page"])
    assert path == finished.parent / "shotwright" / "exports" / "film-page-v001.html"
    assert document["bytes"] == path.stat().st_size
    after = cli.contents(finished.parent)
    assert {name for name in after if after[name] != before.get(name)} == {"shotwright/exports/film-page-v001.html"}

    project = finished.parent / "shotwright"
    listed = shotwright("shots", finished, "--json", code=0).document["shots"]
    takes = cli_jobs.takes(project)
    count = 0
    for shot, row in zip(shots_of(path), listed, strict=True):
        assert (shot["id"], shot["start"], shot["end"]) == (row["id"], row["start"], row["end"])
        (folder,) = project.glob(f"shots/{shot['id'][:8]}-*/refs/*")
        names = {each.stem for each in folder.iterdir() if each.suffix in (".mp4", ".png")}
        references = [clip for clip in shot["clips"] if clip["column"] != "takes"]
        assert {clip["column"] for clip in references} == names
        count += len(references)
        record = json.loads((folder / "package.json").read_text())
        for clip in references:
            assert (clip["first"], clip["frames"]) == (record["first"], record["kept"])
            assert clip["still"] == (clip["column"] in ("first", "last"))
        (take,) = (clip for clip in shot["clips"] if clip["column"] == "takes")
        (kept,) = takes[shot["id"]]
        assert (take["first"], take["frames"], take["title"]) == (kept["first"], kept["frames"], "t001 animatic")
    assert count == document["references"]
    seen = outline(path)
    assert seen.text["h2"] == [f"{row['number']} {row['name']}" for row in listed]
    assert len(set(seen.media)) == len(seen.media)


def test_the_same_film_gives_the_same_page(shotwright, finished):
    made = [Path(shotwright("page", finished, "--json", code=0).document["page"]) for _ in range(2)]
    assert [path.name for path in made] == ["film-page-v001.html", "film-page-v002.html"]
    assert made[0].read_bytes() == made[1].read_bytes()
    assert cli.half_written(finished.parent) == []


def test_some_shots_to_a_file_of_ones_own(shotwright, finished, tmp_path):
    path = tmp_path / "new" / "äöü page.html"
    text = shotwright("page", finished, "--shot", "SH020", "--page", path, code=0).out
    assert text.startswith(f"{path}: 1 shots, ")
    assert [shot["title"].split()[0] for shot in shots_of(path)] == ["SH020"]
    assert "1 shot of 3" in outline(path).text["film"][0]
    assert not list((finished.parent / "shotwright").glob("exports/*.html"))


def test_circled_and_in_the_edit_are_said(shotwright, finished, tmp_path):
    shotwright("takes", "circle", finished, "--shot", "SH010", "--take", "t001", "--save", code=0)
    path = tmp_path / "page.html"
    shotwright("page", finished, "--page", path, code=0)
    names = outline(path).text["name"]
    assert [("circled" in name, "in the edit" in name) for name in names if name.startswith("t001")] == [
        (True, True),
        (False, True),
        (False, True),
    ]


def test_what_is_gone_or_damaged_is_said_in_its_place(shotwright, finished, tmp_path):
    project = finished.parent / "shotwright"
    clay, depth = (sorted(project.glob(f"shots/*/refs/*/{name}.mp4"))[0] for name in ("clay", "depth"))
    take = next(iter(sorted(project.glob("shots/*/takes/*/cut-*.mp4"))))
    clay.unlink()
    depth.write_bytes(depth.read_bytes()[:-10] + b"0123456789")
    take.write_bytes(b"")
    path = tmp_path / "page.html"
    ran = shotwright("page", finished, "--page", path, "--json", code=0)
    said = outline(path).text["problem"]
    assert sorted(said) == sorted(
        [
            "clay.mp4 is gone or damaged: render the references again.",
            "depth.mp4 is gone or damaged: render the references again.",
            "The file of t001 is gone or damaged: run generate, and it is cut again from its job's clip.",
        ]
    )
    assert len(ran.document["notes"]) == 3
    assert all(f"note: {note}" in ran.err for note in ran.document["notes"])


def test_damaged_records_leave_the_rest(shotwright, finished, tmp_path):
    project = finished.parent / "shotwright"
    package = sorted(project.glob("shots/*/refs/*/package.json"))[0]
    record = sorted(project.glob("shots/*/takes/*/take.json"))[-1]
    package.write_text("{")
    record.write_text('{"schema": "shotwright.take.9"}')
    path = tmp_path / "page.html"
    document = shotwright("page", finished, "--page", path, "--json", code=0).document
    assert (document["shots"], document["takes"]) == (3, 2)
    said = outline(path).text["problem"]
    assert len(said) == 2
    assert any("package.json is damaged" in each for each in said) and any("take.json" in each for each in said)


def test_a_changed_range_is_said(shotwright, finished, change, tmp_path):
    change(finished, "shot = scene.shotwright.shots[0]\nshot.frame_end += 1")
    path = tmp_path / "page.html"
    shotwright("page", finished, "--page", path, code=0)
    assert any("render them again" in each for each in outline(path).text["problem"])
    assert "another range" in next(name for name in outline(path).text["name"] if name.startswith("t001"))


def test_above_the_limit_there_are_previews(shotwright, finished, tmp_path):
    path = tmp_path / "page.html"
    document = shotwright("page", finished, "--page", path, "--limit", "0.01", "--json", code=0).document
    assert document["preview"] in (540, 360, 270, 180)
    assert "previews" in " ".join(document["notes"]) and "previews" in outline(path).text["notice"][0]
    again = tmp_path / "again.html"
    shotwright("page", finished, "--page", again, "--limit", "0.01", code=0)
    assert again.read_bytes() == path.read_bytes()


def test_before_anything_was_rendered(shotwright, film):
    path = film("film")
    before = cli.contents(path.parent)
    assert "run generate or passes first" in shotwright("page", path, "--json", code=2).message
    assert cli.contents(path.parent) == before


def test_refusals(shotwright, finished, tmp_path):
    before = cli.contents(finished.parent)
    for wrong in ("page.png", "page"):
        assert ".html" in shotwright("page", finished, "--page", tmp_path / wrong, "--json", code=2).message
    for wrong in ("-1", "nan", "many"):
        assert "limit" in shotwright("page", finished, "--limit", wrong, "--json", code=2).message
    (tmp_path / "file").write_text("")
    message = shotwright("page", finished, "--page", tmp_path / "file" / "a.html", "--json", code=1).message
    assert "part of that path is a file" in message
    assert {name: value for name, value in cli.contents(finished.parent).items() if name in before} == before
    kept = Path(shotwright("page", finished, "--json", code=0).document["page"])
    bytes_ = kept.read_bytes()
    assert "made before" in shotwright("page", finished, "--page", kept, "--json", code=3).message
    assert kept.read_bytes() == bytes_


def test_a_full_disk_leaves_nothing(shotwright, finished, small_disk):
    place = small_disk(kib=64)
    message = shotwright("page", finished, "--page", place / "page.html", "--json", code=1).message
    assert "disk is full" in message
    assert list(place.iterdir()) == []

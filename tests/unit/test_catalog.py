"""The catalogue: our entries are complete and honest, a user's files are read beside them, broken ones are named."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from shotwright.backends import catalog, registry
from shotwright.core import terms
from shotwright.core.errors import BadInput
from shotwright.core.framerate import FrameRate
from shotwright.core.model import ModelProfile
from support.models import entry

OURS = Path(catalog.__file__).with_name("catalog")
NAMES = ["animatic", "wan2.1-vace-1.3b", "wan2.1-vace-14b"]


def models() -> list[ModelProfile]:
    return list(catalog.load().models.values())


# -- ours -------------------------------------------------------------------------------------------


def test_ours_are_read_without_complaint() -> None:
    found = catalog.load()
    assert list(found.models) == NAMES
    assert found.complaints == ()
    assert sorted(path.stem for path in OURS.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_ours_name_a_source_for_every_fact(name: str) -> None:
    profile = catalog.load().get(name)
    assert {path for path in profile.unsure if profile.fact(path) is None} == set()
    for fact in profile.provenance.values():
        assert datetime.date(2026, 1, 1) <= fact.date
        assert len(fact.source) > 5
    assert profile.licence


def test_the_embedded_backend_takes_any_shot() -> None:
    profile = catalog.load().get("animatic")
    assert profile.backend in registry.names()
    assert profile.unsure == ()
    for rate in ("1", "23.976", "24", "1000"):
        assert profile.rate(FrameRate.parse(rate)) == FrameRate.parse(rate)
    assert [profile.length.at_least(n) for n in (1, 2, terms.MAX_FRAMES)] == [1, 2, terms.MAX_FRAMES]
    assert all(profile.size.allows(*size) for size in ((2, 2), (1998, 1080), (16_384, 16_384)))
    assert not profile.size.allows(1999, 1080)
    assert profile.references["clay"].min == 1


@pytest.mark.parametrize("name", NAMES[1:])
def test_wan_vace(name: str) -> None:
    profile = catalog.load().get(name)
    assert [str(rate) for rate in profile.frame_rates or ()] == ["16"]
    assert [n for n in range(1, 100) if profile.length.allows(n)] == list(range(5, 82, 4))
    assert profile.size.grid == 16
    assert profile.references["depth"].encoding == "disparity"
    assert profile.passes == ("depth",)
    assert profile.limits[0].max == 1
    assert "references.depth.encoding" in profile.unsure
    assert profile.upstream in ("Wan-AI/Wan2.1-VACE-1.3B-diffusers", "Wan-AI/Wan2.1-VACE-14B-diffusers")


def test_the_two_wans_differ_in_size() -> None:
    small, large = (catalog.load().get(name).size for name in NAMES[1:])
    assert small.allows(832, 480) and not small.allows(1280, 720)
    assert large.allows(832, 480) and large.allows(1280, 720) and not large.allows(1920, 1088)
    assert str(small.conform(1920, 1080)) == "832×480"
    assert str(large.conform(1920, 1080)) == "1280×720"


def test_default_passes_can_be_rendered() -> None:
    for profile in models():
        assert set(profile.passes) <= set(terms.values(terms.PASSES))


def test_facts_are_one_line_each() -> None:
    for path in OURS.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text.endswith("}\n")
        assert text.count('"status"') == sum('"status"' in line for line in text.splitlines())


# -- a user's ---------------------------------------------------------------------------------------


def test_a_users_model_stands_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(entry(), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no profile", encoding="utf-8")
    found = catalog.load(tmp_path)
    assert list(found.models) == sorted([*NAMES, "mine"])
    assert found.complaints == ()
    assert found.get("mine").unsure == ("frame_rates", "length", "size", "references")


def test_a_users_model_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "better.JSON").write_text(entry(name="animatic", title="Better"), encoding="utf-8")
    assert catalog.load(tmp_path).get("animatic").title == "Better"
    assert catalog.load().get("animatic").title == "Animatic"


def test_no_folder_is_no_complaint(tmp_path: Path) -> None:
    assert catalog.load(tmp_path / "nothing").complaints == ()


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("", encoding="utf-8")
    (told,) = catalog.load(path).complaints
    assert str(path) in told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is not JSON: line 1"),
        (b"{", "it is not JSON: line 1"),
        (b"\xff\xfe{\x00}\x00", "it is not UTF-8 text"),
        (b"[1, 2]", "it is not a profile: write an object"),
        (b" " * (1024 * 1024 + 1), "it is larger than 1,048,576 bytes"),
        (entry(lenght=1).encode(), '"lenght" (did you mean length?) is not a field of a profile'),
        (entry(size={"grid": "16"}).encode(), 'size.grid: input should be a valid integer, not "16"'),
        (entry(schema="shotwright.model.9").encode(), 'schema is "shotwright.model.9"'),
        (entry(frame_rates=[0]).encode(), "frame_rates.0.num"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_file_is_named_and_the_rest_goes_on(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "broken.json").write_bytes(content)
    (tmp_path / "mine.json").write_text(entry(), encoding="utf-8")
    found = catalog.load(tmp_path)
    assert list(found.models) == sorted([*NAMES, "mine"])
    (told,) = found.complaints
    assert told.startswith(f"{tmp_path / 'broken.json'} is left out: ")
    assert sentence in told
    assert told.endswith(".")


def test_a_broken_override_leaves_ours(tmp_path: Path) -> None:
    (tmp_path / "animatic.json").write_text(entry(name="animatic", title=""), encoding="utf-8")
    found = catalog.load(tmp_path)
    assert found.get("animatic").title == "Animatic"
    assert len(found.complaints) == 1


def test_two_files_of_one_name_are_a_complaint(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(entry(title="First"), encoding="utf-8")
    (tmp_path / "b.json").write_text(entry(title="Second"), encoding="utf-8")
    found = catalog.load(tmp_path)
    assert found.get("mine").title == "First"
    assert found.complaints == (f"{tmp_path / 'b.json'} is left out: a.json is mine already.",)


def test_a_folder_called_like_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (told,) = catalog.load(tmp_path).complaints
    assert "folder.json is left out: " in told


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user who can be refused")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(entry(), encoding="utf-8")
    (tmp_path / "secret.json").chmod(0)
    (told,) = catalog.load(tmp_path).complaints
    assert "secret.json is left out: Permission denied." in told


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("animatics", "did you mean animatic?"),
        ("Wan2.1-VACE-14B", "did you mean wan2.1-vace-14b?"),
        ("quantum", "use animatic, wan2.1-vace-1.3b, wan2.1-vace-14b."),
        ("", "use animatic, "),
        ("x" * 100_000, "use animatic, "),
    ],
)
def test_an_unknown_model(name: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        catalog.load().get(name)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300

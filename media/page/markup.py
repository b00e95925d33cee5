"""A film's page as HTML: everything is in the one file, and nothing of it is ever fetched."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from string import Template

from ...core.framerate import FrameRate
from .document import TAKES, PageClip, PageFilm, PageShot
from .embed import Embedded, Shown, embed

__all__ = ["LIMIT", "Page", "write_page"]

LIMIT = 64_000_000
"""Bytes of movies and pictures in a page above which previews are made, unless another limit is asked for."""

_SCRIPTS = ("movie.js", "player.js", "viewer.js", "page.js")
_COLUMN_LABELS = {TAKES: "Takes"}


@dataclass(frozen=True)
class Page:
    """A page, not yet on the disk."""

    text: str
    notes: tuple[str, ...]
    """What could not be shown or was made smaller, a sentence each."""
    preview: int
    """Most pixels a preview is high; 0 when everything is as it was made."""


def write_page(film: PageFilm, limit: int = LIMIT, progress: Callable[[int, int], None] | None = None) -> Page:
    """The page of a film as one HTML text. The same film and files give the same text.

    `limit`: bytes of movies and pictures above which they are made smaller; 0 leaves them as they are. What can't be
    read is said in its place. `progress(done, total)` may raise. Raises StorageError when previews find no room.
    """
    embedded = embed(film.shots, limit, progress)
    notes = [
        f"{shot.title}: {each.clip.title}: {each.clip.problem}"
        for shot, clips in zip(film.shots, embedded.shots, strict=True)
        for each in clips
        if each.clip.problem
    ]
    smaller = _smaller(embedded, limit)
    style, script = _part("page.css"), "\n".join(map(_part, _SCRIPTS))
    text = Template(_part("page.html")).substitute(
        title=_text(film.title),
        policy=_policy(script),
        style=style,
        script=script,
        facts=_film_facts(film),
        notice=f'<p class="notice">{_text(smaller)}</p>' if smaller else "",
        columns=_columns(film),
        shots="\n".join(_shot(shot, clips) for shot, clips in zip(film.shots, embedded.shots, strict=True)),
        data=_data(film, embedded),
        media="\n".join(
            f'<script type="text/plain" id="{each.key}" data-kind="{each.kind}">'
            f"{base64.b64encode(each.data).decode()}</script>"
            for each in embedded.media
        ),
    )
    return Page(text, tuple([*notes, smaller] if smaller else notes), embedded.preview)


def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    """What the browser may do with the page: run this script, show what is in the file, and fetch nothing."""
    digest = base64.b64encode(hashlib.sha256(f"\n{script}\n".encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
        "media-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _smaller(embedded: Embedded, limit: int) -> str:
    if not embedded.preview:
        return ""
    size = sum(len(each.data) for each in embedded.media)
    text = (
        f"Movies and pictures are previews, at most {embedded.preview} pixels high where that makes them smaller: as "
        f"they were made they have {_megabytes(embedded.total)}, here {_megabytes(size)}."
    )
    if size > limit:
        text += f" That is still more than {_megabytes(limit)}: make pages of some shots with --shot."
    return text


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


# -- text -----------------------------------------------------------------------------------------------


def _clean(text: str) -> str:
    """Text that any browser shows as it is: no control characters but line breaks, nothing that UTF-8 can't say."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return "".join(
        each if each in "\n\t" or unicodedata.category(each) != "Cc" else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def _text(text: str) -> str:
    """Text as HTML, safe between tags and in a quoted attribute."""
    return html.escape(_clean(text), quote=True)


def _own(text: str, tag: str = "bdi", attributes: str = "") -> str:
    """Text somebody wrote, whose direction stays inside of it."""
    return f"<{tag}{attributes}>{_text(text)}</{tag}>"


def _list(facts: Sequence[str]) -> str:
    return "".join(f"<li>{_text(fact)}</li>" for fact in facts if fact)


def _json(value: object) -> str:
    """JSON that can't end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _seconds(frames: int, fps: FrameRate) -> str:
    return f"{float(frames / fps.fraction):.2f} s"


def _rate(fps: FrameRate) -> str:
    return f"{round(float(fps.fraction), 3):g} fps"


# -- the parts of the page ----------------------------------------------------------------------------


def _film_facts(film: PageFilm) -> str:
    count = len(film.shots)
    facts = [f"{count} shot{'' if count == 1 else 's'}" + (f" of {count + film.left_out}" if film.left_out else "")]
    seconds = sum((max(0, shot.frames) / shot.fps.fraction for shot in film.shots), Fraction(0))
    minutes, rest = divmod(round(seconds), 60)
    facts.append(f"{minutes}:{rest:02d} min" if minutes else f"{float(seconds):.1f} s")
    if len(rates := {_rate(shot.fps) for shot in film.shots}) == 1:
        facts += rates
    if len(sizes := {(shot.width, shot.height) for shot in film.shots}) == 1:
        facts.append("{}×{}".format(*next(iter(sizes))))
    takes = sum(clip.column == TAKES for shot in film.shots for clip in shot.clips)
    facts.append(f"{takes} take{'' if takes == 1 else 's'}")
    return _list(facts)


def _columns(film: PageFilm) -> str:
    """A box to tick for each column of the film, in the order of the first shot that has it; takes come first."""
    names = dict.fromkeys(clip.column for shot in film.shots for clip in shot.clips)
    ordered = sorted(names, key=lambda name: name != TAKES)
    return "".join(
        f'<label><input type="checkbox" data-column="{_text(name)}" checked> {_text(_label(name))}</label>'
        for name in ordered
    )


def _label(column: str) -> str:
    return _COLUMN_LABELS.get(column, column.capitalize())


def _shot(shot: PageShot, clips: Sequence[Shown]) -> str:
    facts = [
        f"{max(0, shot.frames)} frames",
        _seconds(max(0, shot.frames), shot.fps),
        _rate(shot.fps),
        f"{shot.width}×{shot.height}",
        *shot.facts,
        f"layout {shot.start}–{shot.end}",
    ]
    # Takes stand first, and what they were made from beside them.
    tiles = sorted(enumerate(clips), key=lambda pair: pair[1].clip.column != TAKES)
    parts = [
        f'<section class="shot" data-shot="{_text(shot.id)}" aria-label="Shot {_text(shot.title)}">',
        f"<header><h2>{_own(shot.number, attributes=' class=number')} {_own(shot.name) if shot.name else ''}</h2>",
        f'<ul class="facts">{_list(facts)}</ul></header>',
        *(f'<p class="problem">{_text(note)}</p>' for note in shot.notes),
        '<div class="controls"></div>',
    ]
    if clips:
        parts += ['<div class="tiles">', *(_clip(shot, index, each) for index, each in tiles), "</div>"]
    if not clips:
        parts.append('<p class="empty">Nothing was rendered for this shot yet.</p>')
    parts.append(_prompt(shot))
    parts.append("</section>")
    return "\n".join(part for part in parts if part)


def _clip(shot: PageShot, index: int, shown: Shown) -> str:
    clip = shown.clip
    wide, high = clip.shape
    if clip.problem:
        inside = f'<p class="problem">{_text(clip.problem)}</p>'
    else:
        source = f"data:image/jpeg;base64,{base64.b64encode(shown.poster).decode()}"
        inside = f'<img src="{source}" alt="{_text(f"{shot.title}: {clip.title}")}" decoding="async">'
    marks = "".join(f'<span class="mark {mark.replace(" ", "-")}">{_text(mark)}</span>' for mark in clip.marks)
    legend = "".join(f'<li><i style="background:{_text(colour)}"></i>{_own(name)}</li>' for name, colour in clip.legend)
    return (
        f'<figure class="{"clip take" if clip.column == TAKES else "clip"}" data-clip="{index}" '
        f'data-column="{_text(clip.column)}">'
        f'<div class="view" style="aspect-ratio:{wide}/{high}">{inside}</div>'
        f'<figcaption><span class="name">{_own(clip.title)}{marks}</span>'
        f'<ul class="facts">{_list(clip.facts)}</ul>'
        + (f'<ul class="legend">{legend}</ul>' if legend else "")
        + "</figcaption></figure>"
    )


def _prompt(shot: PageShot) -> str:
    rows = "".join(f"<dt>{_text(label)}</dt>{_own(text, 'dd', ' dir=auto')}" for label, text in shot.prompt)
    prompt = f"<details><summary>Prompt</summary><dl>{rows}</dl></details>" if rows else ""
    others = f'<p class="others">Not pictures: {_text(", ".join(shot.others))}</p>' if shot.others else ""
    return prompt + others


def _data(film: PageFilm, embedded: Embedded) -> str:
    """What the script needs to know."""
    return _json(
        [
            {
                "id": shot.id,
                "title": _clean(shot.title),
                "start": shot.start,
                "end": max(shot.start, shot.end),
                "fps": [shot.fps.num, shot.fps.den],
                "clips": [_clip_data(each) for each in clips],
            }
            for shot, clips in zip(film.shots, embedded.shots, strict=True)
        ]
    )


def _clip_data(shown: Shown) -> dict[str, object]:
    clip: PageClip = shown.clip
    return {
        "title": _clean(clip.title),
        "column": clip.column,
        "media": shown.key,
        "still": clip.still,
        "first": clip.first,
        "frames": clip.frames,
        "fps": [clip.fps.num, clip.fps.den],
        "shape": clip.shape,
        "box": clip.box,
        "sound": clip.sound,
    }

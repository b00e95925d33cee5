"""What the verbs `prompt` and `style` print for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core import terms
from .tables import plain

__all__ = ["exported", "prompts", "style"]


def prompts(document: Mapping[str, Any], saved: str | None, changed: bool) -> str:
    """Every shot's sections, what its camera does, and the text that a model reads."""
    lines: list[str] = []
    for shot in document["shots"]:
        lines += [f"{shot['number']:<8} {shot['name']}".rstrip(), *_sections(shot), *_text(shot, document["model"]), ""]
    return "\n".join(map(plain, [*lines, *_saved(saved, changed)])).rstrip("\n") + "\n"


def exported(document: Mapping[str, Any]) -> str:
    """Where the prompts went, and whose they are."""
    rows = [f"{shot['number']:<8} {shot['name']}".rstrip() for shot in document["shots"]]
    return "\n".join(map(plain, [*rows, f"Written to {document['written']}."])) + "\n"


def _sections(shot: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, label, _ in terms.SECTIONS:
        text = shot["prompt"][name]
        if name == "camera" and not shot["camera"]["typed"]:
            text = f"{shot['camera']['words'] or '-'}  (from the real camera)"
        lines.append(f"         {label.upper():<12} {text or '-'}")
    if shot["camera"]["typed"] and shot["camera"]["words"]:
        lines.append(f"         {'':<12} The real camera: {shot['camera']['words']}")
    if shot["prompt"]["repeat_identity"]:
        lines.append(f"         {'':<12} Identity is repeated.")
    return lines


def _text(shot: Mapping[str, Any], model: str | None) -> list[str]:
    compiled, size = shot["compiled"], shot["length"]
    if compiled is None:
        return [f"         {model} takes no text."]
    most = f" of {size['max']:,}" if size["max"] else ""
    about = "about " if size["estimated"] else ""
    lines = [f"         What {model or 'any model'} reads, {about}{size['text']:,}{most} {size['unit']}:"]
    lines += [f"           {line}" for line in compiled["text"].split("\n")]
    if compiled["negative"]:
        lines.append(f"         What must not be: {compiled['negative']}")
    return lines


def style(document: Mapping[str, Any], saved: str | None, changed: bool) -> str:
    """The film's style, a line for each field."""
    found = document["style"]
    palette = ", ".join(f"{each['share']:g} {each['name']} {each['colour']}".strip() for each in found["palette"])
    rows: Sequence[tuple[str, str]] = (
        ("prefix", found["prefix"]),
        ("palette", palette),
        ("white balance", f"{found['white_balance']} K" if found["white_balance"] else ""),
        ("lens", found["lens"]),
        ("shutter", f"{found['shutter']:g}°" if found["shutter"] else ""),
    )
    lines = [f"{name:<14} {value or '-'}" for name, value in rows]
    return "\n".join(map(plain, [*lines, *_saved(saved, changed)])) + "\n"


def _saved(saved: str | None, changed: bool) -> list[str]:
    if not changed:
        return []
    return [f"Saved to {saved}." if saved else "Not saved: add --save or --output FILE."]

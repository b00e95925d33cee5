"""A brief in words: a paragraph for a model and for people, and a line for the sidebar."""

from __future__ import annotations

from collections.abc import Sequence

from .numbers import shown, snap
from .record import CameraBrief, DepthOfField, Move, View

__all__ = ["SIZES", "describe", "summary"]

SIZES = {
    "ECU": ("extreme close-up", "extreme close"),
    "CU": ("close-up", "close"),
    "MCU": ("medium close-up", "medium close"),
    "MS": ("medium shot", "medium"),
    "MLS": ("medium long shot", "medium long"),
    "LS": ("wide shot", "wide"),
    "EWS": ("extreme wide shot", "extreme wide"),
}
"""What a size is called, alone and before another word."""
_FULL = 0.6
"""A whole figure at least as high as this part of the picture is a full shot."""
_SMALL = 0.25
_ANGLES = {"low": "a low angle", "eye": "eye level", "high": "a high angle", "top": "directly above"}
_ACROSS = {"left": "left of centre", "centre": "centred", "right": "right of centre"}
_UP = {"upper": "high in the frame", "middle": "", "lower": "low in the frame"}
_TRAVEL = {
    "left-to-right": "moving left to right",
    "right-to-left": "moving right to left",
    "towards": "coming towards the camera",
    "away": "going away from the camera",
    "up": "moving up",
    "down": "moving down",
    "still": "",
}
_FACING = {
    "left": "facing left",
    "right": "facing right",
    "towards": "facing the camera",
    "away": "seen from behind",
}
_PACES = {
    "imperceptible": "imperceptibly",
    "slow": "slowly",
    "medium": "",
    "fast": "quickly",
    "whip": "",
}
_EASINGS = {"ease-in": "easing in", "ease-out": "easing out", "ease-in-out": "easing in and out", "linear": ""}
_MOST = 4
"""Others who are named."""
_WIDE = ("LS", "EWS")


def describe(brief: CameraBrief) -> str:
    """One paragraph, the same for the same brief: shot, subject, moves, focus. Assets by their tag, others by name."""
    names = _names(brief)
    sentences = [
        _shot(brief, names),
        _ending(brief, names),
        _subject(brief, names),
        _others(brief, names),
        *_moves(brief, names),
        _focus(brief, names),
    ]
    return " ".join(_sentence(text) for text in sentences if text)


def summary(brief: CameraBrief) -> str:
    """A line for the sidebar: lens, height, shot, the two moves that matter most."""
    start, end = brief.start, brief.end
    parts = [_short_lens(start, end)]
    if start.height is not None:
        heights = [shown(view.height or 0.0, 1) for view in (start, end)]
        parts.append("–".join(dict.fromkeys(heights)) + " m")
    parts += [_short_shot(start if start.size else end)]
    parts.append(" + ".join(_short(move) for move in brief.moves[:2] if move.kind != "static" or len(brief.moves) == 1))
    return " · ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    # A tag stays as it is; only a word begins large.
    return text[:1].upper() + text[1:] + "."


def _names(brief: CameraBrief) -> dict[str, str]:
    known = (*((brief.subject,) if brief.subject else ()), *brief.others)
    return {each.id: each.called for each in known}


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def _article(words: str) -> str:
    return ("an " if words[:1] in "aeiou" else "a ") + words


# -- the shot -----------------------------------------------------------------------------------------


def _phrase(view: View, who: str, names: dict[str, str]) -> str:
    """Size and framing of what: medium two-shot of @lou and @anna."""
    if view.size is None:
        return f"view of {who}" if view.place else ""
    size, before = SIZES[view.size]
    person = view.place is not None and view.place.head_room is not None
    beside = [names.get(id, id) for id in view.beside]
    if view.framing == "insert":
        return f"insert of a detail of {who}" if person else f"insert, {size} of {who}"
    if view.framing == "over-shoulder":
        return f"{size} of {who} over the shoulder of {_list(beside)}"
    if view.framing in ("two-shot", "group"):
        word = "two-shot" if view.framing == "two-shot" else "group shot"
        return f"{before} {word} of {_list([who, *beside])}"
    if person and view.size == "LS" and snap(view.share or 0.0, 2) >= _FULL:
        size = "full shot"
    return f"{size} of {who}"


def _shot(brief: CameraBrief, names: dict[str, str]) -> str:
    view = brief.start
    who = brief.subject.called if brief.subject else ""
    phrase = _phrase(view, who, names)
    if not phrase and brief.subject:
        phrase = f"shot that {who} comes into"
    if brief.projection == "panoramic":
        phrase = f"360° panorama around {who}" if who else "360° panorama"
    parts = [f"{phrase or 'shot without a subject'} from {_angle(view)}", _lens(view), _height(view)]
    if view.below and (view.height is None or snap(view.height, 1) >= 0):
        parts.append("under the ground")
    return ", ".join(part for part in parts if part)


def _angle(view: View) -> str:
    words = _ANGLES[view.angle]
    if not view.dutch:
        return words
    lean = f"{shown(abs(view.roll))}° {'clockwise' if view.roll > 0 else 'anticlockwise'}"
    return f"{words}, dutch, leaning {lean}"


def _lens(view: View) -> str:
    if view.width is not None:
        return f"orthographic, {shown(view.width, 1)} m across"
    if view.lens is None or view.hfov is None:
        return ""
    word = "" if view.lens_word == "normal" else f"{view.lens_word} "
    return f"{shown(view.lens)} mm {word}lens ({shown(view.hfov)}° across)"


def _height(view: View) -> str:
    if view.height is None:
        return ""
    return f"camera {shown(abs(view.height), 1)} m {'under' if snap(view.height, 1) < 0 else 'above'} the ground"


def _ending(brief: CameraBrief, names: dict[str, str]) -> str:
    """What is different at the end."""
    start, end = brief.start, brief.end
    who = brief.subject.called if brief.subject else ""
    before, after = _phrase(start, who, names), _phrase(end, who, names)
    parts: list[str] = []
    if after != before and brief.subject:
        parts.append(f"as {_article(after)}" if after else f"with {who} out of frame")
    if _angle(start) != _angle(end):
        parts.append(f"from {_angle(end)}")
    heights = start.height, end.height
    if heights[0] is not None and heights[1] is not None and _differ(heights[0], heights[1]):
        parts.append(f"{_height(end)}")
    return f"ends {', '.join(parts)}" if parts else ""


def _differ(one: float, other: float) -> bool:
    return abs(snap(one - other)) >= max(0.2, 0.1 * snap(abs(one), 1))


def _subject(brief: CameraBrief, names: dict[str, str]) -> str:
    """Where the subject is, how it stands and where it goes."""
    view = brief.start if brief.start.place else brief.end
    if brief.subject is None or view.place is None or brief.projection == "panoramic":
        return ""
    if brief.subject.kind == "location":
        return ""
    wide = view.size in _WIDE
    small = "small" if wide and view.share is not None and snap(view.share, 2) < _SMALL else ""
    cut = view.place.head_room is not None and snap(view.place.head_room, 2) < 0 and view.size not in ("ECU", "CU")
    words = [small, _ACROSS[view.place.across]]
    words += [_UP[view.place.up] if wide or view.place.up == "lower" else ""]
    words += ["head cut by the frame" if cut and view.framing != "insert" else ""]
    words += [_FACING[view.facing] if view.facing else "", _TRAVEL[brief.travel] if brief.travel else ""]
    last = brief.end.place
    if view is brief.start and last and last.across != view.place.across:
        words.append(f"at the end {_ACROSS[last.across]}")
    return f"{brief.subject.called} is {', '.join(word for word in words if word)}"


def _others(brief: CameraBrief, names: dict[str, str]) -> str:
    told = {*brief.start.beside, *brief.end.beside}
    others = [each.called for each in brief.others if each.kind != "location" and each.id not in told]
    more = f" and {len(others) - _MOST} more" if len(others) > _MOST else ""
    return f"also in frame: {', '.join(others[:_MOST])}{more}" if others else ""


# -- moves --------------------------------------------------------------------------------------------


def _moves(brief: CameraBrief, names: dict[str, str]) -> list[str]:
    shaken = next((move for move in brief.moves if move.kind == "handheld"), None)
    done = sorted((move for move in brief.moves if move.kind not in ("static", "handheld")), key=lambda m: m.first)
    sentences: list[str] = []
    if done:
        sentences.append("the camera " + ", then ".join(_phases(brief, done, names)))
    elif shaken is None:
        sentences.append("the camera is static")
    if shaken:
        size = snap(shaken.amount, 1)
        word = "slight" if size <= 0.3 else "moderate" if size <= 1 else "strong"
        sentences.append(f"handheld, with {word} shake")
    return sentences


def _phases(brief: CameraBrief, done: Sequence[Move], names: dict[str, str]) -> list[str]:
    """One clause for what happens at the same time, in order of time, holds between."""
    phases: list[list[Move]] = []
    for move in done:
        last = phases[-1] if phases else []
        shared = min(move.last, max((m.last for m in last), default=move.first)) - move.first
        if last and shared >= 0.5 * (move.last - move.first):
            last.append(move)
        else:
            phases.append([move])
    order = {move: place for place, move in enumerate(brief.moves)}
    holds = [move for move in brief.moves if move.kind == "static"]
    clauses = [(phase[0].first, _clause(brief, sorted(phase, key=lambda m: order[m]), names)) for phase in phases]
    clauses += [(hold.first, f"holds for {_seconds(brief, hold)}") for hold in holds]
    return [text for _, text in sorted(clauses)]


def _clause(brief: CameraBrief, phase: Sequence[Move], names: dict[str, str]) -> str:
    first, *more = phase
    text = _done(brief, first, names)
    return text + (f", while {_list([_done(brief, move, names, first) for move in more])}" if more else "")


def _seconds(brief: CameraBrief, move: Move) -> str:
    """How long a move lasts."""
    span = brief.last - brief.first
    return f"{shown(brief.seconds * (move.last - move.first) / span if span else 0.0, 1)} s"


def _done(brief: CameraBrief, move: Move, names: dict[str, str], beside: Move | None = None) -> str:
    """A move as a clause: slowly pushes in 0.8 m on @lou, easing in and out. One `beside` another is "pushing in", and
    tells only what is not the same of both."""
    who = names.get(move.subject, move.subject)
    text = _verb(move, who)
    verb, _, rest = text.partition(" ")
    pace, easing = move.pace, move.easing
    if beside:
        verb = _GERUNDS[verb]
        pace = None if pace == beside.pace else pace
        easing = None if easing == beside.easing else easing or "linear"
    slack = max(1.0, 0.03 * (brief.last - brief.first))
    whole = move.first <= brief.first + slack and move.last >= brief.last - slack
    lasts = "" if whole or (beside and _seconds(brief, move) == _seconds(brief, beside)) else "over "
    parts = [_PACES[pace or "whip"], verb, rest, lasts and lasts + _seconds(brief, move)]
    eased = _EASINGS[easing or "linear"] + (", imperceptible at first" if move.creeps and not beside else "")
    turns = _list([{"pan": "panning", "tilt": "tilting"}[turn] for turn in sorted(move.keeps)])
    kept = f"{turns} to keep {who} in frame" if move.keeps and move.kind not in ("arc", "follow") else ""
    text = " ".join(part for part in parts if part)
    speed = "at medium speed" if pace == "medium" else ""
    return ", ".join(part for part in (text, speed, eased.strip(", "), kept) if part)


_GERUNDS = {
    "pans": "panning",
    "whip-pans": "whip-panning",
    "tilts": "tilting",
    "whip-tilts": "whip-tilting",
    "rolls": "rolling",
    "dollies": "dollying",
    "trucks": "trucking",
    "pedestals": "going",
    "cranes": "craning",
    "arcs": "arcing",
    "pushes": "pushing",
    "pulls": "pulling",
    "follows": "following",
    "leads": "leading",
    "goes": "going",
    "zooms": "zooming",
    "dolly-zooms": "dolly-zooming",
}


def _verb(move: Move, who: str) -> str:
    amount = _amount(move)
    by, way = f"{amount}", move.direction
    whip = "whip-" if move.pace == "whip" else ""
    with_ = f" with {who}" if who else ""
    match move.kind:
        case "pan" | "tilt":
            return f"{whip}{move.kind}s {way} {by}{with_}"
        case "arc":
            return f"arcs {by} to the {way}" + (f" around {who}" if who else "")
        case "push-in":
            return f"pushes in {by}" + (f" on {who}" if who else "")
        case "pull-out":
            return f"pulls out {by}" + (f" from {who}" if who else "")
        case "follow":
            return _following(move, who, by)
        case "zoom" | "dolly-zoom":
            return _zooming(move, who, by)
        case "dolly":
            return f"dollies {way} {by}"
        case _:
            return f"{move.kind}s {way} {by}"


def _following(move: Move, who: str, by: str) -> str:
    match move.direction:
        case "forward":
            return f"follows {who} from behind for {by}"
        case "back":
            return f"leads {who}, going backwards, for {by}"
        case "left" | "right":
            return f"trucks {move.direction} alongside {who} for {by}"
        case _:
            return f"goes {move.direction} with {who} for {by}"


def _zooming(move: Move, who: str, by: str) -> str:
    lens = " to ".join(f"{shown(each)} mm" for each in move.lens or ())
    if move.kind == "zoom":
        return f"zooms {move.direction} " + (f"from {lens}" if lens else f"by {by} of what is seen across")
    return f"dolly-zooms {move.direction} {by} with the lens going from {lens}, {who} staying as large"


def _amount(move: Move) -> str:
    if move.unit == "deg":
        return f"{shown(move.amount)}°"
    if move.unit == "m":
        return f"{shown(move.amount, 2 if move.amount < 0.095 else 1)} m"
    return ""


# -- focus --------------------------------------------------------------------------------------------


def _focus(brief: CameraBrief, names: dict[str, str]) -> str:
    focus = brief.focus
    if brief.projection != "perspective":
        return ""
    if focus is None:
        return "deep focus"
    on = [names.get(id, id) if id else f"{shown(focus.distance[i], 1)} m" for i, id in enumerate(focus.on)]
    if focus.rack:
        return f"focus racks from {on[0]} to {on[1]}, {_depth_words(focus)}"
    if focus.depth[0] == focus.depth[1] == "deep":
        return "deep focus"
    at = f"on {on[0]}" if focus.on[0] else f"at {on[0]}"
    return f"{_depth_words(focus)}, focus {at}"


def _depth_words(focus: DepthOfField) -> str:
    far = f"{shown(focus.far[0], 2)} m" if focus.far[0] is not None else "infinity"
    return f"{focus.depth[0]} depth of field ({shown(focus.near[0], 2)} m to {far})"


# -- the sidebar --------------------------------------------------------------------------------------


def _short_lens(start: View, end: View) -> str:
    if start.width is not None:
        return "orthographic"
    if start.lens is None:
        return "panorama"
    return "–".join(dict.fromkeys(shown(view.lens or 0.0) for view in (start, end))) + " mm"


def _short_shot(view: View) -> str:
    if view.size is None:
        return ""
    size, before = SIZES[view.size]
    if view.framing in ("two-shot", "group"):
        return f"{before} {'two-shot' if view.framing == 'two-shot' else 'group shot'}"
    return f"{size} {'over the shoulder' if view.framing == 'over-shoulder' else ''}".strip()


def _short(move: Move) -> str:
    if move.kind in ("static", "handheld"):
        return move.kind
    if move.kind == "zoom":
        return f"zoom {move.direction}"
    pace = "" if move.pace in (None, "medium") else f"{move.pace} "
    way = "" if move.kind in ("push-in", "pull-out") else f" {move.direction}"
    return f"{pace}{move.kind}{way} {_amount(move)}".strip()

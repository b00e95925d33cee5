"""A brief in words: a paragraph for a model and for people, and a line for the sidebar."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from .numbers import metres, shown, snap
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
_MOST = 3
"""Others who are named."""
_SEEN = 0.04
"""Of the picture's height: what takes less of it is not named."""
_WIDE = ("LS", "EWS")
_WAYS = ("push-in", "pull-out", "dolly", "truck")
"""Moves that a crane does on its way up or down."""
_RISES = 0.3
"""Part of the whole way from which up or down is told first."""
_TILTS = 3.0
"""Degrees that the view is lower or higher at the end, for a tilt to be told with its direction."""
_FLOOR = 0.4
"""Metres above the ground up to which a level camera is at floor level."""
_LEVEL = 10.0
"""Degrees of pitch below which a camera is level."""
_SLIGHT = 5.0
"""Degrees of pitch from which a view of hands or feet is one from slightly above or below."""
_GROWS = 1.15
"""Two sizes side by side are the same picture unless the subject grows or shrinks by this."""
_FULL_FRAME = (35.0, 37.0)
"""Millimetres across a sensor on which focal lengths need no field of view beside them."""
_FAMILIES = {"hands": "hand", "feet": "foot", "legs and feet": "foot", "legs": "foot", "back": "torso"}
"""Parts of a person that are as good as another."""


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
    # Strangers may be called alike.
    words = [word if often == 1 else f"{often} × {word}" for word, often in Counter(words).items()]
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
    if view.part:
        return f"{'insert' if view.framing == 'insert' else 'shot'} of {_possessed(view, who)}"
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


def _possessed(view: View, who: str) -> str:
    return f"{who} from the neck down" if view.part == "body" else f"{who}'s {view.part}"


def _shot(brief: CameraBrief, names: dict[str, str]) -> str:
    view = brief.start
    who = brief.subject.called if brief.subject else ""
    phrase = _phrase(view, who, names)
    if not phrase and brief.subject:
        phrase = f"shot that {who} comes into"
    if brief.projection == "panoramic":
        phrase = f"360° panorama around {who}" if who else "360° panorama"
    phrase = phrase or "shot without a subject"
    level = _angle(view)
    parts = [f"{phrase} {level}" if level.startswith("from") else f"{phrase}, {level}", _lens(view), _height(view)]
    if view.below and (view.height is None or snap(view.height, 1) >= 0):
        parts.append("under the ground")
    return ", ".join(part for part in parts if part)


def _angle(view: View) -> str:
    words = f"from {_ANGLES[view.angle]}"
    if view.angle == "eye" and not view.part and _under_ground(view):
        words = ""
    elif _on_floor(view):
        words = "from floor level"
    elif view.part and view.angle == "eye":
        tilted = snap(view.pitch, 1)
        words = f"from slightly {'above' if tilted < 0 else 'below'}" if abs(tilted) >= _SLIGHT else "straight on"
    if not view.dutch:
        return words
    lean = f"{shown(abs(view.roll))}° {'clockwise' if view.roll > 0 else 'anticlockwise'}"
    return ", ".join(part for part in (words, "dutch", f"leaning {lean}") if part)


def _under_ground(view: View) -> bool:
    return view.below or (view.height is not None and snap(view.height, 1) < 0)


def _on_floor(view: View) -> bool:
    if view.height is None or view.below or view.angle not in ("low", "eye"):
        return False
    return 0 <= snap(view.height, 2) <= _FLOOR and abs(snap(view.pitch, 1)) < _LEVEL


def _lens(view: View) -> str:
    if view.width is not None:
        return f"orthographic, {shown(view.width, 1)} m across"
    if view.lens is None or view.hfov is None:
        return ""
    word = "" if view.lens_word == "normal" else f"{view.lens_word} "
    across = "" if _FULL_FRAME[0] <= view.sensor[0] <= _FULL_FRAME[1] else f" ({shown(view.hfov)}° across)"
    return f"{shown(view.lens)} mm {word}lens{across}"


def _height(view: View) -> str:
    if view.height is None:
        return ""
    if snap(view.height, 1) < 0:
        return f"camera {shown(-view.height, 1)} m under the ground"
    return f"camera height {shown(abs(view.height), 1)} m"


def _ending(brief: CameraBrief, names: dict[str, str]) -> str:
    """What is different at the end."""
    start, end = brief.start, brief.end
    who = brief.subject.called if brief.subject else ""
    after = _phrase(end, who, names)
    parts: list[str] = []
    if brief.subject and not _same_picture(start, end) and after != _phrase(start, who, names):
        parts.append(f"as {_article(after)}" if after else f"with {who} out of frame")
    # Where a part of somebody is seen first and the face then, the angle is told of what is seen.
    if (start.angle, _on_floor(start), _lean(start)) != (end.angle, _on_floor(end), _lean(end)):
        parts.append(_angle(end))
    heights = start.height, end.height
    if heights[0] is not None and heights[1] is not None and _differ(heights[0], heights[1]):
        where = _height(end).removeprefix("camera ")
        parts.append(f"with the camera {where.replace('height', 'at')}")
    return f"ends {', '.join(part for part in parts if part)}" if any(parts) else ""


def _lean(view: View) -> str:
    return f"{shown(view.roll)}" if view.dutch else ""


def _same_picture(start: View, end: View) -> bool:
    """Whether shot and framing are the same to the eye: a size that just passes its limit is no other one."""
    if start.size is None or end.size is None:
        return False
    if start.part or end.part:
        return _FAMILIES.get(start.part, start.part) == _FAMILIES.get(end.part, end.part)
    sizes = list(SIZES)
    near = abs(sizes.index(start.size) - sizes.index(end.size)) <= 1
    if not near or (start.framing, start.beside) != (end.framing, end.beside) or not start.share or not end.share:
        return False
    return snap(max(start.share, end.share) / min(start.share, end.share), 2) < _GROWS


def _differ(one: float, other: float) -> bool:
    return abs(snap(one - other)) >= max(0.2, 0.1 * snap(abs(one), 1))


def _subject(brief: CameraBrief, names: dict[str, str]) -> str:
    """Where the subject is, how it stands and where it goes."""
    view = brief.start if brief.start.place else brief.end
    if brief.subject is None or view.place is None or brief.projection == "panoramic":
        return ""
    if brief.subject.kind == "location":
        return ""
    if view.part:
        return _part(brief, view)
    wide = view.size in _WIDE
    small = "small" if wide and view.share is not None and snap(view.share, 2) < _SMALL else ""
    cut = view.place.head_room is not None and snap(view.place.head_room, 2) < 0 and view.size not in ("ECU", "CU")
    sides = _sides(view)
    words = [small, sides.get(brief.subject.id) or _ACROSS[view.place.across]]
    words += [_UP[view.place.up] if wide or view.place.up == "lower" else ""]
    words += ["head cut by the frame" if cut and view.framing != "insert" else ""]
    words += [_FACING[view.facing] if view.facing else "", _TRAVEL[brief.travel] if brief.travel else ""]
    words += [_at_the_end(brief) if view is brief.start and not sides else ""]
    words += [f"{names.get(id, id)} {side}" for id, side in sides.items() if id != brief.subject.id]
    return f"{brief.subject.called} is {', '.join(word for word in words if word)}"


def _part(brief: CameraBrief, view: View) -> str:
    """Where the part of somebody is that is seen."""
    assert brief.subject and view.place
    whole = view.part in ("legs", "legs and feet", "body")
    words = [_ACROSS[view.place.across], _FACING[view.facing] if whole and view.facing else ""]
    words += [_TRAVEL[brief.travel] if brief.travel else "", _at_the_end(brief) if view is brief.start else ""]
    who = brief.subject.called if view.part == "body" else view.part
    many = view.part in ("hands", "feet", "legs", "legs and feet")
    return f"{who} {'are' if many else 'is'} {', '.join(word for word in words if word)}"


def _at_the_end(brief: CameraBrief) -> str:
    first, last = brief.start.place, brief.end.place
    # Another part is somewhere else by itself.
    alike = _FAMILIES.get(brief.start.part, brief.start.part) == _FAMILIES.get(brief.end.part, brief.end.part)
    if not first or not last or not alike or last.across == first.across:
        return ""
    # Who goes to the right is on the right then.
    gone = {"left-to-right": "right", "right-to-left": "left"}.get(brief.travel or "")
    return "" if gone == last.across else f"at the end {_ACROSS[last.across]}"


def _sides(view: View) -> dict[str, str]:
    """Where everybody is in a two-shot or group, from left to right."""
    if len(view.order) == 2:
        return dict(zip(view.order, ("on the left", "on the right"), strict=True))
    if len(view.order) == 3:
        return dict(zip(view.order, ("on the left", "in the middle", "on the right"), strict=True))
    return {}


def _others(brief: CameraBrief, names: dict[str, str]) -> str:
    """Assets and people who are seen, and large enough; a name that nobody knows would only be painted."""
    told = {*brief.start.beside, *brief.end.beside}
    others = [
        each.called
        for each in brief.others
        if (each.tagged or each.kind == "character") and each.kind != "location" and each.id not in told
        if snap(each.share, 2) >= _SEEN
    ]
    return f"also in frame: {_list(others[:_MOST])}" if others else ""


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
    craned = _craned(brief, phase, names)
    if craned:
        return craned
    first, *more = phase
    text = _done(brief, first, names)
    return text + (f", while {_list([_done(brief, move, names, first) for move in more])}" if more else "")


def _craned(brief: CameraBrief, phase: Sequence[Move], names: dict[str, str]) -> str:
    """A crane and the way that it goes meanwhile, in one: cranes up 5 m and back 7 m, easing in; else empty."""
    crane = next((move for move in phase if move.kind == "crane"), None)
    way = next((move for move in phase if move.kind in _WAYS), None)
    if crane is None or way is None or (crane.first, crane.last) != (way.first, way.last):
        return ""
    flat = math.hypot(*(move.amount for move in phase if move.kind in _WAYS))
    if phase[0].kind in ("arc", "follow") or snap(crane.amount) < snap(_RISES * math.hypot(crane.amount, flat)):
        return ""
    who = names.get(way.subject, way.subject) if way.kind == "push-in" else ""
    ahead = {"in": "in", "out": "back"}.get(way.direction, way.direction)
    both = f"cranes {crane.direction} {_amount(crane)} and {ahead} {_amount(way)}" + (f" on {who}" if who else "")
    paces = list(_PACES)
    joint = crane.model_copy(
        update={
            "pace": max((crane.pace or "imperceptible", way.pace or "imperceptible"), key=paces.index),
            "creeps": all(move.creeps or move.pace == "imperceptible" for move in (crane, way))
            and any(move.creeps for move in (crane, way)),
            "keeps": tuple(sorted({*crane.keeps, *way.keeps})),
            "subject": crane.subject or way.subject,
        }
    )
    more = [_done(brief, move, names, joint) for move in phase if move not in (crane, way)]
    return _told(brief, joint, both, names) + (f", while {_list(more)}" if more else "")


def _seconds(brief: CameraBrief, move: Move) -> str:
    """How long a move lasts: tenths under 2 s."""
    span = brief.last - brief.first
    seconds = brief.seconds * (move.last - move.first) / span if span else 0.0
    return f"{shown(seconds, 1 if snap(seconds, 2) < 2 else 0)} s"


def _done(brief: CameraBrief, move: Move, names: dict[str, str], beside: Move | None = None) -> str:
    """A move as a clause: slowly pushes in 0.8 m on @lou, easing in and out. One `beside` another is "pushing in", and
    tells only what is not the same of both."""
    return _told(brief, move, _verb(move, names.get(move.subject, move.subject)), names, beside)


def _told(brief: CameraBrief, move: Move, text: str, names: dict[str, str], beside: Move | None = None) -> str:
    """A move's `text`, its verb first, with pace, duration, easing and what it keeps in frame."""
    verb, _, rest = text.partition(" ")
    pace, easing = move.pace, move.easing
    if beside:
        verb = _GERUNDS[verb]
        pace = None if pace == beside.pace else pace
        easing = None if easing == beside.easing else easing or "linear"
    slack = max(1.0, 0.03 * (brief.last - brief.first))
    whole = move.first <= brief.first + slack and move.last >= brief.last - slack
    seconds = _seconds(brief, move)
    instant = seconds == "0 s" and not whole
    lasts = "" if whole or (beside and seconds == _seconds(brief, beside)) else f"over {seconds}"
    parts = ["" if instant else _PACES[pace or "whip"], verb, rest, lasts and ("in an instant" if instant else lasts)]
    creeps = "imperceptible at first" if move.creeps and not beside else ""
    text = " ".join(part for part in parts if part)
    speed = "at medium speed" if pace == "medium" and not instant else ""
    told = (text, speed, creeps, _EASINGS[easing or "linear"], _kept(brief, move, names))
    return ", ".join(part for part in told if part)


def _kept(brief: CameraBrief, move: Move, names: dict[str, str]) -> str:
    """Turns that keep the subject in frame: panning and tilting down to keep @lou in frame."""
    if not move.keeps or move.kind in ("arc", "follow"):
        return ""
    tilted = snap(brief.end.pitch - brief.start.pitch, 1)
    alone = not any(each.kind == "tilt" for each in brief.moves) and sum("tilt" in m.keeps for m in brief.moves) == 1
    way = "" if not alone or abs(tilted) < _TILTS else " down" if tilted < 0 else " up"
    turns = _list([{"pan": "panning", "tilt": f"tilting{way}"}[turn] for turn in sorted(move.keeps)])
    return f"{turns} to keep {names.get(move.subject, move.subject)} in frame"


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
        # From 20 degrees on nobody counts them.
        return f"{5 * int(shown(move.amount / 5)) if snap(move.amount) >= 20 else shown(move.amount)}°"
    if move.unit == "m":
        return f"{metres(move.amount)} m"
    return ""


# -- focus --------------------------------------------------------------------------------------------


def _focus(brief: CameraBrief, names: dict[str, str]) -> str:
    focus = brief.focus
    if brief.projection != "perspective":
        return ""
    if focus is None:
        return "deep focus"
    on = [names.get(id, id) if id else f"{metres(focus.distance[i])} m" for i, id in enumerate(focus.on)]
    if focus.rack:
        return f"focus racks from {on[0]} to {on[1]}, {_depth_words(focus)}"
    if focus.depth[0] == focus.depth[1] == "deep":
        return "deep focus"
    at = f"on {on[0]}" if focus.on[0] else f"at {on[0]}"
    return f"{_depth_words(focus)}, focus {at}"


def _depth_words(focus: DepthOfField) -> str:
    near, far = focus.near[0], focus.far[0]
    if far is None:
        return f"{focus.depth[0]} depth of field ({shown(near, 1)} m to infinity)"
    # As many digits as it takes to tell them apart; closer than that it is one distance.
    ends = next((pair for digits in (1, 2, 3) if len(set(pair := (shown(near, digits), shown(far, digits)))) > 1), ())
    return f"{focus.depth[0]} depth of field" + (f" ({'–'.join(ends)} m)" if ends else "")


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
    if view.part:
        part = "from the neck down" if view.part == "body" else view.part
        return f"insert of {part}" if view.framing == "insert" else part
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

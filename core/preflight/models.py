"""Rules about what a model takes: length, frame rate, size. Their limits are the profile's, and so is their source."""

from __future__ import annotations

import math
from fractions import Fraction

from ..errors import BadInput
from ..framing import Framing, conform
from ..model import ModelProfile
from ..sampling import Sampling, sample
from ..shot import Shot
from .facts import Ask
from .rules import Hit, Hits, Limits, rule
from .words import count, percent

# -- length and rate ------------------------------------------------------------------------------


def _kept(shot: Shot, profile: ModelProfile) -> int:
    """Frames the shot needs at the model's rate, handles included; 0 for an empty one."""
    if shot.frames < 1:
        return 0
    return math.ceil((shot.last - shot.first + 1) * profile.rate(shot.fps).fraction / shot.fps.fraction)


def _sampling(shot: Shot, profile: ModelProfile) -> Sampling | None:
    """When the shot is drawn for the model; None when it can't be."""
    try:
        return sample(shot, profile.rate(shot.fps), profile.length)
    except BadInput:
        return None


def _seconds(value: Fraction | float) -> str:
    return f"{float(value):.3g} s"


@rule("model-length-long")
def _length_long(shot: Shot, profile: ModelProfile) -> Hits:
    longest, kept = profile.length.longest, _kept(shot, profile)
    if longest is not None and kept > longest:
        rate = profile.rate(shot.fps)
        handles = shot.handles.head + shot.handles.tail
        fitting = math.floor(longest * shot.fps.fraction / rate.fraction)
        fields = {
            "seconds": _seconds(kept / rate.fraction),
            "kept": count(kept, "frame"),
            "fps": rate,
            "model": profile.title,
            "most": f"{longest:,}",
            "fitting": count(fitting, "frame") + (" with its handles" if handles else ""),
        }
        yield Hit(fields, "range", fact=profile.fact("length.max"))


@rule("model-length-short")
def _length_short(shot: Shot, profile: ModelProfile) -> Hits:
    kept = _kept(shot, profile)
    if 0 < kept < profile.length.min:
        shortest = profile.length.at_least(1)
        fields = {
            "kept": count(kept, "frame"),
            "model": profile.title,
            "least": f"{shortest:,}",
            "surplus": count(shortest - kept, "frame"),
        }
        yield Hit(fields, "range", fact=profile.fact("length.min"))


@rule("model-length-padded")
def _length_padded(shot: Shot, profile: ModelProfile) -> Hits:
    found = _sampling(shot, profile)
    if found and found.frames > found.kept >= profile.length.min:
        surplus = found.frames - found.kept
        fields = {
            "kept": count(found.kept, "frame"),
            "model": profile.title,
            "frames": f"{found.frames:,}",
            "surplus": count(surplus, "frame"),
            "behind": "is" if surplus == 1 else "are",
        }
        yield Hit(fields, "range", fact=profile.fact("length.step"))


@rule("model-rate")
def _rate(shot: Shot, profile: ModelProfile) -> Hits:
    rate = profile.rate(shot.fps)
    if shot.frames > 0 and rate != shot.fps:
        fields = {"own": shot.fps, "fps": rate, "model": profile.title}
        yield Hit(fields, "range", fact=profile.fact("frame_rates"))


# -- size -----------------------------------------------------------------------------------------


def _framing(shot: Shot, profile: ModelProfile, ask: Ask) -> Framing | None:
    """How the shot's picture lies in the model's; None when there is no legal size or no picture."""
    try:
        return conform(shot.width, shot.height, profile.size, ask.fit, pixel_aspect=ask.pixel_aspect)
    except BadInput:
        return None


def _beyond(framing: Framing) -> float:
    """Part of the camera's picture that is cropped, or of the model's picture that the camera does not show."""
    scale = framing.scale_x * framing.scale_y
    return 1 - min(scale, 1 / scale)


def _fields(shot: Shot, framing: Framing, profile: ModelProfile) -> dict[str, object]:
    side = "width" if framing.scale_x != 1 else "height"
    return {
        "own": f"{shot.width}×{shot.height}",
        "size": framing.size,
        "part": percent(_beyond(framing)),
        "side": side,
        "places": "left and right of" if side == "width" else "above and below",
        "model": profile.title,
    }


@rule("model-size-none")
def _size_none(shot: Shot, profile: ModelProfile, ask: Ask) -> Hits:
    if min(shot.width, shot.height) >= 2 and _framing(shot, profile, ask) is None:
        yield Hit({"size": f"{shot.width}×{shot.height}", "model": profile.title}, "size", fact=profile.fact("size"))


@rule("model-crop")
def _crop(shot: Shot, profile: ModelProfile, ask: Ask, limits: Limits) -> Hits:
    framing = _framing(shot, profile, ask)
    if framing and framing.method == "crop" and _beyond(framing) <= limits["part"]:
        yield Hit(_fields(shot, framing, profile), "size", fact=profile.fact("size"))


@rule("model-pad")
def _pad(shot: Shot, profile: ModelProfile, ask: Ask, limits: Limits) -> Hits:
    framing = _framing(shot, profile, ask)
    if framing and framing.method == "pad" and _beyond(framing) <= limits["part"]:
        yield Hit(_fields(shot, framing, profile), "size", fact=profile.fact("size"))


@rule("model-shape")
def _shape(shot: Shot, profile: ModelProfile, ask: Ask, limits: Limits) -> Hits:
    framing = _framing(shot, profile, ask)
    if framing and framing.method != "exact" and _beyond(framing) > limits["part"]:
        cropped = framing.method == "crop"
        happens = "is cropped" if cropped else "is beside what the camera shows, and is cut off again"
        of = "the camera's picture" if cropped else "the model's"
        yield Hit({**_fields(shot, framing, profile), "happens": happens, "of": of}, "size", fact=profile.fact("size"))


@rule("model-aspect")
def _aspect(shot: Shot, profile: ModelProfile, ask: Ask) -> Hits:
    if min(shot.width, shot.height) < 2:
        return
    shape = shot.width / shot.height * ask.pixel_aspect
    low, high = profile.size.min_aspect, profile.size.max_aspect
    fields = {"own": f"{shot.width}×{shot.height}", "shape": f"{shape:.3g}", "model": profile.title}
    if low is not None and shape < low * 0.999:
        yield Hit({**fields, "limit": f"{low:.3g}", "than": "narrower"}, "size", fact=profile.fact("size.min_aspect"))
    if high is not None and shape > high * 1.001:
        yield Hit({**fields, "limit": f"{high:.3g}", "than": "wider"}, "size", fact=profile.fact("size.max_aspect"))


@rule("model-pixels-many")
def _pixels_many(shot: Shot, profile: ModelProfile, ask: Ask) -> Hits:
    framing, most = _framing(shot, profile, ask), profile.size.max_pixels
    if framing and most and shot.width * shot.height > most:
        fields = {"most": f"{most:,}", **_fields(shot, framing, profile)}
        yield Hit(fields, "size", fact=profile.fact("size.max_pixels"))


@rule("model-pixels-few")
def _pixels_few(shot: Shot, profile: ModelProfile, ask: Ask) -> Hits:
    framing, least = _framing(shot, profile, ask), profile.size.min_pixels
    if framing and least and shot.width * shot.height < least:
        fields = {"least": f"{least:,}", **_fields(shot, framing, profile)}
        yield Hit(fields, "size", fact=profile.fact("size.min_pixels"))


@rule("model-enlarged")
def _enlarged(shot: Shot, profile: ModelProfile, ask: Ask, limits: Limits) -> Hits:
    framing = _framing(shot, profile, ask)
    if framing is None or (profile.size.max_pixels and shot.width * shot.height > profile.size.max_pixels):
        return
    factor = shot.width / framing.box[2]
    if factor > limits["factor"]:
        yield Hit(
            {**_fields(shot, framing, profile), "factor": f"{factor:.2g}"},
            "size",
            fact=profile.fact("size"),
        )


@rule("model-licence")
def _licence(profile: ModelProfile) -> Hits:
    if not profile.licence:
        yield Hit({"model": profile.title})

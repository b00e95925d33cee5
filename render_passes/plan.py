"""What is to be drawn of a shot: when, how large, which pictures and how they are encoded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..core import terms
from ..core.errors import BadInput
from ..core.framerate import FrameRate
from ..core.framing import Framing, Method, conform
from ..core.model import DepthEncoding, ModelProfile, PoseStyle
from ..core.records import Box
from ..core.sampling import sample
from ..core.shot import Shot
from ..media.flipbook import Motion, Target, motion_for

__all__ = ["Colours", "Occluded", "Plan", "passes_for", "plan_for"]

Colours = Literal["neutral", "viewport"]
Occluded = Literal["keep", "drop"]


@dataclass(frozen=True)
class Plan:
    """One package to be made.

    `times` are layout frames with their sub-frame in [0, 1), one per picture. `window` is the part of
    the camera's picture that is drawn, in its normalised coordinates: (scale x, scale y, shift x,
    shift y), applied to clip space; (1, 1, 0, 0) is the camera's own framing.
    """

    shot: Shot
    passes: tuple[str, ...]
    times: tuple[tuple[int, float], ...]
    fps: FrameRate
    width: int
    height: int
    depth_encoding: DepthEncoding = "linear"
    colours: Colours = "neutral"
    pose_style: PoseStyle = "openpose"
    """How skeletons are drawn."""
    occluded: Occluded = "keep"
    """Whether joints behind something are drawn."""
    window: tuple[float, float, float, float] = (1.0, 1.0, 0.0, 0.0)
    box: Box = (0.0, 0.0, 1.0, 1.0)
    """Where the camera's picture lies in the one drawn."""
    model: str | None = None
    kept: int = 0
    """Pictures that belong to the shot; the ones behind them only fill the model's length."""
    notes: tuple[str, ...] = ()
    motion: Motion | None = None
    """The shot's flipbook; None when it has none or it was not asked for."""

    @property
    def frames(self) -> int:
        """Number of pictures."""
        return len(self.times)

    @property
    def still(self) -> int:
        """Index of the first picture of the cut range, behind the head handle."""
        return next((i for i, (frame, _) in enumerate(self.times) if frame >= self.shot.start), 0)

    @property
    def _drawn_stills(self) -> bool:
        """Whether first or last frame are drawn as something else than clay."""
        return self.shot.stills != terms.DEFAULT_STILLS and bool({"first", "last"} & set(self.passes))

    def settings(self) -> dict[str, object]:
        """Everything above that decides what is drawn and recorded, as plain JSON values."""
        return {
            "passes": list(self.passes),
            "times": [self.times[0], self.times[-1], len(self.times)],
            "fps": str(self.fps),
            "size": [self.width, self.height],
            "depth": self.depth_encoding,
            "colours": self.colours,
            "window": list(self.window),
            "number": self.shot.number if "board" in self.passes else "",
            "still": self.still if "board" in self.passes else 0,
            "pose": [self.pose_style, self.occluded] if "pose" in self.passes else [],
            "model": [self.model, self.kept, self.shot.first, self.shot.last] if self.model else [],
            **({"stills": self.shot.stills} if self._drawn_stills else {}),
            # Left out without one: packages from before there were flipbooks stay fresh.
            **({"motion": self.motion.settings()} if self.motion else {}),
        }


def plan_for(
    shot: Shot,
    passes: tuple[str, ...] = (),
    profile: ModelProfile | None = None,
    *,
    method: Method = "pad",
    pixel_aspect: float = 1.0,
    colours: Colours = "neutral",
    occluded: Occluded = "keep",
) -> Plan:
    """The plan for a shot: at its own size and rate, or at those of a model.

    Without `passes` the default ones are drawn, or those the model reads, and `motion` where the shot has a
    flipbook. With a profile the layout is
    sampled at the model's rate with sub-frames, in a length it takes, and the picture conformed to a
    size it takes (`method`: pad shows a little more than the camera, crop a little less; never
    stretched). Raises BadInput when the model can't take the shot, or its flipbook can't be used.
    """
    chosen = passes_for(shot, passes, profile)
    if profile is None:
        times = tuple((frame, 0.0) for frame in range(shot.first, shot.last + 1))
        plan = Plan(
            shot, chosen, times, shot.fps, shot.width, shot.height, colours=colours, occluded=occluded, kept=len(times)
        )
        return _with_motion(plan, pixel_aspect)
    sampling = sample(shot, profile.rate(shot.fps), profile.length)
    framing = conform(shot.width, shot.height, profile.size, method, pixel_aspect=pixel_aspect)
    reference = profile.references.get("depth")
    pose = profile.references.get("pose")
    encoding = reference.encoding if reference and reference.encoding else "linear"
    plan = Plan(
        shot,
        chosen,
        tuple((time.frame, time.subframe) for time in sampling.times),
        sampling.fps,
        framing.size.width,
        framing.size.height,
        depth_encoding=encoding,
        colours=colours,
        pose_style=pose.style if pose and pose.style else "openpose",
        occluded=occluded,
        window=framing.window,
        box=_parts(framing),
        model=profile.name,
        kept=sampling.kept,
        notes=(*sampling.notes, f"{shot.number}: {framing.note}"),
    )
    return _with_motion(plan, pixel_aspect)


def passes_for(shot: Shot, passes: tuple[str, ...] = (), profile: ModelProfile | None = None) -> tuple[str, ...]:
    """What is drawn of a shot: what was asked for, else the default passes or those a model reads.

    Of these `motion` where there is something to make it of, and else without.
    """
    if passes:
        return passes
    known = terms.values(terms.PASSES)
    chosen = terms.DEFAULT_PASSES if profile is None else tuple(name for name in profile.passes if name in known)
    rest = tuple(name for name in chosen if name != "motion")
    return (*rest, "motion") if shot.flipbook else rest


def _with_motion(plan: Plan, pixel_aspect: float) -> Plan:
    """The plan with the flipbook that its `motion` is made of. Raises BadInput."""
    shot = plan.shot
    if "motion" not in plan.passes:
        return plan
    if shot.flipbook is None:
        raise BadInput(
            f"{shot.number} has no flipbook to make motion of: set one with Set Flipbook in the sidebar, or with "
            f"flipbook FILE.blend --shot {shot.number} --movie FILE --save."
        )
    aspect = Fraction(pixel_aspect).limit_denominator(10_000)  # as core.framing does
    target = Target(
        number=shot.number,
        scene_fps=shot.fps,
        head=shot.handles.head,
        tail=shot.handles.tail,
        covered=shot.last - shot.first + 1,
        fps=plan.fps,
        frames=plan.frames,
        kept=plan.kept,
        width=plan.width,
        height=plan.height,
        box=plan.box,
        aspect=Fraction(shot.width, shot.height) * aspect,
        model=plan.model,
    )
    motion = motion_for(shot.flipbook, target)
    return replace(plan, motion=motion, notes=(*plan.notes, *motion.notes))


def _parts(framing: Framing) -> Box:
    """The camera's picture in parts of the drawn one instead of its pixels."""
    left, top, width, height = framing.box
    across, down = framing.size.width, framing.size.height
    return left / across, top / down, width / across, height / down

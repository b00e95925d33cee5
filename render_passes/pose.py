"""Pose: the skeletons of the people in the shot, from the joints of their rigs; nothing is detected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SceneError
from ..core.pose import HAND_POINTS, JOINTS, PersonPose, Point, Points, PoseFrame, points, pose_text
from ..core.rigs.data import Recognised
from ..media.movie import MovieWriter
from ..media.skeleton import Skeletons
from .evaluation import Moment
from .outputs import Output
from .people import Person, is_shown, seen
from .plan import Plan
from .raster import Buffers

__all__ = ["Pose", "stranger"]

_BLINK = 0.5
"""Seconds between two pictures that show somebody in which they are drawn though hidden: they pass a column."""


class Pose(Output):
    """`pose.mp4` and `pose.json`; neither where no picture shows anybody, which is said.

    Who is wholly hidden is in the file but not in the picture, as no detector would guess them. `assets`: name by
    number, as in the ids. `strangers`: armatures that are no people.
    """

    needs = frozenset({"ids"})

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        assets: Mapping[int, str],
        strangers: Mapping[str, Recognised],
    ) -> None:
        super().__init__(folder, plan)
        self._assets = {name: number for number, name in assets.items()}
        self._strangers = strangers
        self._moments: dict[int, Moment] = {}
        self._frames: list[PoseFrame] = []
        self._shown: list[set[str]] = []
        self._drawn = 0
        self._gap = max(1, round(_BLINK * plan.fps.num / plan.fps.den))
        self._skeletons = Skeletons(plan.width, plan.height, plan.pose_style, occluded=plan.occluded)
        self._writer = self.keep(MovieWriter(folder / "pose.mp4", plan.width, plan.height, plan.fps))

    def meet(self, index: int, moment: Moment) -> None:
        self._moments[index] = moment

    def add(self, index: int, buffers: Buffers) -> None:
        moment = self._moments.pop(index)
        frame, subframe = self.plan.times[index]
        people = tuple(self._pose(person, moment, buffers) for person in moment.people)
        self._frames.append(PoseFrame(picture=index, frame=frame + subframe, people=tuple(pose for pose, _ in people)))
        self._shown.append({pose.id for pose, shown in people if shown})
        self._draw(len(self._frames) - self._gap + 1)

    def _draw(self, end: int) -> None:
        """Draw the pictures before `end` that are not drawn yet."""
        for index in range(self._drawn, end):
            people = [each for each in self._frames[index].people if self._is_drawn(each.id, index)]
            self._writer.write(self._skeletons.draw(people))
            self._drawn += 1

    def _is_drawn(self, who: str, index: int) -> bool:
        """Whether a picture shows somebody, or one shortly before it and one shortly after it do."""
        first = max(0, index - self._gap)
        at = [first + i for i, shown in enumerate(self._shown[first : index + self._gap]) if who in shown]
        before, after = [i for i in at if i <= index], [i for i in at if i >= index]
        return bool(before and after) and after[0] - before[-1] <= self._gap

    def _pose(self, person: Person, moment: Moment, buffers: Buffers) -> tuple[PersonPose, bool]:
        """What is written of a person, and whether the picture shows them."""
        own: NDArray[np.bool_] = np.zeros(buffers.depth.shape, bool)
        if buffers.ids is not None and person.asset in self._assets:
            own = buffers.ids[:, :, 1] == self._assets[person.asset]
        size = (self.plan.width, self.plan.height)
        found = seen(person, moment.view, moment.projection, size, buffers.depth, own)
        joints, rest = found[: len(JOINTS)], found[len(JOINTS) :]
        left, right, face = rest[:HAND_POINTS], rest[HAND_POINTS : 2 * HAND_POINTS], rest[2 * HAND_POINTS :]
        depths = [point.metres[2] for point in joints if point is not None and not point.estimated]
        pose = PersonPose(
            id=person.id[:80],
            armature=person.armature,
            depth=round(float(np.mean(depths)), 4) if depths else 0.0,
            joints=points(joints),
            left_hand=_part(left),
            right_hand=_part(right),
            face=_part(face),
        )
        return pose, is_shown(found, own)

    def finish(self) -> dict[str, object]:
        self._draw(len(self._frames))
        super().finish()
        number = self.plan.shot.number
        notes = [stranger(number, name, found) for name, found in self._strangers.items()]
        if any(self._shown):
            text = pose_text(self.plan.width, self.plan.height, self._frames)
            (self.folder / "pose.json").write_text(text, encoding="utf-8")
            return {"notes": notes}
        if self.plan.passes == ("pose",):
            raise SceneError(
                f"{number} shows nobody whose pose is known: use clay or layout, or see what the rigs verb says of its "
                "armatures."
            )
        (self.folder / "pose.mp4").unlink()
        return {"notes": notes}


def stranger(number: str, name: str, found: Recognised) -> str:
    """What is said in a shot of an armature that is no person."""
    return (
        f"{number}: {name} is not drawn as a person: {' '.join(found.why[:1]) or 'it has no body of one.'} "
        "Clay, or the layout reference with a box for each asset, show it to a model."
    )


def _part(found: list[Point | None]) -> Points | None:
    """Points of a hand or a face; None where the rig has none of them."""
    return points(found) if any(found) else None

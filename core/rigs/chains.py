"""Which bones of a rig make which part of a body, by its joints. No Blender here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .data import JointBone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["SEGMENTS", "Chains", "find_chains"]

SEGMENTS: dict[str, tuple[str, str]] = {
    "upper_arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
    "hand": ("wrist", ""),
    "thigh": ("hip", "knee"),
    "shin": ("knee", "ankle"),
    "foot": ("ankle", ""),
}
"""The joints a limb's part lies between; hands and feet have one only."""


@dataclass(frozen=True)
class Chains:
    """The bones of a body's parts as rows, from the trunk outwards."""

    parts: Mapping[str, tuple[int, ...]]
    """`l_thigh` and so on, and `l_clavicle`: what lies between chest and upper arm."""
    ends: Mapping[str, tuple[str, str]]
    """The two joints of each part that has two."""
    chest: int
    """Carries both arms."""
    pelvis: int | None
    """Carries both legs; None where there are no two hips."""
    waist: tuple[int, ...]
    """Above the pelvis, where spine and legs part from a bone of their own."""
    spine: tuple[int, ...]
    """From the pelvis on (without it) to the chest."""
    neck: tuple[int, ...]
    """From the chest on (without it) to the head."""
    root: int
    """Carries the whole body."""
    below: int
    """The lowest bone of the trunk."""

    def bones_of(self, part: str, head: int | None) -> tuple[int, ...]:
        """The bones whose turn a part's frame follows."""
        single = {"chest": self.chest, "pelvis": self.pelvis, "head": head}
        if part in single:
            row = single[part]
            return () if row is None else (row,)
        return self.parts.get(part, ())

    def driven(self) -> set[int]:
        """Every bone that a motion may turn."""
        rows = {bones[0] for part, bones in self.parts.items() if not part.endswith("_clavicle")}
        rows |= {row for part, bones in self.parts.items() if part.endswith("_clavicle") for row in bones}
        rows |= {*self.waist, *self.spine, *self.neck}
        return rows if self.pelvis is None else {*rows, self.pelvis}


def find_chains(
    names: Sequence[str],
    parents: Sequence[int],
    joints: Mapping[str, JointBone],
    heads: Floats,
    tails: Floats,
    head: int | None,
) -> Chains:
    """The parts of a body. Raises ValueError with a sentence where the joints belong to no body that can be moved.

    `heads`, `tails`: (n, 3) where the joints can be seen; `head`: the bone of the head.
    """
    tree = _Tree(names, parents, joints, heads, tails)
    parts: dict[str, tuple[int, ...]] = {}
    ends: dict[str, tuple[str, str]] = {}
    for side in "lr":
        for part, (first, second) in SEGMENTS.items():
            bones = tree.part(f"{side}_{first}", f"{side}_{second}" if second else None)
            if bones:
                parts[f"{side}_{part}"] = bones
                if second:
                    ends[f"{side}_{part}"] = (f"{side}_{first}", f"{side}_{second}")
    pelvis = tree.common([parts[name][0] for name in ("l_thigh", "r_thigh") if name in parts], both=True)
    arms = [parts[name][0] for name in ("l_upper_arm", "r_upper_arm") if name in parts]
    chest = tree.common(arms, both=True)
    if chest is None and len(arms) == 1:
        chest = next(iter(tree.above(arms[0])[2:] or tree.above(arms[0])[1:]), None)
    if chest is None:
        chest = pelvis
    if chest is None:
        raise ValueError("its arms hang on no common bone, and neither do its legs")
    root = chest if pelvis is None else tree.common([pelvis, chest], own=True)
    if root is None:
        raise ValueError("its legs and its chest hang on no common bone")
    for side in "lr":
        arm = parts.get(f"{side}_upper_arm")
        between = tree.path(arm[0], chest) if arm else ()
        if between:
            parts[f"{side}_clavicle"] = between
    spine = tree.path(chest, root)
    spine = (*spine, chest) if chest != root else ()
    waist = tree.path(pelvis, root)
    if pelvis is not None and pelvis != root and _near(heads, tails, root, pelvis, chest):
        waist = (root, *waist)
    neck = ()
    if head is not None and (shared := tree.common([head, chest], own=True)) is not None and head != shared:
        neck = (*tree.path(head, shared), head)
    below = chest if pelvis is None else pelvis
    if pelvis is None:
        line = tree.above(chest)
        below = line[-2] if len(line) > 2 else line[-1]
    return Chains(parts, ends, chest, pelvis, waist, spine, neck, root, below)


def _near(heads: Floats, tails: Floats, root: int, pelvis: int, chest: int) -> bool:
    """Whether a common bone of legs and spine lies in the body and not on the ground."""
    import numpy as np

    long = float(np.linalg.norm(heads[chest] - heads[pelvis]))
    return float(np.linalg.norm(heads[root] - heads[pelvis])) < max(long, 1e-9)


class _Tree:
    """Bones by row, and the joints on them."""

    def __init__(
        self,
        names: Sequence[str],
        parents: Sequence[int],
        joints: Mapping[str, JointBone],
        heads: Floats,
        tails: Floats,
    ) -> None:
        self.parents, self.heads, self.tails = parents, heads, tails
        rows = {name: row for row, name in enumerate(names)}
        self.joints = {name: (rows[joint.bone], joint.end) for name, joint in joints.items()}

    def above(self, row: int) -> list[int]:
        """A bone and all it hangs on."""
        line = [row]
        while self.parents[line[-1]] >= 0:
            line.append(self.parents[line[-1]])
        return line

    def path(self, row: int | None, top: int) -> tuple[int, ...]:
        """What lies between two bones of a line, the upper first, without the two; empty where they are no line."""
        if row is None or row == top:
            return ()
        line = self.above(row)
        return tuple(reversed(line[1 : line.index(top)])) if top in line else ()

    def common(self, rows: Sequence[int], both: bool = False, own: bool = False) -> int | None:
        """The nearest bone that all hang on. `both`: there have to be two; `own`: a bone hangs on itself."""
        if not rows or (both and len(rows) < 2):
            return None
        lines = [self.above(row)[0 if own else 1 :] for row in rows]
        return next((row for row in lines[0] if all(row in line for line in lines)), None)

    def part(self, first: str, second: str | None) -> tuple[int, ...]:
        """The bones from one joint to the next, or the one that begins at the last joint."""
        import numpy as np

        if first not in self.joints or (second is not None and second not in self.joints):
            return ()
        row, end = self.joints[first]
        if second is None:
            if end == "head":
                return (row,)
            size = float(np.linalg.norm(self.tails[row] - self.heads[row]))
            near = [
                (float(np.linalg.norm(self.heads[each] - self.tails[row])), each)
                for each, above in enumerate(self.parents)
                if above == row
            ]
            return (min(near)[1],) if near and min(near)[0] < 0.1 * size else ()
        last, last_end = self.joints[second]
        line = self.above(last)
        if row in line and (row != last or (end == "head" and last_end == "tail")):
            between = tuple(reversed(line[: line.index(row)]))
            if last_end == "head":
                between = between[:-1]
            return (row, *between) if end == "head" else between
        return (row,) if end == "head" else (last,) if last_end == "tail" else ()

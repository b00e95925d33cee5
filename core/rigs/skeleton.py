"""The joints of an armature as one tree, with where they are at rest and in its poses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from .data import Armature, Bone, JointBone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Skeleton", "bone_positions", "build"]

SAME = 2e-3
"""Two points closer than this share of the rig's size, in every pose, are one joint."""


class Skeleton:
    """Joints and which hangs on which.

    `at` is (frames, joints, 3) in world space, the rest pose first. A joint is the head of a bone, or the
    tail of one that nothing hangs on (`tip`). `aliases` are the other bone ends at the same place.
    """

    def __init__(self, at: Floats, nodes: list[JointBone], parents: list[int], tips: list[bool], size: float) -> None:
        self.at = at
        self.nodes = nodes
        self.parents = parents
        self.tips = tips
        self.size = size
        self.aliases: list[list[JointBone]] = [[node] for node in nodes]
        self.children: list[list[int]] = [[] for _ in nodes]
        self.roots: list[int] = []
        for index, parent in enumerate(parents):
            (self.roots if parent < 0 else self.children[parent]).append(index)
        self._lengths = [self.distance(i, parent) if parent >= 0 else 0.0 for i, parent in enumerate(parents)]

    def distance(self, a: int, b: int) -> float:
        """Between two joints, the median over the frames."""
        import numpy as np

        return float(np.median(np.linalg.norm(self.at[:, a] - self.at[:, b], axis=1)))

    def length(self, node: int) -> float:
        """From a joint to the one it hangs on; 0 for a root."""
        return self._lengths[node]

    def above(self, node: int) -> list[int]:
        """A joint and all it hangs on, up to its root."""
        path = [node]
        while self.parents[path[-1]] >= 0:
            path.append(self.parents[path[-1]])
        return path

    def below(self, node: int) -> list[int]:
        """Everything that hangs on a joint, at any depth."""
        found: list[int] = []
        waiting = list(self.children[node])
        while waiting:
            each = waiting.pop()
            found.append(each)
            waiting += self.children[each]
        return found

    def path(self, a: int, b: int) -> list[int] | None:
        """The joints from `a` to `b`, both included; None when they are in different trees."""
        up_a, up_b = self.above(a), self.above(b)
        shared = next((node for node in up_a if node in set(up_b)), None)
        if shared is None:
            return None
        return up_a[: up_a.index(shared) + 1] + up_b[: up_b.index(shared)][::-1]


def bone_positions(rig: Armature) -> Floats:
    """Heads and tails of all bones, (frames, 2, bones, 3), the rest pose first."""
    import numpy as np

    rest = [[bone.head for bone in rig.bones], [bone.tail for bone in rig.bones]]
    posed = [[pose.heads, pose.tails] for pose in rig.poses if len(pose.heads) == len(rig.bones)]
    found = np.array([rest, *posed], np.float64).reshape(1 + len(posed), 2, len(rig.bones), 3)
    # A broken scale somewhere up a chain makes positions that are no numbers.
    return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)


def build(rig: Armature, chosen: Collection[str] | None = None) -> Skeleton:
    """The tree of the chosen bones (all by default).

    A bone whose parent is not chosen hangs on the chosen bone at the same place as an ancestor (generated rigs
    have a deforming twin of each control), else on its next chosen ancestor, else on the chosen bone that ends
    where it begins.
    """
    import numpy as np

    positions = bone_positions(rig)
    names = [bone.name for bone in rig.bones]
    used = [i for i, name in enumerate(names) if chosen is None or name in chosen]
    points = positions[:, :, used].reshape(len(positions), -1, 3)
    spread = points.max(1) - points.min(1) if points.size else np.zeros((1, 3))
    size = float(np.median(np.linalg.norm(spread, axis=1))) or 1.0
    parents = _parents(rig.bones, used, positions, size * SAME)
    return _tree(rig.bones, used, parents, positions, size)


def _parents(bones: Sequence[Bone], used: list[int], positions: Floats, near: float) -> dict[int, int]:
    """For each chosen bone the chosen one it hangs on, -1 for none."""
    import numpy as np

    index = {bone.name: i for i, bone in enumerate(bones)}
    chosen = set(used)
    heads, tails = positions[:, 0], positions[:, 1]
    parents: dict[int, int] = {}

    def hangs_below(node: int, top: int) -> bool:
        while node >= 0:
            if node == top:
                return True
            node = parents.get(node, -1)
        return False

    def ends_there(points: Floats, i: int, of: int) -> int | None:
        apart = np.linalg.norm(points[:, used] - heads[:, of, None], axis=2).max(0)
        for order in np.argsort(apart, kind="stable"):
            if apart[order] > near:
                return None
            other = used[int(order)]
            if other != i and not hangs_below(other, i):
                return other
        return None

    for i in used:
        parent = bones[i].parent
        found = -1
        while parent is not None:
            above = index[parent]
            if above in chosen:
                found = above
                break
            twin = ends_there(heads, i, above)
            # A twin at the bone's own head says nothing about what the bone hangs on.
            if twin is not None and np.linalg.norm(heads[:, twin] - heads[:, i], axis=1).max() > near:
                found = twin
                break
            parent = bones[above].parent
        parents[i] = found if found >= 0 and not hangs_below(found, i) else -1
    for i in used:
        if parents[i] < 0 and len(used) < len(bones):
            parents[i] = ends if (ends := ends_there(tails, i, i)) is not None else -1
    return parents


def _tree(bones: Sequence[Bone], used: list[int], parents: dict[int, int], positions: Floats, size: float) -> Skeleton:
    """Joints from bones: heads, and the tails that nothing hangs on; what coincides becomes one joint."""
    import numpy as np

    heads, tails = positions[:, 0], positions[:, 1]
    hanging: dict[int, list[int]] = {i: [] for i in used}
    for i, parent in parents.items():
        if parent >= 0:
            hanging[parent].append(i)
    order: list[int] = []
    waiting = [i for i in used if parents[i] < 0][::-1]
    while waiting:
        i = waiting.pop()
        order.append(i)
        waiting += hanging[i][::-1]
    columns: list[Floats] = []
    nodes: list[JointBone] = []
    above: list[int] = []
    tips: list[bool] = []
    aliases: list[list[JointBone]] = []
    place: dict[int, int] = {}
    brothers: dict[int, list[int]] = {}

    def add(point: Floats, joint: JointBone, parent: int, tip: bool) -> int:
        # The one above, and its other children: palms that begin together, helpers on top of a bone.
        for same in [parent, *brothers.setdefault(parent, [])] if parent >= 0 else []:
            if np.linalg.norm(point - columns[same], axis=1).max() < size * SAME:
                aliases[same].append(joint)
                tips[same] = tips[same] and tip
                return same
        brothers.setdefault(parent, []).append(len(nodes))
        columns.append(point)
        nodes.append(joint)
        above.append(parent)
        tips.append(tip)
        aliases.append([joint])
        return len(nodes) - 1

    for i in order:
        place[i] = add(heads[:, i], JointBone(bones[i].name), place.get(parents[i], -1), False)
    for i in order:
        if _ends_free(i, hanging, heads, tails):
            add(tails[:, i], JointBone(bones[i].name, "tail"), place[i], True)
    at = np.stack(columns, axis=1) if columns else np.zeros((len(positions), 0, 3))
    made = Skeleton(at, nodes, above, tips, size)
    made.aliases = aliases
    return made


def _ends_free(i: int, hanging: dict[int, list[int]], heads: Floats, tails: Floats) -> bool:
    """Whether a bone's tail is a joint of its own: nothing hangs on it but helpers along it, such as twist bones."""
    import numpy as np

    length = float(np.linalg.norm(tails[0, i] - heads[0, i]))
    for child in hanging[i]:
        if hanging[child] or float(np.linalg.norm(heads[0, child] - heads[0, i])) > 0.85 * length:
            return False
        off = np.linalg.norm(np.cross(heads[0, child] - heads[0, i], tails[0, i] - heads[0, i]))
        if float(off) > 0.1 * length * length:
            return False
    return True

"""People as coloured sticks: the pose pictures that video models were trained on. Three styles.

What they share: a limb is a filled ellipse between two joints in 0.6 of its colour, a joint a disc in its full
colour, a hand 20 lines in the colours of the rainbow with blue points, a face 68 white points, all without
anti-aliasing and at coordinates cut to whole pixels. Limbs and colours are the same in all sources below.

`vace`: Wan2.1-VACE (ali-vilab/VACE vace/annotators/pose.py 83f7d5a, and dwpose/util.py as kept in mervekocabas/VACE
32301f0). Drawn where the short side is 1024 and each side is rounded to a multiple of 64, with sticks of half width 4,
joints of radius 4 and face points of radius 3; resized to the picture by area (a larger picture by Lanczos). The task
`pose` draws bodies and faces, no hands. Limb by limb for everybody, then the joints, then the hands, then the faces.
Red and blue are swapped: pose.py reverses the channels of an RGB drawing and then writes it as RGB, so that the limb
from the neck to the right shoulder is blue (also in VACE's published pictures; ali-vilab/VACE issue 134, open, asks
whether training saw it so).

`openpose`: controlnet-aux 0.0.10 (open_pose/__init__.py draw_poses, open_pose/util.py). The same sizes in pixels of the
picture itself, hands with lines 2 wide and points of radius 4; one person after the other, each whole.

`wan-animate`: Wan2.2-Animate ("v2" in Wan-Video/Wan2.2 wan/modules/animate/preprocess/human_visualization.py, as kept
in simonri/wan 0e83541). Half width and joints are max(⌊short side / 200⌋ - 1, 1), hands half of that but at least 1;
toes, no faces: the model takes a video of the face apart. The original knows one person; here as in `openpose`.

The originals draw everybody in the order of the detector; here the farthest comes first. They leave out points with
a low score, and with a point the limbs that end in it; the same happens here to points outside of the picture and to
absent ones. Nothing is drawn towards them; what is drawn near an edge is clipped there. Detectors guess points that
are behind something, so these are kept unless told otherwise. Hand and face points in the first row or column are
left out, as in the originals.
"""

from __future__ import annotations

import colorsys
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from ..core.errors import BadInput
from ..core.pose import HAND_EDGES, LIMBS, PersonPose, Points, far_to_near
from .skeleton_resize import Resize
from .skeleton_spans import Spans, discs, ellipses, join, lines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["COLOURS", "DIM", "Occluded", "Skeletons", "Style", "canvas_size", "draw", "hand_colours"]

Style = Literal["vace", "openpose", "wan-animate"]
Occluded = Literal["keep", "drop"]

COLOURS = (
    *((255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0)),
    *((0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255)),
    *((0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85)),
    *((200, 200, 0), (100, 100, 0)),
)
"""RGB of joint i, and `DIM` of it of limb i (the limbs to the toes have the colours 17 and 18)."""
DIM = 0.6

_POINT, _FACE = (0, 0, 255), (255, 255, 255)
"""RGB of the points of hands and faces."""
_CANVAS, _MULTIPLE = 1024, 64
"""VACE's canvas: its short side, and what its sides are rounded to."""
_LARGEST, _SLIMMEST = 8192, 16
"""Pixels of a side, and long side over short side: beyond, the canvas has no use and no room."""


class _Sizes(NamedTuple):
    """In pixels of the canvas."""

    stick: int
    """Half width of a limb, radius of a joint."""
    line: int
    """Width of a hand's lines."""
    point: int
    """Radius of a hand's points."""
    face: int = 3
    """Radius of a face's points."""


@dataclass(frozen=True)
class _Look:
    """What makes a style."""

    joints: int
    limbs: int
    hands: bool
    face: bool
    swapped: bool = False
    """Blue where red was."""
    together: bool = False
    """All limbs of everybody, then all joints, …; else one person after the other."""


_LOOKS: dict[Style, _Look] = {
    "vace": _Look(18, 17, hands=False, face=True, swapped=True, together=True),
    "openpose": _Look(18, 17, hands=True, face=True),
    "wan-animate": _Look(20, 19, hands=True, face=False),
}


def canvas_size(width: int, height: int) -> tuple[int, int]:
    """The size at which VACE draws a picture of `width`×`height`: short side 1024, both multiples of 64."""
    scale = _CANVAS / min(width, height)
    across, down = (round(side * scale / _MULTIPLE) * _MULTIPLE for side in (width, height))
    return across, down


def _sizes(style: Style, width: int, height: int) -> _Sizes:
    if style != "wan-animate":
        return _Sizes(stick=4, line=2, point=4)
    stick = max(min(width, height) // 200 - 1, 1)
    hand = max(stick // 2, 1)
    return _Sizes(stick=stick, line=hand, point=hand)


@functools.cache
def hand_colours() -> tuple[tuple[int, ...], ...]:
    """RGB of the 20 lines of a hand: hue i/20, full saturation and value."""
    found = (colorsys.hsv_to_rgb(index / len(HAND_EDGES), 1.0, 1.0) for index in range(len(HAND_EDGES)))
    return tuple(tuple(round(value * 255) for value in colour) for colour in found)


_JOINT_AT = 1
_LIMB_AT = _JOINT_AT + len(COLOURS)
_LINE_AT = _LIMB_AT + len(LIMBS)
_POINT_AT = _LINE_AT + len(HAND_EDGES)
_FACE_AT = _POINT_AT + 1
"""Where in a palette each kind of colour begins; 0 is black."""


@functools.cache
def _palette(swapped: bool) -> Picture:
    import numpy as np

    limbs = (tuple(int(value * DIM) for value in colour) for colour in COLOURS[: len(LIMBS)])
    colours = np.array([(0, 0, 0), *COLOURS, *limbs, *hand_colours(), _POINT, _FACE], np.uint8)
    return np.ascontiguousarray(colours[:, ::-1]) if swapped else colours


class _Layer(NamedTuple):
    """Shapes of one kind: their rows, and for each shape its place in the drawing order and its colour."""

    spans: Spans
    order: Whole
    colour: Whole


class _Placed(NamedTuple):
    """Points on the canvas (n, points, 2), which of them are drawn (n, points), and whose they are (n)."""

    at: Real
    drawn: Flags
    owner: Whole


def _order(first: Whole | int, second: Whole | int, third: Whole | int) -> Whole:
    import numpy as np

    return (np.asarray(first, np.int64) << 40) + (np.asarray(second, np.int64) << 20) + np.asarray(third, np.int64)


class Skeletons:
    """Draws people in pictures of one size and style. Threads may share it.

    `width`, `height`: of the pictures, in pixels, at most 8192 and at most 16:1. `hands` and `face`: whether they are
    drawn; None for what the model was trained with. `occluded`: whether points behind something are drawn.
    Raises BadInput for a size or style that can't be drawn.
    """

    def __init__(
        self,
        width: int,
        height: int,
        style: Style = "vace",
        *,
        hands: bool | None = None,
        face: bool | None = None,
        occluded: Occluded = "keep",
    ) -> None:
        look = _LOOKS.get(style)
        if look is None:
            raise BadInput(f"There is no pose style {style!r}: choose one of {', '.join(get_args(Style))}.")
        short, long = min(width, height), max(width, height)
        if short < 1 or long > _LARGEST or long > _SLIMMEST * short:
            raise BadInput(
                f"Pose pictures can't be {width}×{height}: choose sides from 1 to {_LARGEST} pixels and a shape of at "
                f"most {_SLIMMEST}:1."
            )
        if face and not look.face:
            raise BadInput(f"Pose pictures in the style {style} have no faces: leave them out.")
        self._size = (width, height)
        self._canvas = canvas_size(width, height) if style == "vace" else self._size
        self._look = look
        self._hands = look.hands if hands is None else hands
        self._face = look.face if face is None else face
        self._letters = b"so" if occluded == "keep" else b"s"
        self._sizes = _sizes(style, width, height)
        self._palette = _palette(look.swapped)
        self._resize = Resize(self._canvas, self._size) if style == "vace" else None

    def draw(self, people: Iterable[PersonPose]) -> Picture:
        """The picture, RGB uint8 (height, width, 3), black where nobody is; a new array each time."""
        import numpy as np

        layers = self._layers(far_to_near(people))
        x, y, place, colour = self._pixels(layers)
        if self._resize:
            return self._resize.picture(x, y, colour, self._palette)
        width, height = self._size
        picture = np.zeros((height * width, 3), np.uint8)
        picture[place] = self._palette[colour]
        return picture.reshape(height, width, 3)

    # -- what is drawn --------------------------------------------------------------------------------

    def _layers(self, people: Sequence[PersonPose]) -> list[_Layer]:
        layers: list[_Layer] = []
        if people:
            body = self._place([(index, person.joints) for index, person in enumerate(people)])
            layers += [self._limbs(body), self._joints(body)]
        if self._hands:
            for side, name in enumerate(("left_hand", "right_hand")):
                found = self._parts(people, name)
                if found:
                    layers += self._hand(found, side)
        faces = self._parts(people, "face") if self._face else None
        if faces:
            layers.append(self._faces(faces))
        return layers

    def _parts(self, people: Sequence[PersonPose], name: str) -> _Placed | None:
        """Everybody's hand or face; without the points in the first row and column."""
        parts: list[tuple[int, Points]] = []
        for index, person in enumerate(people):
            part: Points | None = getattr(person, name)
            if part is not None:
                parts.append((index, part))
        if not parts:
            return None
        found = self._place(parts)
        return found._replace(drawn=found.drawn & (found.at >= 1).all(axis=2))

    def _place(self, parts: list[tuple[int, Points]]) -> _Placed:
        import numpy as np

        pixels = np.array([part.pixels for _, part in parts], np.float64).reshape(len(parts), -1, 2)
        letters = np.frombuffer("".join(part.visible for _, part in parts).encode(), np.uint8).reshape(len(parts), -1)
        inside = ((pixels >= 0) & (pixels <= self._size)).all(axis=2)
        drawn = inside & np.isin(letters, np.frombuffer(self._letters, np.uint8))
        scale = np.divide(self._canvas, self._size)
        at = np.where(drawn[..., None], pixels, 0.0) * scale
        return _Placed(at, drawn, np.array([index for index, _ in parts], np.int64))

    def _limbs(self, body: _Placed) -> _Layer:
        import numpy as np

        ends = np.array(LIMBS[: self._look.limbs])
        who, limb = np.nonzero(body.drawn[:, ends[:, 0]] & body.drawn[:, ends[:, 1]])
        start, end = body.at[who, ends[limb, 0]], body.at[who, ends[limb, 1]]
        apart = start - end
        half = (np.sqrt((apart**2).sum(axis=1)) / 2).astype(np.int64)
        degrees = np.degrees(np.arctan2(apart[:, 1], apart[:, 0])).astype(np.int64)
        centre = ((start + end) / 2).astype(np.int64)
        spans = ellipses(centre, half, self._sizes.stick, degrees)
        return _Layer(spans, self._turn(0, limb, who), _LIMB_AT + limb)

    def _joints(self, body: _Placed) -> _Layer:
        import numpy as np

        who, joint = np.nonzero(body.drawn[:, : self._look.joints])
        spans = discs(body.at[who, joint].astype(np.int64), self._sizes.stick)
        return _Layer(spans, self._turn(1, joint, who), _JOINT_AT + joint)

    def _turn(self, stage: int, part: Whole, who: Whole) -> Whole:
        """When a part of a body is drawn."""
        return _order(stage, part, who) if self._look.together else _order(who, stage, part)

    def _hand(self, found: _Placed, side: int) -> list[_Layer]:
        import numpy as np

        ends = np.array(HAND_EDGES)
        at = found.at.astype(np.int64)
        row, edge = np.nonzero(found.drawn[:, ends[:, 0]] & found.drawn[:, ends[:, 1]])
        spans = lines(at[row, ends[edge, 0]], at[row, ends[edge, 1]], self._sizes.line)
        layers = [_Layer(spans, self._part_turn(2, side, found.owner[row], edge), _LINE_AT + edge)]
        row, point = np.nonzero(found.drawn)
        spans = discs(at[row, point], self._sizes.point)
        turn = self._part_turn(2, side, found.owner[row], point + len(HAND_EDGES))
        return [*layers, _Layer(spans, turn, np.full(len(row), _POINT_AT))]

    def _faces(self, found: _Placed) -> _Layer:
        import numpy as np

        row, point = np.nonzero(found.drawn)
        spans = discs(found.at[row, point].astype(np.int64), self._sizes.face)
        return _Layer(spans, self._part_turn(3, 0, found.owner[row], point), np.full(len(row), _FACE_AT))

    def _part_turn(self, stage: int, side: int, who: Whole, part: Whole) -> Whole:
        """When a line or point of a hand or face is drawn."""
        if self._look.together:
            return _order(stage + side, who, part) if stage == 2 else _order(stage + 1, who, part)
        return _order(who, stage + side, part) if stage == 2 else _order(who, stage + 1, part)

    # -- painting -------------------------------------------------------------------------------------

    def _pixels(self, layers: list[_Layer]) -> tuple[Whole, Whole, Whole, Whole]:
        """The pixels of the canvas that are not black, each once: x, y, place in the canvas, colour."""
        import numpy as np

        none = np.zeros(0, np.int64)
        if not layers:
            return none, none, none, none
        width, height = self._canvas
        spans = join([layer.spans for layer in layers])
        order = np.concatenate([layer.order[layer.spans.shape] for layer in layers])
        colour = np.concatenate([layer.colour[layer.spans.shape] for layer in layers])
        first, last = np.maximum(spans.first, 0), np.minimum(spans.last, width - 1)
        kept = np.flatnonzero((spans.row >= 0) & (spans.row < height) & (first <= last))
        kept = kept[np.argsort(order[kept], kind="stable")]
        first, row = first[kept], spans.row[kept]
        count = last[kept] - first + 1
        begin = np.cumsum(count) - count
        span = np.repeat(np.arange(len(kept)), count)
        x = np.arange(len(span)) + np.repeat(first - begin, count)
        y = row[span]
        place = y * width + x
        # Who is painted last is seen; no other cell of the canvas is read.
        seen = np.empty(width * height, np.int32)
        seen[place] = span
        top = np.flatnonzero(seen[place] == span)
        return x[top], y[top], place[top], colour[kept][span[top]]


@functools.lru_cache(8)
def _shared(
    width: int, height: int, style: Style, hands: bool | None, face: bool | None, occluded: Occluded
) -> Skeletons:
    return Skeletons(width, height, style, hands=hands, face=face, occluded=occluded)


def draw(
    people: Iterable[PersonPose],
    width: int,
    height: int,
    style: Style = "vace",
    *,
    hands: bool | None = None,
    face: bool | None = None,
    occluded: Occluded = "keep",
) -> Picture:
    """One picture, RGB uint8 (height, width, 3). Arguments and errors are those of `Skeletons`."""
    return _shared(width, height, style, hands, face, occluded).draw(people)

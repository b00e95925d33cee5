"""What our own drawing can't show of a scene: volumes, hair, points, cut-outs and panoramas are left to Cycles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import bpy
import numpy as np

from .compat import has_shader_nodes

__all__ = ["Survey", "obstacles", "survey"]

_SURFACES = {"MESH", "CURVE", "SURFACE", "FONT", "META"}
_MOST_PIXELS = 4096 * 4096
"""A picture larger than this has its alpha believed, not looked at."""

Interval = tuple[float, float]
"""Lowest and highest value that something can have."""
Groups = tuple[bpy.types.Node, ...]
"""The node groups one is inside of, outermost first."""

_ANYTHING: Interval = (-inf, inf)


@dataclass
class Survey:
    """Names of objects by what they show, in the order they were met."""

    volumes: list[str] = field(default_factory=list)
    """Objects that evaluate to volumes (grids of density)."""
    media: list[str] = field(default_factory=list)
    """Meshes that only bound fog or smoke, and have no surface."""
    hair: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    cut_outs: list[str] = field(default_factory=list)
    """Objects with materials that are see-through in places."""
    panorama: str = ""
    """The camera, when its picture has no straight lines."""

    def sentences(self) -> list[str]:
        """One sentence per kind; none when our own drawing can show everything."""
        kinds = (
            ("There are volumes: {}.", self.volumes + self.media),
            ("There is hair: {}.", self.hair),
            ("There are point clouds: {}.", self.points),
            ("There are materials that cut parts out: on {}.", self.cut_outs),
            ("The camera is panoramic: {}.", [self.panorama] if self.panorama else []),
        )
        return [sentence.format(_names(names)) for sentence, names in kinds if names]


def obstacles(scene: bpy.types.Scene, layer: bpy.types.ViewLayer, camera: bpy.types.Object) -> list[str]:
    """One sentence per kind of thing that `raster.Raster` can't draw; empty when it can draw everything.

    Use inside `as_rendered`. Looks at what a render would show at the current frame, and at what is
    hidden now by an animation; instanced collections too.
    """
    return survey(scene, layer, camera).sentences()


def survey(scene: bpy.types.Scene, layer: bpy.types.ViewLayer, camera: bpy.types.Object) -> Survey:
    """What `obstacles` tells in words."""
    found = Survey()
    if camera.data.type not in ("PERSP", "ORTHO"):
        found.panorama = camera.name
    layer.update()
    if layer.depsgraph is None:
        scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)
    materials = _Materials(layer.material_override)
    seen: set[tuple[object, ...]] = set()
    for item in layer.depsgraph.object_instances:
        obj = item.object
        owner = item.parent if item.is_instance and item.parent else obj
        key = (obj.original.session_uid, obj.type, obj.data.name_full if obj.data else "")
        if key in seen or not _shown(owner) or not _shown(obj):
            continue
        seen.add(key)
        for kind in _kinds(obj, materials, item.show_self, item.show_particles):
            names = getattr(found, kind)
            if obj.original.name not in names:
                names.append(obj.original.name)
    return found


def _shown(obj: bpy.types.Object) -> bool:
    # What is animated may be shown at another time.
    return not obj.hide_render or obj.original.animation_data is not None


def _kinds(obj: bpy.types.Object, materials: _Materials, surface: bool, particles: bool) -> Iterator[str]:
    if obj.type == "VOLUME":
        yield "volumes"
    elif obj.type == "CURVES" and len(obj.data.points):
        yield "hair"
    elif obj.type == "POINTCLOUD" and len(obj.data.points):
        yield "points"
    if obj.type == "MESH" and particles and any(_is_hair(system) for system in obj.particle_systems):
        yield "hair"
    if obj.type in _SURFACES and surface:
        used = materials.of(obj)
        if _is_smoke(obj) or (used and all(materials.is_medium(material) for material in used)):
            yield "media"
        elif any(materials.cuts(material) for material in used):
            yield "cut_outs"


def _is_hair(system: bpy.types.ParticleSystem) -> bool:
    settings = system.settings
    return settings.type == "HAIR" and settings.render_type == "PATH" and bool(len(system.particles))


def _is_smoke(obj: bpy.types.Object) -> bool:
    return any(
        modifier.type == "FLUID"
        and modifier.show_render
        and modifier.fluid_type == "DOMAIN"
        and modifier.domain_settings.domain_type == "GAS"
        for modifier in obj.original.modifiers
    )


def _names(names: list[str]) -> str:
    shown = [repr(name) for name in names[:3]]
    if len(names) > 3:
        return f"{', '.join(shown)} and {len(names) - 3} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


# -- materials ------------------------------------------------------------------------------------


class _Materials:
    """The materials of what is drawn, each looked at once. `override` is the view layer's."""

    def __init__(self, override: bpy.types.Material | None) -> None:
        self._override = override
        self._cuts: dict[int, bool] = {}
        self._alpha: dict[int, Interval] = {}

    def of(self, obj: bpy.types.Object) -> list[bpy.types.Material]:
        """The materials that faces of an evaluated object have."""
        if self._override is not None:
            return [self._override]
        materials = list(obj.data.materials)
        for index, slot in enumerate(obj.material_slots):
            if slot.link == "OBJECT" and index < len(materials):
                materials[index] = slot.material
        if obj.type == "MESH" and len(materials) > 1:
            materials = [materials[index] for index in _used_slots(obj.data) if index < len(materials)]
        return [material.original for material in materials if material is not None]

    @staticmethod
    def is_medium(material: bpy.types.Material) -> bool:
        """Whether a material fills a body without having a surface."""
        output = _output(material)
        return output is not None and not output.inputs["Surface"].is_linked and output.inputs["Volume"].is_linked

    def cuts(self, material: bpy.types.Material) -> bool:
        """Whether something can be seen through a material somewhere."""
        key = material.session_uid
        if key not in self._cuts:
            output = _output(material)
            self._cuts[key] = output is not None and self._opacity(output.inputs["Surface"], ())[0] < 0.999
        return self._cuts[key]

    def _opacity(self, socket: bpy.types.NodeSocket, groups: Groups) -> Interval:
        """How much a shader hides of what is behind it, as camera rays see it: 0 to 1.

        As Cycles adds up closures: a Transparent BSDF lets its colour through, Mix Shader weighs, Add
        Shader adds what gets through.
        """
        end, groups = _end(socket, groups)
        if not end.is_output:
            return 1.0, 1.0
        node = end.node
        if node.type == "BSDF_PRINCIPLED":
            return _clamp(self._value(node.inputs["Alpha"], groups))
        if node.type == "BSDF_TRANSPARENT":
            low, high = _clamp(self._value(node.inputs["Color"], groups))
            return 1.0 - high, 1.0 - low
        if node.type == "MIX_SHADER":
            share = _clamp(self._value(node.inputs[0], groups))
            one, two = (self._opacity(node.inputs[index], groups) for index in (1, 2))
            mixed = [a * (1 - f) + b * f for f in share for a, b in zip(one, two, strict=True)]
            return min(mixed), max(mixed)
        if node.type == "ADD_SHADER":
            one, two = (self._opacity(node.inputs[index], groups) for index in (0, 1))
            return _clamp((one[0] + two[0] - 1.0, one[1] + two[1] - 1.0))
        return 1.0, 1.0

    def _value(self, socket: bpy.types.NodeSocket, groups: Groups) -> Interval:
        """The values a number can have; anything where that depends on the place or can't be told."""
        end, groups = _end(socket, groups)
        if not end.is_output:
            return _constant(end)
        node = end.node
        if node.type in ("VALUE", "RGB"):
            return _constant(end)
        if node.type == "LIGHT_PATH" and end.name.startswith("Is "):
            # Tricks for shadows and reflections don't concern what the camera sees.
            return (1.0, 1.0) if end.name == "Is Camera Ray" else (0.0, 0.0)
        if node.type == "TEX_IMAGE" and end.name == "Alpha":
            return self._image_alpha(node.image)
        if node.type == "MATH":
            inputs = [self._value(one, groups) for one in node.inputs[:2]]
            result = _math(node.operation, *inputs)
            return _clamp(result) if node.use_clamp else result
        return _ANYTHING

    def _image_alpha(self, image: bpy.types.Image | None) -> Interval:
        """A picture without alpha, or with none that hides anything, is an ordinary backdrop."""
        if image is None or image.alpha_mode == "NONE":
            return 1.0, 1.0
        key = image.session_uid
        if key not in self._alpha:
            self._alpha[key] = _alpha_range(image)
        return self._alpha[key]


def _output(material: bpy.types.Material) -> bpy.types.Node | None:
    if not has_shader_nodes(material):
        return None
    return material.node_tree.get_output_node("CYCLES")


def _used_slots(mesh: bpy.types.Mesh) -> list[int]:
    attribute = mesh.attributes.get("material_index")
    if attribute is None:
        return [0]
    indices = np.empty(len(attribute.data), np.int32)
    attribute.data.foreach_get("value", indices)
    return np.unique(indices).tolist()


def _alpha_range(image: bpy.types.Image) -> Interval:
    width, height = image.size
    # Bits per pixel: 32 and more have alpha, but three floats are 96 and three 16-bit numbers 48.
    if not width or image.channels < 4 or image.depth in (24, 48, 96):
        return 1.0, 1.0
    if image.source not in ("FILE", "GENERATED") or width * height > _MOST_PIXELS:
        return 0.0, 1.0
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return _clamp((float(pixels[3::4].min()), float(pixels[3::4].max())))


def _end(socket: bpy.types.NodeSocket, groups: Groups) -> tuple[bpy.types.NodeSocket, Groups]:
    """Where an input gets its value: the output of a node, or an input that has it itself.

    Goes through reroutes, muted nodes and node groups.
    """
    while True:
        links = [link for link in socket.links if link.is_valid and not link.is_muted]
        if not links:
            return socket, groups
        source = links[0].from_socket
        step = _through(source, groups)
        if step is None:
            return source, groups
        socket, groups = step


def _through(source: bpy.types.NodeSocket, groups: Groups) -> tuple[bpy.types.NodeSocket, Groups] | None:
    """The input behind an output of a node that only hands on, or None."""
    node = source.node
    if node.mute:
        behind = [link.from_socket for link in node.internal_links if link.to_socket == source]
        return (behind[0], groups) if behind else None
    if node.type == "REROUTE":
        return node.inputs[0], groups
    if node.type == "GROUP" and node.node_tree is not None:
        ends = [one for one in node.node_tree.nodes if one.type == "GROUP_OUTPUT" and one.is_active_output]
        inside = _by_identifier(ends[0].inputs, source.identifier) if ends else None
        return (inside, (*groups, node)) if inside is not None else None
    if node.type == "GROUP_INPUT" and groups:
        outside = _by_identifier(groups[-1].inputs, source.identifier)
        return (outside, groups[:-1]) if outside is not None else None
    return None


def _by_identifier(sockets: bpy.types.NodeInputs, identifier: str) -> bpy.types.NodeSocket | None:
    return next((socket for socket in sockets if socket.identifier == identifier), None)


def _constant(socket: bpy.types.NodeSocket) -> Interval:
    value = getattr(socket, "default_value", None)
    if value is None:
        return _ANYTHING
    parts = [value] if isinstance(value, (int, float)) else list(value)[:3]
    return min(parts), max(parts)


def _clamp(interval: Interval) -> Interval:
    return min(1.0, max(0.0, interval[0])), min(1.0, max(0.0, interval[1]))


def _math(operation: str, one: Interval, two: Interval) -> Interval:
    (a, b), (c, d) = one, two
    if operation == "ADD":
        return a + c, b + d
    if operation == "SUBTRACT":
        return a - d, b - c
    if operation == "MULTIPLY":
        products = [x * y if x and y else 0.0 for x in one for y in two]
        return min(products), max(products)
    if operation == "MINIMUM":
        return min(a, c), min(b, d)
    if operation == "MAXIMUM":
        return max(a, c), max(b, d)
    if operation == "GREATER_THAN":
        return float(a > d), float(b > c)
    if operation == "LESS_THAN":
        return float(b < c), float(a < d)
    return _ANYTHING

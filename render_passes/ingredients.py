"""What pictures by Cycles depend on besides meshes: hair, points, volumes and the materials that cut parts out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np

__all__ = ["digest", "plain"]

_PLAIN = {"BOOLEAN", "INT", "FLOAT", "STRING", "ENUM"}


def digest(depsgraph: bpy.types.Depsgraph, materials: bool) -> bytes:
    """SHA-256 over everything of that kind in an evaluated scene; with `materials`, their nodes too.

    Nodes change between frames by animation as well, so this is asked for at every moment.
    """
    found = hashlib.sha256()
    seen: set[int] = set()
    for item in depsgraph.object_instances:
        obj = item.object
        if obj.original.session_uid not in seen:
            seen.add(obj.original.session_uid)
            for part in _parts(obj, materials):
                found.update(part)
        if obj.type in ("CURVES", "POINTCLOUD", "VOLUME"):
            found.update(np.array(item.matrix_world, np.float32).tobytes())
    return found.digest()


def _parts(obj: bpy.types.Object, materials: bool) -> Iterator[bytes]:
    if obj.type in ("CURVES", "POINTCLOUD"):
        yield from _attributes(obj.data)
    elif obj.type == "VOLUME":
        yield plain(obj.data) + _file(obj.data.filepath)
    for system in getattr(obj, "particle_systems", ()):
        yield plain(system.settings)
        places = np.empty(3 * len(system.particles), np.float32)
        system.particles.foreach_get("location", places)
        yield places.tobytes()
        if system.settings.type == "HAIR":
            # Combing moves the keys of each hair.
            keys = [tuple(key.co) for particle in system.particles for key in particle.hair_keys]
            yield np.array(keys, np.float32).tobytes()
    if materials:
        for slot in getattr(obj, "material_slots", ()):
            if slot.material is not None:
                yield slot.material.name_full.encode()
                yield from _nodes(slot.material.node_tree, set())


def _attributes(data: Any) -> Iterator[bytes]:
    for name in ("position", "radius"):
        attribute = data.attributes.get(name)
        if attribute is None:
            continue
        vector = attribute.data_type == "FLOAT_VECTOR"
        values = np.empty(len(attribute.data) * (3 if vector else 1), np.float32)
        attribute.data.foreach_get("vector" if vector else "value", values)
        yield values.tobytes()


def _nodes(tree: bpy.types.NodeTree | None, inside: set[int]) -> Iterator[bytes]:
    """Nodes, their values, images and links of a tree and the groups in it."""
    if tree is None or tree.session_uid in inside:
        return
    inside.add(tree.session_uid)
    for node in tree.nodes:
        yield node.bl_idname.encode() + plain(node)
        for socket in node.inputs:
            value = getattr(socket, "default_value", None)
            yield repr(tuple(value) if hasattr(value, "__len__") and not isinstance(value, str) else value).encode()
        image = getattr(node, "image", None)
        if image is not None:
            yield image.name_full.encode() + _file(image.filepath) + repr(tuple(image.size)).encode()
        yield from _nodes(getattr(node, "node_tree", None), inside)
    for link in tree.links:
        ends = (link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier)
        yield "\0".join(ends).encode()


def plain(owner: Any) -> bytes:
    """The owner's simple properties that a person can set."""
    shown = [
        (prop.identifier, repr(value[:] if getattr(prop, "is_array", False) else value))
        for prop in owner.bl_rna.properties
        if prop.type in _PLAIN and not prop.is_readonly and not prop.is_hidden
        for value in (getattr(owner, prop.identifier, None),)
    ]
    return repr(shown).encode()


def _file(path: str) -> bytes:
    """Size and time of a file outside the .blend."""
    if not path:
        return b""
    try:
        status = Path(bpy.path.abspath(path)).stat()
    except OSError:
        return b"gone"
    return b"%d %d" % (status.st_size, status.st_mtime_ns)

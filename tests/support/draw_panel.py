"""Draws a panel or menu on a real UILayout without a window (POSIX).

`window_manager.popup_menu` calls back with a real layout and only then fails for want of a screen, so
it runs in a forked child that leaves inside the callback. A wrong property or operator raises nothing:
Blender prints it on stderr, which comes back too.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
import types
import warnings
from dataclasses import dataclass
from typing import Any

import bpy

__all__ = ["Drawn", "draw", "draw_row"]

_NOISE = ("no icon for icon ID",)
"""Lines that only say that there is no screen."""


@dataclass(frozen=True)
class Drawn:
    """What drawing gave."""

    tree: Any
    """`UILayout.introspect()` of the layout, or None after an error."""
    error: str
    """The traceback, or an empty text."""
    printed: str
    """What Blender printed meanwhile, without the noise of drawing without a screen."""

    def text(self) -> str:
        """Everything drawn, as one text to look things up in."""
        return json.dumps(self.tree, ensure_ascii=False)


def draw(cls: type, enabled: bool = True) -> Drawn:
    """Draw a panel (header and body, when its poll allows) or a menu."""

    def body(layout: Any, context: bpy.types.Context) -> None:
        if enabled and hasattr(cls, "poll") and not cls.poll(context):
            raise AssertionError(f"{cls.__name__}.poll() refuses to draw here")
        self = types.SimpleNamespace(layout=layout, bl_idname=getattr(cls, "bl_idname", cls.__name__))
        for name in dir(cls):
            if name.startswith("_draw"):
                setattr(self, name, getattr(cls, name))
        if hasattr(cls, "draw_header"):
            cls.draw_header(self, context)
        cls.draw(self, context)

    return _in_child(body)


def draw_row(cls: type, data: Any, item: Any, active: Any, active_property: str) -> Drawn:
    """Draw one row of a UIList."""

    def body(layout: Any, context: bpy.types.Context) -> None:
        cls.draw_item(types.SimpleNamespace(), context, layout, data, item, 0, active, active_property, 0, 0)

    return _in_child(body)


def _in_child(body: Any) -> Drawn:
    result, send = os.pipe()
    printed, noise = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Python 3.12+ warns because Blender has threads; the child only draws and leaves.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.dup2(noise, 1)
        os.dup2(noise, 2)
        _draw_and_leave(body, send)
    os.close(send)
    os.close(noise)
    answer, text = _read(result), _read(printed).decode("utf-8", "replace")
    os.waitpid(child, 0)
    if not answer:
        raise AssertionError(f"Blender never asked for the layout to be drawn:\n{text}")
    tree, error = json.loads(answer)
    lines = [line for line in text.splitlines() if line.strip() and not any(noise in line for noise in _NOISE)]
    return Drawn(tree, error, "\n".join(lines))


def _draw_and_leave(body: Any, send: int) -> None:
    def callback(popup: Any, context: bpy.types.Context) -> None:
        try:
            layout = popup.layout.column()
            body(layout, context)
            answer = (layout.introspect(), "")
        except BaseException:
            answer = (None, traceback.format_exc())
        sys.stdout.flush()
        sys.stderr.flush()
        with os.fdopen(send, "wb") as stream:
            stream.write(json.dumps(answer, default=str).encode())
        os._exit(0)

    try:
        window = bpy.context.window
        area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
        region = next(region for region in area.regions if region.type == "UI")
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.context.window_manager.popup_menu(callback)
    finally:
        os._exit(3)


def _read(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()

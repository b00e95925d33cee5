"""The one list of what Shotwright adds to Blender. All of it or nothing; undone in reverse.

Enabling imports neither pydantic nor numpy: what is listed here reads `core.terms` at most, and
everything heavy is imported by the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable

from .addon import background, command_line, handlers, preferences, properties, references_cache
from .operators import asset, edit, flipbook, motion, project, references, sheet, shot, style
from .panels import assets as assets_panel
from .panels import prompt as prompt_panel
from .panels import references as references_panel
from .panels import shots as shots_panel

__all__ = ["register", "unregister"]

Step = tuple[Callable[[], None], Callable[[], None]]


def _class_step(cls: type) -> Step:
    import bpy

    return lambda: bpy.utils.register_class(cls), lambda: bpy.utils.unregister_class(cls)


def _steps() -> list[Step]:
    classes = (
        *properties.CLASSES,
        *references_cache.CLASSES,
        *preferences.CLASSES,
        *shot.CLASSES,
        *project.CLASSES,
        *edit.CLASSES,
        *references.CLASSES,
        *flipbook.CLASSES,
        *motion.CLASSES,
        *asset.CLASSES,
        *sheet.CLASSES,
        *style.CLASSES,
        *shots_panel.CLASSES,
        *prompt_panel.CLASSES,
        *assets_panel.CLASSES,
        *references_panel.CLASSES,
    )
    return [
        *(_class_step(cls) for cls in classes),
        (properties.attach, properties.detach),
        (references_cache.attach, references_cache.detach),
        (background.attach, background.detach),
        (handlers.attach, handlers.detach),
        (command_line.attach, command_line.detach),
    ]


_done: list[Step] = []


def register() -> None:
    """Add everything to Blender; when one step fails, take back the ones before it and raise."""
    if _done:
        return
    try:
        for step in _steps():
            step[0]()
            _done.append(step)
    except BaseException:
        unregister()
        raise


def unregister() -> None:
    """Take everything back in reverse. A step that fails does not keep the others from going on."""
    failures: list[Exception] = []
    while _done:
        _, undo = _done.pop()
        try:
            undo()
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup("Shotwright could not remove everything it had added", failures)

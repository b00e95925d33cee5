"""Shotwright: direct AI video from a Blender layout.

Inside Blender this package is `bl_ext.<repository>.shotwright`, installed with pip it is `shotwright`.
Nothing is imported here at top level, so that either can be loaded without the other's needs.
"""


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from . import registration

    registration.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import registration

    registration.unregister()

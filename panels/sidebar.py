"""Where our panels are: in the sidebar of the 3D viewport."""

__all__ = ["Sidebar"]


class Sidebar:
    """What the panels of the sidebar have in common."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Shotwright"

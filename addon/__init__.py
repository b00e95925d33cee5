"""Everything about Blender that is not a button: properties, scene ↔ Shot, the edit, the command."""

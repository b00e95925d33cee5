"""Movies and pictures: encode, probe, draw text on them. No Blender in here."""

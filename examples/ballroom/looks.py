"""The palette: aged ivory 60, verdigris 30, oxblood 10, and the few neutrals between them."""

from __future__ import annotations

import bpy

IVORY, VERDIGRIS, OXBLOOD = "#d9cfb4", "#7f9a92", "#6e2f2e"

COLOURS = {
    "Ivory": IVORY,
    "Ivory.Dark": "#b3a88d",
    "Plaster": "#cfc7b2",
    "Plaster.Dark": "#a9a18d",
    "Parquet": "#a8987b",
    "Parquet.Base": "#4d463a",
    "Verdigris": VERDIGRIS,
    "Verdigris.Dark": "#5d746e",
    "Oxblood": OXBLOOD,
    "Oxblood.Dark": "#4f2424",
    "Brass": "#a0916a",
    "Iron": "#4c4b47",
    "Wood": "#7d6e58",
    "Wood.Dark": "#594e40",
    "Cloth": "#d2cab6",
    "Paper": "#cbc3ae",
    "Glass": "#a9b5b0",
    "Navy": "#454e5e",
    "Navy.Dark": "#343a46",
    "Plastic": "#d3c79f",
    "Plastic.Dark": "#a89d7b",
    "Screen": "#39423f",
    "Glow": "#e6dcb4",
    "Rubber": "#46433e",
    "Vinyl": "#2c2a29",
    "Skin": "#c9ab95",
    "Hair": "#463b35",
    "Stocking": "#6b625b",
    "String": "#c6bda6",
    "Daylight": "#dfe3dc",
}

_GLOW = {"Glow": 2.5, "Daylight": 1.0}
_ROUGH = {"Brass": 0.45, "Vinyl": 0.35, "Screen": 0.2, "Glass": 0.15, "Plastic": 0.5, "Iron": 0.5}


def look(name: str) -> bpy.types.Material:
    """A material of the palette by name; asked for again, the same one comes back."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    rgb = linear(COLOURS[name])
    made = bpy.data.materials.new(name)
    made.diffuse_color = (*rgb, 1.0)
    made.roughness = _ROUGH.get(name, 0.8)
    if made.node_tree is None:  # since Blender 5.0 every material has its nodes from the start
        made.use_nodes = True
    shader = next(node for node in made.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (*rgb, 1.0)
    shader.inputs["Roughness"].default_value = made.roughness
    if name in _GLOW:
        shader.inputs["Emission Color"].default_value = (*rgb, 1.0)
        shader.inputs["Emission Strength"].default_value = _GLOW[name]
    return made


def linear(colour: str) -> tuple[float, float, float]:
    """An sRGB hex colour as linear light."""
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue

"""The pip command line: verbs without a scene run here, the others in a Blender."""

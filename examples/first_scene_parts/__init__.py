"""The parts of the first example scene: shapes, room, rig, body, acting and cameras."""

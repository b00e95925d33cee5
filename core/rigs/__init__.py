"""Which bone of an armature is which joint of a person: known from the rig, not detected in pictures."""

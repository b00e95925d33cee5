"""References drawn from the current scene: one pass per file, one submission per frame."""

"""A camera that writes its own brief: measured from its track, structured first, words second."""

"""The example film "Ballroom": its scene from nothing, and the text a director would give with it."""

"""Storyboard panels and pages: pictures with frames, arrows and words."""

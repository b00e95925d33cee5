"""Panels draw what is in memory; they compute nothing and read no disk."""

"""The words of the house: shot, shot list, package, request, take, report. No Blender in here."""

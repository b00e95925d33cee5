"""The life of a request on disk: project folder, packages, takes; and the processes that do the work."""

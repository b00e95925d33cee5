"""How a request becomes a clip. One file per backend, named in the registry."""

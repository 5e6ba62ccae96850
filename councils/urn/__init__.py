"""The urn: a process of its own that keeps the papers of open polls in memory and nowhere else.

`holder` is what the process does, `client` how the application asks it, `wire` the way between them, `memory` what
keeps the process's memory to itself. docs/adr/0002-the-urn.md says why.
"""

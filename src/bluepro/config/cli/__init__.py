"""The command line `bluepro`: does by command what pages will do, as the workspace's Owner, recorded as such.

Exit status: 0 all went well, 1 refused or something is left for a person, 2 the command was not understood. What is
refused is told in one sentence on stderr, never as a traceback.
"""

from bluepro.config.cli.run import main

__all__ = ["main"]

"""`python -m bluepro.config.cli`: the same as `bluepro`, for processes that are started by others of ours."""

import sys

from bluepro.config.cli.run import main

if __name__ == "__main__":
    sys.exit(main())

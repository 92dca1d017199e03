"""`python -m foimail` and the console script."""

from __future__ import annotations

import gc
import os

_OBJECTS = 50_000  # made before memory is looked through for rubbish: what a command imports lives to its end


def main() -> None:
    """Run the command line; every exit goes through `cli.main.run`."""
    # letters about children, names of staff: whatever is written is for the eyes of its owner alone (0600, folders 0700)
    os.umask(0o077)
    gc.set_threshold(_OBJECTS)
    from foimail.cli.main import run

    run()


if __name__ == "__main__":
    main()

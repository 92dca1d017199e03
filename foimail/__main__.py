"""`python -m foimail` and the console script."""

from __future__ import annotations


def main() -> None:
    """Run the command line; every exit goes through `cli.main.run`."""
    from foimail.cli.main import run

    run()


if __name__ == "__main__":
    main()

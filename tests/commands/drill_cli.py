"""The real command line with one kind more: ``python -m tests.commands.drill_cli``."""

from app.__main__ import main
from tests.support import drill

__all__ = ["drill"]

if __name__ == "__main__":
    main(prog_name="python -m app")

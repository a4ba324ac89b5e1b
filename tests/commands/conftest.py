"""Somebody who runs the product, at a terminal."""

import pytest

from tests.commands.cli import Operator
from tests.conftest import Processes


@pytest.fixture
def operator(processes: Processes) -> Operator:
    return Operator(processes)

"""The real worker with one pipeline more: ``arq tests.support.drill_worker.WorkerSettings``."""

from tests.support.drill import PIPELINE
from worker import main

main.PIPELINES["drill"] = PIPELINE
WorkerSettings = main.WorkerSettings

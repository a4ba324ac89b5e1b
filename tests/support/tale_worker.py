"""The real worker with tales: ``arq tests.support.tale_worker.WorkerSettings``."""

from tests.support.tale import PIPELINE
from worker import main

main.PIPELINES["tale"] = PIPELINE
WorkerSettings = main.WorkerSettings

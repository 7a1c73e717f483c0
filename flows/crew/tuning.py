"""How Dask is set in every process of the crew: takes last minutes, so nothing needs to be looked at every moment."""

import logging
import sys

import dask.config

SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,  # the queue is the scheduler's: what ranks first goes first
    "distributed.scheduler.allowed-failures": 0,  # whoever asked decides how often a take may end its worker
    "distributed.scheduler.work-stealing": True,
    "distributed.scheduler.worker-ttl": "15 minutes",  # a library that loads a model may hold the process for minutes
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.events-cleanup-delay": "10 minutes",
    "distributed.worker.profile.enabled": False,
    "distributed.client.heartbeat": "5s",
    "distributed.client.scheduler-info-interval": "1 minute",
    "distributed.diagnostics.nvml": False,  # the GPU is the generator's alone
    "distributed.admin.tick.interval": "2s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.tick.limit": "1 hour",
    "distributed.admin.system-monitor.interval": "30s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.low-level-log-length": 200,
    "distributed.admin.max-error-length": 1_000_000,  # what is longer loses its class
}

HEARTBEAT = 5.0
"""Seconds between two signs of life of a worker; that one is killed is seen at once, by its closed connection."""


def tune() -> None:
    """Set Dask up in this process."""
    dask.config.set(SETTINGS)


def log_here() -> None:
    """Have this process log to its standard error, which is its file: its own lines, and warnings of libraries."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", force=True
    )
    logging.getLogger("dailies").setLevel(logging.INFO)
    for name in ("distributed", "distributed.client", "bokeh", "tornado"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger("distributed").setLevel(logging.WARNING)
    logging.getLogger("distributed.worker").addFilter(lambda one: not one.getMessage().startswith("Compute Failed"))


def hush() -> None:
    """Have Dask say nothing in this process: what befalls a run is told in the house's own words."""
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

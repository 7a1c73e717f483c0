"""Prefect's own database where it is SQLite, held so that the API answers whatever is written."""

import gc
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import temporary_database_config
from prefect.server.utilities.database import get_dialect
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

COLLECT = 1.0
"""Seconds between two collections of garbage."""


class InTurn(AioSqliteConfiguration):
    """Has each transaction that may write wait for its turn when it begins.

    One that reads first and then finds that another has written meanwhile is refused at once ("database is locked",
    whatever its patience): what was asked is answered with 503, and an event or a task's state is lost.
    """

    @asynccontextmanager
    async def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = True,  # noqa: ARG002 - Prefect's signature
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        """Begin a transaction with the lock that it will need."""
        async with super().begin_transaction(session, with_for_update=True) as transaction:
            yield transaction


@contextmanager
def never_stuck(started: Callable[[], bool]) -> Iterator[None]:
    """Have writers take turns, and garbage collected where nobody waits for it, while a server runs inside.

    `started` tells when all that stays is there. A server on PostgreSQL is left as it is.
    """
    url = PREFECT_API_DATABASE_CONNECTION_URL.value()
    with ExitStack() as stack:
        if get_dialect(url).name == "sqlite":
            stack.enter_context(temporary_database_config(InTurn(connection_url=url)))
            threading.Thread(target=_collect, args=(started,), daemon=True).start()
        yield


def _collect(started: Callable[[], bool]) -> None:
    """Collect cyclic garbage in this thread, and nowhere else.

    A cursor that is collected waits for its connection, and that may be waiting, up to a minute, for a lock whose
    holder is served by the event loop: collected in the loop's thread it would have the whole API stand still.
    """
    gc.disable()
    while not started():
        time.sleep(COLLECT)
    gc.freeze()  # what is there now stays, and need not be looked at every time
    while True:
        time.sleep(COLLECT)
        gc.collect()

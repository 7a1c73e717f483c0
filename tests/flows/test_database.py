"""Prefect's SQLite under many writers: each takes its turn, and garbage makes nobody wait."""

import asyncio
import gc
import multiprocessing
import os
import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

SECONDS = 60


def apart(work, home, *arguments):
    """Give what a function returns in a process of its own: it changes how Python collects garbage."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    one = context.Process(target=_sent, args=(work, str(home), theirs, *arguments))
    one.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(SECONDS) else None
    finally:
        one.kill()
        one.join()


def _sent(work, home, pipe, *arguments):
    os.environ["PREFECT_HOME"] = home
    pipe.send(work(*arguments))


def counted(in_turn):
    """Have eight writers read a number and write the next one; give it, and what was refused."""
    from prefect.server.database import provide_database_interface

    from flows.database import never_stuck

    async def add(refused):
        try:
            async with provide_database_interface().session_context(begin_transaction=True) as session:
                (number,) = (await session.execute(text("SELECT n FROM told"))).one()
                await asyncio.sleep(0.05)
                await session.execute(text(f"UPDATE told SET n = {number + 1}"))
        except OperationalError as failure:
            refused.append(str(failure))

    async def work():
        async with provide_database_interface().session_context(begin_transaction=True) as session:
            await session.execute(text("CREATE TABLE told (n INTEGER)"))
            await session.execute(text("INSERT INTO told VALUES (0)"))
        refused = []
        await asyncio.gather(*(add(refused) for _ in range(8)))
        async with provide_database_interface().session_context() as session:
            (number,) = (await session.execute(text("SELECT n FROM told"))).one()
        return number, refused

    if in_turn:
        with never_stuck(lambda: True):
            return asyncio.run(work())
    return asyncio.run(work())


def test_each_writer_takes_its_turn(tmp_path):
    assert apart(counted, tmp_path, True) == (8, [])


def test_without_turns_writers_are_refused(tmp_path):
    """Fails once Prefect takes turns itself: then this part of flows/database.py can go."""
    number, refused = apart(counted, tmp_path, False)
    assert number < 8
    assert all("database is locked" in one for one in refused)


class Waits:
    """Garbage that says which thread collected it."""

    def __init__(self, told):
        self.told = told
        self.me = self

    def __del__(self):
        self.told.append(threading.current_thread().name)


def collected():
    """Make garbage in this thread and give who collected it, and how many objects were looked at no more."""
    from flows.database import never_stuck

    told = []
    with never_stuck(lambda: True):
        end = time.monotonic() + SECONDS / 2
        while not told and time.monotonic() < end:
            for _ in range(2000):
                Waits(told)
            time.sleep(0.01)
    return set(told), gc.isenabled(), gc.get_freeze_count() > 0


def test_garbage_is_collected_by_a_thread_that_nobody_waits_for(tmp_path):
    who, anywhere, frozen = apart(collected, tmp_path)
    assert who
    assert "MainThread" not in who
    assert not anywhere
    assert frozen


@pytest.mark.parametrize("url", ["postgresql+asyncpg://one:two@127.0.0.1:9/prefect"])
def test_another_database_is_left_as_it_is(monkeypatch, tmp_path, url):
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", url)
    assert apart(untouched, tmp_path)


def untouched():
    """Tell whether nothing is other than before."""
    from prefect.server.database.dependencies import MODELS_DEPENDENCIES

    from flows.database import never_stuck

    with never_stuck(lambda: True):
        time.sleep(0.2)
        return gc.isenabled() and MODELS_DEPENDENCIES["database_config"] is None

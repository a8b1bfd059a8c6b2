"""The operators' page over a real database in a folder, as a browser without JavaScript sees it."""

from __future__ import annotations

import functools
import re
import tempfile
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import BytecodeCache
from service import CONTACTS, FLOWS, TOKEN, service_of

from ivr.bundle import Bundle, gather
from ivr.desk import Desk
from ivr.passwords import hash_password
from ivr.phone.line import CallableLine, Line, Rehearsal
from ivr.sets import Sets
from ivr.settings import read_settings
from ivr.store import Database, Operators
from ivr.street import Trial
from ivr.web.app import create_app
from ivr.web.operator.context import Context, Link
from ivr.web.trials import Trials, trial_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.bccache import Bucket

SECRET = "a secret of the tests that is long enough"
PASSWORD = "vier blaue pferde traben"
HASH = hash_password(PASSWORD, cost=4)
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Dortmund."""


class Compiled(BytecodeCache):
    """The page's templates, compiled once for all the pages of a run: that was half of what a page's test took."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}


@functools.cache
def migrated() -> bytes:
    """A SQLite file with all tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ivr.db"
        database = Database(f"sqlite:///{path}")
        database.migrate(create=True)
        database.close()
        return path.read_bytes()


class Office:
    """A page, its database and its clock."""

    def __init__(self, folder: Path, *, dev: bool = False, link: Link | None = None, **more: str) -> None:
        self.path = folder / "ivr.db"
        env = {
            "TWILIO_AUTH_TOKEN": TOKEN,
            "IVR_PUBLIC_URL": "https://ivr.example",
            "IVR_OPERATOR": "yes",
            "IVR_SECRET_KEY": SECRET,
            "IVR_FLOWS": str(FLOWS),
            "IVR_CONTACTS": str(CONTACTS),
            "IVR_SPOOL": str(folder / "spool"),
            "DATABASE_URL": f"sqlite:///{self.path}",
            **more,
        }
        self.settings = read_settings(env)
        self.database = Database(self.settings.storage.database)
        if "DATABASE_URL" in more:
            self.database.migrate(create=True)
        elif not self.path.exists():
            self.path.write_bytes(migrated())
        self.operators = Operators(self.database)
        self.time = NOW
        self.desk: Desk | None = None
        self.service = service_of()
        trials = Trials(self.settings)
        self.service.trial = Trial(trial_secret(SECRET), trials.prepared)
        self.context = Context(
            self.settings,
            self.service,
            Sets(self.settings.storage.sets),
            trials,
            dial=self.line,
            desk=lambda: self.desk,
            link=link,
            dev=dev,
            now=self._now,
        )
        self.app = create_app(self.service, page=self.context)

    def line(self, rehearsal: Rehearsal) -> Line:
        """The way from the page's phone to the service: through all of the application, without a port."""
        return CallableLine(self._handle, token=TOKEN, public=self.settings.public_url, rehearsal=rehearsal)

    def _handle(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        reply = self.app.test_client().open(
            path, method=method, query_string=query, headers=dict(headers), data=body, base_url=self.settings.public_url
        )
        return reply.status_code, reply.headers.get("Content-Type", ""), reply.get_data()

    def _now(self) -> datetime:
        """No two things happen at the same instant."""
        self.time += timedelta(milliseconds=1)
        return self.time

    def add(self, name: str, *roles: str) -> None:
        assert self.operators.add(name, HASH, frozenset(roles), NOW)

    def browser(self, name: str = "") -> Browser:
        """A browser of its own; of somebody who has logged in, when a name is given."""
        found = Browser(self)
        assert not name or found.log_in(name) == 303
        return found

    def later(self, **by: float) -> None:
        self.time += timedelta(**by)

    def lose_database(self) -> None:
        self.path.rename(self.path.with_suffix(".away"))

    def trail(self) -> list[tuple[str, str]]:
        return [(each.operator, each.action) for each in self.operators.trail()]


class Browser:
    """One browser: its cookies, and the page that it shows."""

    def __init__(self, office: Office) -> None:
        self.client = office.app.test_client()
        self.base = office.settings.public_url
        self.text = ""
        self.reply: Any = None

    def get(self, path: str, **more: Any) -> int:
        return self._took(self.client.get(path, base_url=self.base, **more))

    def post(self, path: str, fields: dict[str, str] | None = None, *, token: str | None = None, **more: Any) -> int:
        """Sends a form, with the token of the page that is shown unless another is given."""
        token = self.token if token is None else token
        return self._took(self.client.post(path, data={"token": token, **(fields or {})}, base_url=self.base, **more))

    def log_in(self, name: str, password: str = PASSWORD, **more: str) -> int:
        self.get("/operator/login")
        return self.post("/operator/login", {"name": name, "password": password, **more})

    def change(self, path: str, fields: dict[str, str]) -> int:
        """A change on Today, and the page after it."""
        self.get("/operator/")
        code = self.post(f"/operator/today/{path}", fields)
        if code == 303:
            self.get(self.reply.headers["Location"].partition("#")[0])
        return code

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([0-9a-f]*)"', self.text)
        return found[1] if found else ""

    def cookie(self, name: str = "__Host-ivr") -> str:
        found = self.client.get_cookie(name, domain=self.base.partition("://")[2])
        return found.value if found else ""

    def set_cookie(self, value: str, name: str = "__Host-ivr") -> None:
        self.client.set_cookie(name, value, domain=self.base.partition("://")[2], secure=True)

    def _took(self, reply: Any) -> int:
        self.reply = reply
        if reply.status_code != 303 and reply.mimetype.startswith("text/"):
            self.text = unescape(reply.get_data(as_text=True))
        code: int = reply.status_code
        return code


def changed(old: str, new: str) -> Bundle:
    """The shipped files, with one word changed in one of them."""
    bundle, _ = gather(FLOWS, CONTACTS)
    flows = tuple(file._replace(content=file.content.replace(old.encode(), new.encode())) for file in bundle.flows)
    found = Bundle(bundle.folder, flows, bundle.contacts, bundle.pronunciation, bundle.contacts_name)
    assert found.version != bundle.version
    return found


def refuse(office: Office, table: str, what: str = "INSERT") -> None:
    """The database takes no such change from now on, as when it goes away between two transactions."""
    with office.database.writing() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER refusing BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'away'); END"
        )


def relent(office: Office) -> None:
    with office.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER refusing")
    office.context._away = (-60.0, "")

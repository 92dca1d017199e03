"""Large mail in a folder, in memory, and in a bucket of a server that speaks S3."""

from __future__ import annotations

import hashlib
import logging
import os
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from foimail.errors import StoreError
from foimail.store import dump, inbox, objects, purged, schema
from foimail.store.engine import Store, open_store
from foimail.store.objects import Objects
from foimail.workflows import engines
from tests.desk import Desk, mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
LARGE, SMALL = b"l" * 2000, b"s" * 1000
DIGEST = hashlib.sha256(LARGE).hexdigest()
BUCKETS = count(1)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a server on this machine that speaks S3."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "memory", "s3"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Objects]:
    """A factory of views of one place, as each process has its own."""
    if request.param == "folder":
        return lambda above=0.0015: Objects("file:objects", above, tmp_path)
    import fsspec

    url = f"memory://t{next(BUCKETS)}"
    if request.param == "s3":
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3"))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "invented")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        bucket = f"letters{next(BUCKETS)}"
        fsspec.filesystem("s3", skip_instance_cache=True).mkdir(bucket)
        url = f"s3://{bucket}/cse"
    return lambda above=0.0015: Objects(url, above, tmp_path)


@pytest.fixture
def store(place: Callable[..., Objects], url: str, tmp_path: Path) -> Iterator[Store]:
    store = open_store(url, tmp_path, NOW, large=place())
    yield store
    store.close()


def kept(store: Store) -> dict[str, tuple[int, int]]:
    """The size of each mail, and how many bytes its row has."""
    raw = schema.raw_mail.c
    with store.read() as connection:
        return {
            row.sha256: (row.size, len(row.raw))
            for row in connection.execute(select(raw.sha256, raw.size, raw.raw))
        }


def test_large_mail_goes_there_and_small_mail_stays_and_both_come_back(
    store: Store, place: Callable[..., Objects]
) -> None:
    with store.write() as connection:
        for raw in (LARGE, SMALL, b""):
            sha256, new = inbox.keep(connection, raw, "x", NOW)
            assert new
            assert inbox.raw(connection, sha256) == raw
        assert inbox.keep(connection, LARGE, "y", NOW) == (DIGEST, False)
    assert kept(store)[DIGEST] == (2000, 0)
    assert sorted(kept(store).values()) == [(0, 0), (1000, 1000), (2000, 0)]
    assert place().get(DIGEST) == LARGE


def test_what_is_put_there_ahead_is_not_put_there_again(
    store: Store, place: Callable[..., Objects], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.stow((LARGE, SMALL))
    assert place().get(DIGEST) == LARGE
    shelf = type(place()._opened())
    monkeypatch.setattr(shelf, "put", lambda *_: pytest.fail("it is there"))
    with store.write() as connection:
        inbox.keep(connection, LARGE, "x", NOW)
    with pytest.raises(StoreError, match="has not got"):
        place().get(hashlib.sha256(SMALL).hexdigest())


def test_a_purged_mail_is_gone_there_too(store: Store, place: Callable[..., Objects]) -> None:
    with store.write() as connection:
        inbox.keep(connection, LARGE, "x", NOW)
        purged.purge(connection, DIGEST, who="A", because="a mistake", on=NOW.date(), now=NOW)
        assert inbox.raw(connection, DIGEST) == b""
        assert purged.buried(connection)[DIGEST].size == 2000
    with pytest.raises(StoreError, match="has not got"):
        place().get(DIGEST)
    place().remove(DIGEST)  # that it is gone is no fault


def test_what_was_changed_there_is_never_given_back(store: Store, place: Callable[..., Objects]) -> None:
    with store.write() as connection:
        inbox.keep(connection, LARGE, "x", NOW)
    place()._opened().put(f"{DIGEST[:2]}/{DIGEST}", b"forged")
    with pytest.raises(StoreError, match=f"the mail {DIGEST} in .* has changed"), store.read() as connection:
        inbox.raw(connection, DIGEST)
    place().put(DIGEST, LARGE)  # one that was cut off is put there again
    assert place().get(DIGEST) == LARGE


def test_an_archive_has_the_bytes_and_what_is_restored_is_kept_as_here(
    store: Store, place: Callable[..., Objects], store_url: Callable[..., str], tmp_path: Path
) -> None:
    with store.write() as connection:
        inbox.keep(connection, LARGE, "x", NOW)
    bytes_of: dict[str, bytes] = {}

    def keep(raw: bytes) -> str:
        bytes_of[hashlib.sha256(raw).hexdigest()] = raw
        return hashlib.sha256(raw).hexdigest()

    with store.read() as connection:
        rows = list(dump.rows(connection, keep))
    assert bytes_of == {DIGEST: LARGE}
    for large, in_row in ((None, 2000), (place(), 0)):
        other = open_store(store_url(), tmp_path / str(in_row), NOW, large=large)
        with other.write() as connection:
            dump.load(connection, rows, bytes_of.__getitem__)
            assert inbox.raw(connection, DIGEST) == LARGE
        assert kept(other) == {DIGEST: (2000, in_row)}
        other.close()


def test_without_the_setting_the_user_is_told_what_is_missing(store: Store, url: str, tmp_path: Path) -> None:
    with store.write() as connection:
        inbox.keep(connection, LARGE, "x", NOW)
    forgetful = open_store(url, tmp_path, NOW)
    for ask in (inbox.raw, lambda c, s: purged.purge(c, s, who="A", because="b", on=NOW.date(), now=NOW)):
        with (
            pytest.raises(StoreError, match=r"kept elsewhere \(store.objects"),
            forgetful.write() as connection,
        ):
            ask(connection, DIGEST)
    forgetful.close()


def test_a_place_that_does_not_answer_or_is_unknown_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    for url in ("file:file/x", "nonsense://x", "s4://x"):
        place = Objects(url, 0, tmp_path)
        with pytest.raises(StoreError, match=url):
            place.put(DIGEST, LARGE)
        with pytest.raises(StoreError, match=url):
            place.get(DIGEST)

    def missing(_: str) -> None:
        raise ImportError

    monkeypatch.setattr(objects, "Bucket", missing)
    with pytest.raises(StoreError, match=r"one more package \(pipx inject foimail s3fs\)"):
        Objects("s3://x/y", 0, tmp_path).remove(DIGEST)


def test_a_folder_of_large_mail_is_its_owners_alone_and_has_no_half_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Objects("file:deep/objects", 0, tmp_path).put(DIGEST, LARGE)
    finally:
        os.umask(before)
    (file,) = (path for path in (tmp_path / "deep").rglob("*") if path.is_file())
    assert file == tmp_path / "deep" / "objects" / DIGEST[:2] / DIGEST
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == file.parent.parent.stat().st_mode & 0o077 == 0
    absolute = Objects(f"file://{tmp_path / 'deep' / 'objects'}", 0, tmp_path / "elsewhere")
    assert absolute.get(DIGEST) == LARGE


def test_a_campaign_with_large_mail_elsewhere_works_as_any_other(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    settings = ("--set", "store.objects=file:large", "--set", "store.objects_above=0.002")
    desk.comes(mail("1. 17 in 2023.\n" + "More words. " * 400, subject=f"RE: [{token}]"))
    ended = desk.run(*settings, "poll", today="2026-06-20")
    assert ended.out.startswith("2 new, 1 filed"), ended.err
    large = [path for path in (desk.folder / "large").rglob("*") if path.is_file()]
    assert large
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in large)
    with desk.open(store__objects="file:large").store.read() as connection:
        (number,) = (row.id for row in inbox.rows(connection))
    shown = desk.run(*settings, "inbox", "show", str(number), today="2026-06-20")
    assert "17 in 2023" in shown.out
    ended = desk.run("inbox", "show", str(number), today="2026-06-20")
    assert (ended.code, "store.objects must say where" in ended.err) == (6, True)


def test_of_a_large_mail_that_waits_to_be_read_no_more_is_fetched_than_its_head(
    store: Store, place: Callable[..., Objects], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as connection:
        inbox.keep(connection, LARGE, "x", NOW)
        shelf = type(place()._opened())
        get, fetched = shelf.get, []

        def noted(self: objects.Shelf, name: str, most: int | None = None) -> bytes:
            fetched.append(get(self, name, most))
            return fetched[-1]

        monkeypatch.setattr(shelf, "get", noted)
        assert inbox.head(connection, DIGEST, 100) == LARGE[:100]
        assert fetched == [LARGE[:100]]
        assert inbox.head(connection, DIGEST, 5000) == LARGE


@pytest.mark.parametrize("place", ["folder", "s3"], indirect=True)
def test_verify_names_each_large_mail_that_is_missing_or_altered(
    desk: Desk, place: Callable[..., Objects]
) -> None:
    url = place().url
    settings = ("--set", f"store.objects={url}", "--set", "store.objects_above=0.002")
    token = desk.send("RAA")["RAA"]
    for n in range(3):
        text = f"Part {n}.\n" + "More words. " * 400
        desk.comes(mail(text, subject=f"RE: [{token}]", message_id=f"{n}@ashcombe.example"))
    assert desk.run(*settings, "poll", today="2026-06-20").out.startswith("4 new, 3 filed")
    assert desk.run(*settings, "verify").code == 0
    ws = desk.open(store__objects=url)
    assert ws.large
    gone, altered, *_ = sorted(
        sha256 for sha256, (size, in_row) in kept(ws.store).items() if size > in_row == 0
    )
    ws.large.remove(gone)
    ws.large._opened().put(objects._name(altered), b"forged")
    ended = desk.run(*settings, "verify")
    assert ended.code == 3
    lost = f"{url} has not got the mail {gone} (look at store.objects; is it the place that it was?)"
    changed = f"the mail {altered} in {url} has changed (take it from a backup of that place)"
    assert sorted(ended.err.splitlines()) == sorted(
        (f"raw mail {gone[:12]}: error: {lost}", f"raw mail {altered[:12]}: error: {changed}")
    )
    ended = desk.run("verify")  # said once, though there are three
    assert (ended.code, ended.err) == (
        3,
        "large mail: error: large mail of this store is kept elsewhere (store.objects must say where)\n",
    )


def test_a_copy_of_a_store_takes_large_mail_out_of_the_database_and_another_puts_it_back(
    desk: Desk, store_url: Callable[..., str]
) -> None:
    desk.send("RAA")
    desk.comes(mail("More words. " * 400, subject="Large"))
    desk.run("poll", today="2026-06-20")
    home = desk.open().settings["store.url"]
    url, back = (
        store_url(empty=True) if home.startswith("postgresql") else f"sqlite:///{name}.db"
        for name in ("other", "back")
    )
    ws = desk.open(store__objects="file:large", store__objects_above="0.002")
    engines.copy(ws, home, url)
    assert any(path.is_file() for path in (desk.folder / "large").rglob("*"))
    copy = open_store(url, desk.folder, NOW, large=ws.large)
    assert any(size and not in_row for size, in_row in kept(copy).values())
    copy.close()
    engines.copy(desk.open(store__objects="file:large", store__objects_above="1000"), url, back)
    assert desk.run("--set", f"store.url={back}", "verify").code == 0

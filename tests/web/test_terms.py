"""To whom a desk may be opened: all that leaves it open to somebody unnamed, or in the clear, is refused in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import Headers

from foimail.errors import InputError
from foimail.web.terms import SECRET_HEADER, Terms, agree

if TYPE_CHECKING:
    from tests.desk import Desk

OUT = "192.0.2.1"
TLS = {"web__certificate": "desk.crt", "web__key": "desk.key"}
PROXY = {"web__proxies": "198.51.100.7", "web__address": "https://desk.example"}
SAYS = {"web__user_header": "X-Remote-User"}
AT = {"web__address": f"https://{OUT}:8417"}


@dataclass(frozen=True)
class Case:
    """Settings and `--host`, how many have a name, and what is said of it."""

    says: str
    host: str
    people: int
    settings: dict[str, str]


REFUSED = (
    Case("for named people only", OUT, 0, {}),
    Case("for named people only", "0.0.0.0", 0, {**TLS, **AT}),  # noqa: S104 - to be refused
    Case("for named people only", "127.0.0.1", 0, PROXY),
    Case("over TLS only", OUT, 1, AT),
    Case("over TLS only", "::", 1, {}),
    Case("web.address is not set", OUT, 1, TLS),
    Case("no address by which people reach", OUT, 1, {**TLS, "web__address": "http://desk.example"}),
    Case("no address by which people reach", OUT, 1, {**TLS, "web__address": "https://desk.example/foi"}),
    Case("no address by which people reach", OUT, 1, {**TLS, "web__address": "https://desk.example:x"}),
    Case("believed from a proxy alone", "127.0.0.1", 1, SAYS),
    Case("believed from a proxy alone", OUT, 1, {**SAYS, **TLS, **AT}),
    Case("must prove itself", "127.0.0.1", 0, {**PROXY, **SAYS, "web__proxies": "127.0.0.1"}),
    Case("must prove itself", "127.0.0.1", 0, {**PROXY, **SAYS, "web__proxies": "126.0.0.0/7"}),
    Case("must prove itself", "127.0.0.1", 0, {**PROXY, **SAYS, "web__proxies": "::1"}),
    Case("is everybody", OUT, 1, {**PROXY, "web__proxies": "0.0.0.0/0"}),
    Case("is no address", OUT, 1, {**PROXY, "web__proxies": "proxy.example"}),
    Case("go together", OUT, 1, {**AT, "web__certificate": "desk.crt"}),
)  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_leave_the_desk_open_is_refused_in_one_sentence(desk: Desk, case: Case) -> None:
    with pytest.raises(InputError, match=case.says) as refused:
        agree(desk.open(**case.settings), case.host, ["somebody"] * case.people)
    assert refused.value.hint
    assert "\n" not in str(refused.value)


def test_the_command_says_so_and_listens_to_nobody(desk: Desk) -> None:
    ended = desk.run("web", "--host", "0.0.0.0")  # noqa: S104 - to be refused
    assert ended.code == 4
    assert "for named people only" in ended.err
    assert ended.out == ""


def test_this_machine_needs_no_names(desk: Desk) -> None:
    for host in ("127.0.0.1", "localhost"):
        terms = agree(desk.open(), host, [])
        assert (terms.host, terms.is_open, terms.scheme) == ("127.0.0.1", False, "http")
    assert agree(desk.open(**TLS), "127.0.0.1", []).home(8417) == "https://127.0.0.1:8417"


def test_names_and_tls_open_it_under_its_one_address(desk: Desk) -> None:
    terms = agree(desk.open(**TLS, **AT), "0.0.0.0", ["somebody"])  # noqa: S104 - with names and TLS
    assert terms.home(1) == f"https://{OUT}:8417"
    assert terms.hosts(8417) == {f"{OUT}:8417"}
    assert terms.comes_through("203.0.113.9", Headers())
    plain = agree(desk.open(**TLS, web__address="https://Desk.example:443/"), OUT, ["somebody"])
    assert plain.home(8417) == "https://desk.example"
    assert plain.hosts(8417) == {"desk.example"}
    assert agree(desk.open(**TLS, web__address="https://[2001:db8::1]:8417"), "::", ["x"]).hosts(1) == {
        "[2001:db8::1]:8417"
    }


def test_behind_a_proxy_nobody_else_is_answered(desk: Desk) -> None:
    terms = agree(desk.open(**PROXY, **SAYS), OUT, [])
    assert terms.comes_through("198.51.100.7", Headers())
    assert terms.comes_through("::ffff:198.51.100.7", Headers())
    for peer in ("198.51.100.8", "127.0.0.1", "", None, "unix"):
        assert not terms.comes_through(peer, Headers())


def test_a_proxy_on_this_machine_proves_itself_by_a_secret(desk: Desk) -> None:
    secret = desk.folder / "proxy.secret"
    secret.write_text("a long word of theirs\n", encoding="utf-8")
    secret.chmod(0o600)
    settings = {**PROXY, **SAYS, "web__proxies": "127.0.0.1,::1", "web__proxy_secret": "file:proxy.secret"}
    terms = agree(desk.open(**settings), "127.0.0.1", [])
    assert terms.comes_through("127.0.0.1", Headers({SECRET_HEADER: "a long word of theirs"}))
    assert not terms.comes_through("127.0.0.1", Headers({SECRET_HEADER: "a guess"}))
    assert not terms.comes_through("127.0.0.1", Headers())
    assert "long word" not in repr(terms)


def test_the_proxys_word_is_one_name() -> None:
    terms = Terms(header="X-Remote-User")
    assert terms.named(Headers({"X-Remote-User": " Rowan Ashdown "})) == "Rowan Ashdown"
    assert terms.named(Headers({"X-Remote-User": "Zoë".encode().decode("latin-1")})) == "Zoë"
    for said in ("", " ", "boss,rowan", "x" * 81, "a\tb"):
        assert terms.named(Headers({"X-Remote-User": said})) == ""
    assert terms.named(Headers()) == ""
    assert Terms().named(Headers({"": "x"})) == ""

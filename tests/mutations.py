"""The guards of foimail, and for each the mutation of the code that must turn a test red.

`python tests/mutations.py` takes a copy of the tree, sees every named test pass, breaks one guard after the other and sees its
test fail. The real tree is only read. docs/design.md shows the same table; `test_mutations.py` does this in `make test-all`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
COPIED = (
    "foimail",
    "tests",
    "templates",
    "docs",
    "pyproject.toml",
    "trusts.yaml",
    "README.md",
    "CHANGELOG.md",
)


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: what it keeps, and how it is broken (`old` becomes `new` in `file`) so that the test `node` fails."""

    name: str
    keeps: str
    file: str
    breaks: str
    old: str
    new: str
    node: str
    engine: str = "sqlite"


GUARDS = (
    # the desk
    Guard(
        "desk's host", "no other site reaches the desk under a name of its own",
        "foimail/web/door.py", "the name is not looked at",
        "if request.host not in door.terms.hosts(door.port):", "if False:",
        "tests/web/test_door.py::test_another_host_is_refused_though_the_cookie_is_right",
    ),
    Guard(
        "desk's origin", "no other site sends a form of the desk",
        "foimail/web/door.py", "the origin is not looked at",
        'if sends and not door.is_of(request.headers.get("Origin")):', "if False:",
        "tests/web/test_door.py::test_a_form_from_elsewhere_is_refused",
    ),
    Guard(
        "desk's forms", "a form without its visit's word decides nothing",
        "foimail/web/door.py", "the word is not looked at",
        "if sends and not hmac.compare_digest(", "if False and not hmac.compare_digest(",
        "tests/web/test_door.py::test_a_form_without_its_visits_word_is_refused",
    ),
    Guard(
        "desk's key", "the address lets one browser in, once",
        "foimail/web/door.py", "the key stays",
        'self.key = ""\n            return', "return",
        "tests/web/test_door.py::test_the_address_lets_one_browser_in_and_one_only",
    ),
    Guard(
        "laid out", "HTML mail is shown without script, picture and form",
        "foimail/web/message.py", "it is shown as it came",
        'safe_html.page(found, "The letter as it was laid out")', "found",
        "tests/web/test_door.py::test_the_frame_shows_words_and_can_do_nothing",
    ),
    Guard(
        "downloads", "an attachment is never shown within the desk",
        "foimail/web/message.py", "it has the type of a page",
        'mimetype="application/octet-stream"', 'mimetype="text/html"',
        "tests/web/test_door.py::test_an_attachment_is_a_download_and_nothing_else",
    ),
    Guard(
        "marks on a page", "no words of a page are marked but those that are quoted",
        "foimail/documents/page_text.py", "the first of several like words is taken",
        "return at if at >= 0 and text.find(words, at + 1) < 0 else -1", "return at",
        "tests/documents/test_drawn.py::test_words_that_are_not_on_the_page_are_not_marked",
    ),
    Guard(
        "pictures", "nothing but a picture is served as a picture",
        "foimail/documents/wire.py", "what a worker sends is not looked at",
        "if not png.startswith(PNG) and not (reason and not png):", "if False:",
        "tests/documents/test_drawn.py::test_what_is_no_picture_is_refused",
    ),
    Guard(
        "hidden at the desk", "what is hidden in a workbook is not shown at the desk",
        "foimail/web/sheets.py", "hidden columns are not looked at",
        "if n + 1 not in hidden_columns", "if True",
        "tests/web/test_paper.py::test_what_is_hidden_is_never_shown",
    ),
    Guard(
        "names of the desk", "the desk opens to other machines for named people alone",
        "foimail/web/terms.py", "nobody need be named",
        'if not said["user_header"] and not users:', "if False:",
        "tests/web/test_terms.py::test_what_would_leave_the_desk_open_is_refused_in_one_sentence",
    ),
    Guard(
        "TLS of the desk", "the desk opens to other machines over TLS alone",
        "foimail/web/terms.py", "nobody need speak TLS",
        "if not certificate and not proxies:", "if False:",
        "tests/web/test_terms.py::test_what_would_leave_the_desk_open_is_refused_in_one_sentence",
    ),
    Guard(
        "key and network", "no address that anybody could follow opens a desk to a network",
        "foimail/web/door.py", "the key stands beside the names",
        "if self.terms.is_open:", "if False:",
        "tests/web/test_login.py::test_the_printed_address_of_an_open_desk_holds_no_key",
    ),
    Guard(
        "proxy's address", "nobody passes for the proxy from another machine",
        "foimail/web/terms.py", "its address is not looked at",
        "if not any(found in network for network in self.proxies):", "if False:",
        "tests/web/test_terms.py::test_behind_a_proxy_nobody_else_is_answered",
    ),
    Guard(
        "proxy's secret", "no user of the proxy's machine passes for it",
        "foimail/web/terms.py", "its secret is not looked at",
        "return not self.secret or hmac.compare_digest(", "return True or hmac.compare_digest(",
        "tests/web/test_login.py::test_without_the_proxys_secret_address_or_name_nobody_is_let_in",
    ),
    Guard(
        "proxy's one name", "no name is taken from a header that a browser put before the proxy's",
        "foimail/web/terms.py", "names with commas are names",
        ' and "," not in name', "",
        "tests/web/test_terms.py::test_the_proxys_word_is_one_name",
    ),
    Guard(
        "users' file", "no other user of the machine reads or writes who may come in",
        "foimail/files/users.py", "its mode is not looked at",
        " or found.st_mode & 0o077", "",
        "tests/files/test_users.py::test_a_file_that_others_can_read_or_write_lets_nobody_in",
    ),
    Guard(
        "password in the file", "a password is kept as a hash alone",
        "foimail/files/users.py", "it is kept as it is",
        "return _hasher().hash(password)", "return password",
        "tests/files/test_users.py::test_what_was_saved_is_loaded_and_the_file_is_the_owners_alone",
    ),
    Guard(
        "wrong passwords", "nobody tries passwords as fast as they can",
        "foimail/web/login.py", "nobody waits",
        "if waits > 0:", "if False:",
        "tests/web/test_login.py::test_wrong_passwords_are_slowed_down_and_the_right_one_too_until_then",
    ),
    Guard(
        "login's form", "no other page has a browser come in as somebody else",
        "foimail/web/login.py", "the form's word is not looked at",
        "if not number or not hmac.compare_digest(", "if False and not hmac.compare_digest(",
        "tests/web/test_login.py::test_the_form_of_coming_in_is_of_this_browser_and_this_desk",
    ),
    Guard(
        "way after login", "coming in leads to no other site",
        "foimail/web/login.py", "any address is followed",
        'return wanted if is_ours and wanted.isprintable() else "/"', "return wanted",
        "tests/web/test_login.py::test_coming_in_leads_to_no_other_site",
    ),
    Guard(
        "end of a visit", "a browser that was left alone decides nothing later",
        "foimail/web/visits.py", "visits have no end",
        "return bool(visit.person) and (", "return False and (",
        "tests/web/test_login.py::test_a_visit_ends_when_nobody_sits_there_and_in_any_case_after_a_day_of_work",
    ),
    Guard(
        "removed user", "who may come no more is outside at once",
        "foimail/web/door.py", "nobody is looked for again",
        "if user is None or user.hash != found.proof:", "if user is None and False:",
        "tests/web/test_login.py::test_who_is_removed_or_has_a_new_password_is_outside_with_the_next_page",
    ),
    Guard(
        "looks only", "who may only look decides nothing",
        "foimail/web/door.py", "everybody decides",
        'if sends and not visit.decides and request.endpoint != "login.leave":', "if False:",
        "tests/web/test_login.py::test_who_may_only_look_decides_nothing",
    ),
    Guard(
        "desk's cookie", "two desks on one machine never take over each other's visits",
        "foimail/web/door.py", "all have one name for it",
        'sha256(f"{self.place} {self.port}".encode())', 'sha256(b"desk")',
        "tests/web/test_login.py::test_the_cookie_is_for_this_desk_alone_and_for_tls_alone",
    ),
    Guard(
        "who decided", "what is decided at the desk bears the name of who came in",
        "foimail/web/here.py", "it bears the name of whoever keeps the desk",
        "found.in_hands_of(g.visit.person)", "found",
        "tests/web/test_login.py::test_what_is_decided_bears_the_name_of_who_came_in",
    ),
    Guard(
        "silent guest", "whoever opens a connection and says nothing holds up nobody",
        "foimail/web/serve.py", "hands are shaken before the next one is let in",
        "do_handshake_on_connect=False", "do_handshake_on_connect=True",
        "tests/web/test_served.py::test_somebody_comes_in_over_tls_while_others_keep_silent_or_speak_in_the_clear",
    ),
    Guard(
        "archive's desk", "a stranger's archive opens the desk to nobody",
        "foimail/files/settings_write.py", "to whom it is open is taken over",
        '"oauth", "web"}', '"oauth"}',
        "tests/files/test_settings_write.py::test_all_settings_but_those_of_secrets_the_store_and_the_desk_come_back",
    ),
    # letters
    Guard(
        "claim", "two senders never send one letter",
        "foimail/store/outbox.py", "a row moves whatever its state",
        ', outbox.c.state == "queued")', ")",
        "tests/test_guards.py::test_of_two_senders_that_claim_one_letter_the_second_gets_nothing",
    ),
    Guard(
        "frozen bytes", "a retry is the same letter to the byte",
        "foimail/store/outbox.py", "each claim writes its own bytes",
        'func.coalesce(outbox.c.raw, bindparam("frozen", type_=outbox.c.raw.type))',
        'bindparam("frozen", type_=outbox.c.raw.type)',
        "tests/test_guards.py::test_a_retry_carries_the_bytes_of_the_first_attempt",
    ),
    Guard(
        "one after the other", "a letter that cannot be composed does not keep the one before it from being recorded",
        "foimail/workflows/deliver.py", "its fault comes first",
        "        with suppress(Exception):\n            raw = frozen(ws, following)\n", "        raw = frozen(ws, following)\n",
        "tests/workflows/test_deliver.py::test_a_letter_that_cannot_be_composed_keeps_none_from_being_recorded",
    ),
    Guard(
        "orphan", "a letter found on its way is unknown and not sent again",
        "foimail/workflows/deliver.py", "it is put back into the queue",
        'outbox.settle(connection, row.id, "unknown", reason, ws.now(), was=("sending",)):',
        'outbox.requeue(connection, row.id, reason, None, was=("sending",)):',
        "tests/test_guards.py::test_a_letter_found_on_its_way_is_unknown_and_does_not_go_again",
    ),
    Guard(
        "final dot", "silence after the final dot is never taken for a no",
        "foimail/mail/smtp.py", "it is",
        'return Lost(f"{self._name} gave no answer to the end of the letter: {_why(error)}")',
        'return _not_accepted(_why(error), "message")',
        "tests/real/test_smtp.py::test_silence_after_the_final_dot_is_lost_whatever_became_of_the_letter",
    ),
    Guard(
        "refused recipient", "our own copy alone is never sent",
        "foimail/mail/smtp.py", "the copy is asked for after the body was refused",
        "if not _is_yes(code):\n            # Our own copy", "if not _is_yes(code) and not copy:\n            # Our own copy",
        "tests/real/test_smtp.py::test_a_refused_recipient_is_not_sent_although_our_copy_would_be_taken",
    ),
    Guard(
        "reset", "nothing of a refused letter is left in the connection",
        "foimail/mail/smtp.py", "no RSET",
        "not _is_yes(self._smtp.rset()[0])", "False",
        "tests/real/test_smtp.py::test_a_refused_recipient_is_not_sent_although_our_copy_would_be_taken",
    ),
    Guard(
        "lock", "of two runs at once the second ends",
        "foimail/store/locks.py", "a lock that several can hold",
        "fcntl.LOCK_EX", "fcntl.LOCK_SH",
        "tests/test_guards.py::test_a_second_sender_is_turned_away_while_the_first_is_at_work",
    ),
    Guard(
        "consent", "nothing leaves without a yes",
        "foimail/cli/send.py", "no question",
        "    if not yes:\n", "    if False:\n",
        "tests/test_guards.py::test_nothing_is_sent_without_a_yes",
    ),
    Guard(
        "real day", "nothing crosses a network on a pretended day",
        "foimail/workflows/deliver.py", "the day is not looked at",
        "if not ws.is_real_day and", "if False and",
        "tests/test_guards.py::test_nothing_crosses_a_network_on_a_pretended_day",
    ),
    Guard(
        "no-reply", "a no-reply address is never written to",
        "foimail/workflows/send.py", "the address is not looked at",
        "if _NO_REPLY.search(", "if False and _NO_REPLY.search(",
        "tests/test_guards.py::test_a_no_reply_address_is_never_written_to",
    ),
    Guard(
        "TLS", "no password or letter goes in the clear",
        "foimail/mail/smtp.py", "a server without STARTTLS is good enough",
        "elif not self._server.is_loopback:", "elif False:",
        "tests/real/test_smtp.py::test_a_server_elsewhere_that_offers_no_starttls_gets_neither_password_nor_letter",
    ),
    Guard(
        "TLS of the mailbox", "no password goes to a mailbox in the clear",
        "foimail/mail/imap.py", "a mailbox without STARTTLS is good enough",
        "elif not server.is_loopback:", "elif False:",
        "tests/mail/test_imap.py::test_a_server_elsewhere_without_starttls_never_sees_the_password",
    ),
    Guard(
        "certificates", "no server is believed whose certificate is not trusted",
        "foimail/mail/server.py", "certificates are not looked at",
        "        if cafile:\n", "        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE\n        if cafile:\n",
        "tests/real/test_smtp.py::test_a_certificate_of_another_authority_is_refused",
    ),
    Guard(
        "issuer of a token", "what one provider gave is never shown to another",
        "foimail/mail/oauth.py", "who gave it is not looked at",
        "if (tokens.issuer, tokens.client) != (application.provider.token, application.client):", "if False:",
        "tests/mail/test_oauth.py::test_what_one_provider_gave_is_never_shown_to_another",
    ),
    Guard(
        "state of a sign-in", "no page that guesses the port signs us in as another",
        "foimail/mail/returning.py", "any address that comes counts",
        'is_ours = secrets.compare_digest(said.get("state", "").encode(), state.encode())', "is_ours = bool(state)",
        "tests/mail/test_oauth.py::test_the_browser_comes_back_to_this_machine_with_a_code_that_only_we_can_use",
    ),
    Guard(
        "redirected sign-in", "tokens go to the address that was named and to no other",
        "foimail/mail/oauth_server.py", "redirects are followed",
        "build_opener(_NoRedirects, ", "build_opener(",
        "tests/mail/test_oauth.py::test_a_server_that_sends_elsewhere_is_not_followed",
    ),
    Guard(
        "braces", "no unfinished letter goes",
        "foimail/letters/proof.py", "braces are not looked for",
        "for found in _BRACES.findall(text):", "for found in ():",
        "tests/letters/test_compose.py::test_a_brace_in_a_bodys_name_is_never_evaluated_and_refuses_the_letter",
    ),
    Guard(
        "sandbox", "a stranger's campaign cannot reach into Python",
        "foimail/letters/shelf.py", "letters are rendered without the sandbox",
        "from jinja2.sandbox import ImmutableSandboxedEnvironment",
        "from jinja2 import Environment as ImmutableSandboxedEnvironment",
        "tests/letters/test_compose.py::test_an_unfinished_letter_is_refused_with_its_line",
    ),
    Guard(
        "language", "a stranger's campaign cannot call anything",
        "foimail/letters/language.py", "calls are allowed",
        "*(nodes.Concat,", "*(nodes.Call, nodes.Concat,",
        "tests/letters/test_compose.py::test_what_is_not_in_the_language_of_letters_is_a_fault_with_its_line",
    ),
    # replies
    Guard(
        "dedupe by hash", "the same bytes in two folders are one message",
        "foimail/store/inbox.py", "bytes are not looked up",
        "if sha256 not in known:", "if sha256:",
        "tests/test_guards.py::test_the_same_bytes_in_two_folders_are_one_message",
    ),
    Guard(
        "dedupe by content", "one mail delivered over two paths counts once",
        "foimail/workflows/read.py", "the hash of the bytes stands for that of the content",
        '"content_hash": message.content_hash', '"content_hash": message.sha256',
        "tests/test_guards.py::test_one_mail_delivered_over_two_paths_is_counted_once",
    ),
    Guard(
        "broken mail", "a message that raises is kept, and the rest goes on",
        "foimail/workflows/read.py", "only some faults are caught",
        "except Exception as error:", "except ValueError as error:",
        "tests/test_guards.py::test_a_message_that_cannot_be_opened_is_kept_and_the_rest_goes_on",
    ),
    Guard(
        "issued tokens", "a token that was never issued matches nothing",
        "foimail/replies/match.py", "any token matches",
        "if token in issued", "if True",
        "tests/test_guards.py::test_a_token_that_was_never_issued_matches_nothing",
    ),
    Guard(
        "forged sender", "what may be forged goes to a person, whatever it bears",
        "foimail/replies/match.py", "doubts about the sender are not looked at",
        "if sender.doubts:", "if False:",
        "tests/replies/test_match.py::test_what_may_be_forged_goes_to_a_person_whatever_it_bears",
    ),
    Guard(
        "another body's token", "a token of one body from another goes to a person",
        "foimail/replies/match.py", "what disagrees with a token is not looked at",
        "if against := _against(cases, known):", "if against := None:",
        "tests/replies/test_match.py::test_a_token_of_one_body_from_another_is_a_persons_to_weigh_with_both",
    ),
    Guard(
        "another case's form", "answers on the form of another request are not read for this one",
        "foimail/replies/form.py", "the token on the form is not looked at",
        'if head["token"] not in asked.tokens:', "if not head:",
        "tests/replies/test_form.py::test_a_form_of_another_request_is_not_read",
    ),
    Guard(
        "shared domain", "a reference of one NHSmail address is not taken for another's",
        "foimail/workflows/matching.py", "a reference counts for the whole shared domain",
        "return address.lower() if known.is_shared(owner) else owner", "return owner",
        "tests/workflows/test_matching.py::test_at_a_shared_domain_a_reference_counts_for_the_one_address",
    ),
    Guard(
        "digest claim", "two runs on one day send one digest",
        "foimail/store/reminded.py", "a day that is taken can be taken again",
        "return False", "return True",
        "tests/workflows/test_remind.py::test_a_digest_is_claimed_before_it_goes",
    ),
    Guard(
        "automatic mail of ours", "an absence notice of the user's never restarts a clock",
        "foimail/workflows/read.py", "an automatic mail of ours counts as written by hand",
        'not in {"", "no"}', 'in {"x"}',
        "tests/workflows/test_read.py::test_an_absence_notice_of_the_users_is_no_answer_to_a_body",
    ),
    Guard(
        "escaping", "nothing that a stranger wrote becomes part of a page",
        "foimail/output/templates.py", "text goes into the page as it is",
        "autoescape=True", "autoescape=False",
        "tests/output/test_html.py::test_a_strangers_text_stays_text",
    ),
    Guard(
        "HTML of mail", "nothing in a mail's HTML acts, hides or fetches where it is shown",
        "foimail/output/safe_html.py", "what nh3 allows by itself is allowed",
        "tags=set(_TAGS),\n", "tags=nh3.ALLOWED_TAGS | {'form', 'input'},\n",
        "tests/output/test_safe_html.py::test_nothing_that_acts_hides_or_fetches_is_left",
    ),
    Guard(
        "links in mail", "no link in a mail hides where it leads",
        "foimail/output/safe_html.py", "the words of a link stand alone",
        "return _LINK.sub(_with_host, cleaned)", "return cleaned",
        "tests/output/test_safe_html.py::test_a_picture_is_named_and_a_link_says_where_it_leads",
    ),
    Guard(
        "slow HTML", "no page holds up whoever looks at it",
        "foimail/output/safe_html.py", "tags are not counted",
        "> _MOST_TAGS:", "> 10**9:",
        "tests/output/test_safe_html.py::test_a_page_of_very_many_tags_is_shown_as_its_text",
    ),
    Guard(
        "public table", "nothing of people leaves in a table made to be published",
        "foimail/dataset/views.py", "all columns stay",
        "if not one.private)", "if True)",
        "tests/dataset/test_tables_of_answers.py::"
        "test_the_public_table_leaves_such_a_total_out_and_everything_that_is_of_people",
    ),
    Guard(
        "held back", "no published total gives away a figure that was held back",
        "foimail/dataset/views.py", "the total stays",
        "row = row | dict.fromkeys(_NUMBERS) | ", "row = row | ",
        "tests/workflows/test_answers_export.py::test_a_total_that_gives_away_what_was_held_back_is_warned_of",
    ),
    Guard(
        "quarantine", "mail in quarantine is never exported",
        "foimail/store/inbox.py", "the quarantine is not looked at",
        "    if not quarantined:\n", "    if False:\n",
        "tests/workflows/test_quarantine.py::test_quarantined_mail_is_never_exported",
    ),
    Guard(
        "quarantined words", "no page or letter quotes mail in quarantine",
        "foimail/store/cases.py", "the log tells its words",
        "    if not held:\n", "    if True:\n",
        "tests/workflows/test_quarantine.py::test_mail_in_quarantine_is_in_nothing_that_is_written",
    ),
    Guard(
        "quarantine in an archive", "mail in quarantine is in no archive",
        "foimail/store/dump.py", "all rows are written",
        "if table in _OF_MAIL and", "if False and",
        "tests/workflows/test_quarantine.py::test_mail_in_quarantine_is_in_nothing_that_is_written",
    ),
    Guard(
        "release", "no rule holds again what a person has let out",
        "foimail/store/quarantine.py", "who spoke is not looked at",
        'if by != "person" and any(', "if False and any(",
        "tests/workflows/test_quarantine.py::test_a_release_is_recorded_and_no_rule_holds_the_mail_again",
    ),
    Guard(
        "purge", "a purge leaves nothing in the file",
        "foimail/workflows/purge.py", "the file is not written anew",
        "        ws.store.scrub()\n", "        pass\n",
        "tests/workflows/test_purge.py::test_purge_leaves_nothing_in_the_file_or_its_journal",
    ),
    Guard(
        "purged log", "a purge leaves no word in the log",
        "foimail/store/purged.py", "the log keeps its quotes",
        "    _silence(connection, sha256)\n", "",
        "tests/workflows/test_purge.py::test_purge_leaves_nothing_in_the_file_or_its_journal",
    ),
    Guard(
        "purge's yes", "nothing is destroyed without a yes",
        "foimail/cli/privacy.py", "no question",
        "    if yes:\n        return\n", "    if True:\n        return\n",
        "tests/workflows/test_purge.py::test_nothing_is_destroyed_without_a_yes_and_a_reason",
    ),
    Guard(
        "findings without words", "what is said of rows about people holds none of their words",
        "foimail/replies/people.py", "a heading is told",
        'return f"column {column(one.number)} of', 'return f"column {one.label or column(one.number)} of',
        "tests/replies/test_people.py::test_a_column_of_nhs_numbers_is_named_by_its_place_alone",
    ),
    Guard(
        "a person's word", "no rule changes what a person has said",
        "foimail/case.py", "a later rule wins",
        'case Received() if event.by == "person" or event.message not in judged:', "case Received():",
        "tests/test_case_fold.py::test_a_rule_never_overrides_a_person",
    ),
    Guard(
        "reading again", "today's rules never touch what a person has said of stored mail",
        "foimail/workflows/reclassify.py", "who spoke is not looked at",
        "judged = mail.judged(row, filed)", "judged = False",
        "tests/workflows/test_reclassify.py::test_a_persons_word_stays_and_only_the_reading_is_renewed",
    ),
    Guard(
        "marks", "no letter steers the terminal in which it is reviewed",
        "foimail/output/marks.py", "its words are shown as they came",
        "shown = plain(words)", "shown = words.strip()",
        "tests/output/test_marks.py::test_no_strangers_mark_steers_the_terminal_inside_or_outside_of_a_passage",
    ),
    Guard(
        "terminal", "nothing that a server or a file says steers the terminal",
        "foimail/cli/session.py", "remarks are printed as they came",
        "click.echo(harmless(text), err=True", "click.echo(text, err=True",
        "tests/cli/test_terminal.py::test_a_mail_server_does_not_either",
    ),
    Guard(
        "terminal by CSV", "no table steers the terminal that it is printed to",
        "foimail/cli/printing.py", "a terminal gets what a file gets",
        "click.echo(harmless(text) if on_terminal() else text,", "click.echo(text,",
        "tests/cli/test_terminal.py::test_no_command_prints_what_steers_a_terminal",
    ),
    Guard(
        "endless lines", "no letter built to be slow holds up a poll",
        "foimail/replies/anatomy.py", "a line is read as long as it is",
        "if len(line) > _LONGEST_RUN else", "if False else",
        "tests/replies/test_quick.py::test_a_letter_built_to_be_slow_is_read_in_time_that_grows_with_its_length",
    ),
    Guard(
        "endless paragraphs", "nor one whose paragraph never ends",
        "foimail/replies/anatomy.py", "lines are joined without end",
        "too_long = block and line.end - block[0].start > _LONGEST_LINE", "too_long = False",
        "tests/replies/test_anatomy.py::test_a_paragraph_without_end_is_cut",
    ),
    Guard(
        "places", "a quote stands where its place says",
        "foimail/places.py", "rows of a sheet are counted from 2",
        'top = text.count("\\n", rows, line) + 1', 'top = text.count("\\n", rows, line) + 2',
        "tests/corpus/test_places.py::test_every_quote_stands_word_for_word_at_its_place",
    ),
    # dates
    Guard(
        "union of holidays", "a bank holiday anywhere in the United Kingdom stops FOIA's clock",
        "foimail/tables/regimes.toml", "England's alone count",
        'holidays = ["England", "Scotland", "Northern Ireland"]   # s.10(6)', 'holidays = ["England"]   # s.10(6)',
        "tests/law/test_calendar.py::test_every_due_date_of_the_vectors_is_found",
    ),
    Guard(
        "overdue", "a request is overdue from the day after its last day",
        "foimail/law/position.py", "overdue on the last day",
        "if today > found.answer_by.due:", "if today >= found.answer_by.due:",
        "tests/law/test_position.py::test_a_request_is_overdue_from_the_day_after_its_last_day_only",
    ),
    # files, store, layers
    Guard(
        "secrets", "no secret stands in the settings",
        "foimail/files/settings.py", "a secret itself is taken for a reference",
        'case "reference" if text and', 'case "reference" if False and',
        "tests/test_guards.py::test_a_secret_written_into_the_settings_is_refused_and_not_repeated",
    ),
    Guard(
        "archive's hashes", "nothing is restored from an archive that was changed",
        "foimail/output/manifest.py", "a file's hash is not compared",
        'if hashlib.file_digest(file, "sha256").hexdigest() != digest:', "if not digest:",
        "tests/workflows/test_restore.py::test_every_missing_and_changed_file_is_named_and_nothing_is_restored",
    ),
    Guard(
        "archive's links", "a stranger's archive leads to no file elsewhere",
        "foimail/output/manifest.py", "links are followed",
        "if real.resolve() != real:", "if not real:",
        "tests/output/test_manifest.py::test_a_link_is_never_followed",
    ),
    Guard(
        "archive's settings", "a stranger's archive brings no program that foimail would run",
        "foimail/files/settings_write.py", "references to secrets are taken over",
        'if s.kind != "reference" and', "if",
        "tests/workflows/test_restore.py::test_a_strangers_archive_brings_no_program_to_run_and_writes_nothing_elsewhere",
    ),
    Guard(
        "whole archive", "an archive that was broken off never looks whole",
        "foimail/output/folder.py", "the list of hashes is there from the beginning",
        '_PASSING = f".{SUMS}.part"', "_PASSING = SUMS",
        "tests/workflows/test_archive.py::test_one_that_was_broken_off_does_not_look_whole",
    ),
    Guard(
        "full store", "an archive never writes over a store that holds anything",
        "foimail/workflows/restore.py", "the store is not looked at",
        "if full := dump.full(connection):", "if full := ():",
        "tests/workflows/test_restore.py::test_a_store_that_holds_anything_is_not_overwritten",
    ),
    Guard(
        "names of attachments", "no stranger's name leads out of the folder it is saved in",
        "foimail/output/names.py", "separators are left in names",
        "_FORBIDDEN = frozenset('<>:\"/\\\\|?*')", "_FORBIDDEN = frozenset('<>:\"|?*')",
        "tests/output/test_names.py::test_what_is_harmless_stays_and_the_rest_is_changed_a_little",
    ),
    Guard(
        "private files", "no other user of the machine can open what foimail writes",
        "foimail/__main__.py", "the shell's umask counts",
        "    os.umask(0o077)\n", "",
        "tests/workflows/test_private_files.py::test_every_file_is_0600_and_every_folder_0700_whatever_the_umask",
    ),
    Guard(
        "headers of a letter", "no name, subject or address begins a header of its own",
        "foimail/mail/compose.py", "line breaks are let through to the library",
        'if any(ord(c) < ord(" ") or c in "\\x7f\\x85\\u2028\\u2029" for c in value):', "if False:",
        "tests/mail/test_compose.py::test_nothing_breaks_out_of_its_header",
    ),
    Guard(
        "lines of the registry", "no entry of the registry holds a line break",
        "foimail/files/registry.py", "values are not looked through",
        'if field != "notes" and forms.has_control(text):', "if False:",
        "tests/files/test_registry.py::test_a_fault_is_named_with_its_line",
    ),
    Guard(
        "links in campaigns", "a stranger's campaign reads no file outside of its folder",
        "foimail/files/campaigns.py", "links are followed",
        "elif not path.resolve().is_relative_to(templates.resolve()):", "elif False:",
        "tests/files/test_campaigns.py::test_a_link_out_of_the_folder_is_not_read",
    ),
    Guard(
        "device names", "no attachment is saved under the name of a device",
        "foimail/output/names.py", "devices are not known",
        "if _DEVICE.fullmatch(bare):", "if False:",
        "tests/output/test_names.py::test_what_is_harmless_stays_and_the_rest_is_changed_a_little",
    ),
    Guard(
        "formulas in CSV", "no stranger's words are a formula in a spreadsheet",
        "foimail/output/tables.py", "no apostrophe",
        ".startswith(_FORMULA) and not", ".startswith(_FORMULA) and False and not",
        "tests/output/test_tables.py::test_no_cell_of_a_csv_is_a_formula",
    ),
    Guard(
        "formulas in XLSX", "nor in a workbook",
        "foimail/output/xlsx.py", "the library guesses what text is",
        "page.write_string(line, column, found)", "page.write(line, column, found)",
        "tests/output/test_written.py::test_a_workbook_has_a_frozen_heading_with_filters_and_no_formula",
    ),
    Guard(
        "entities", "no XML grows by its own definitions",
        "foimail/documents/markup.py", "a document type is passed over",
        "if root.getroottree().docinfo.internalDTD is not None:", "if False:",
        "tests/documents/test_readers.py::test_entities_of_xml_are_never_expanded",
    ),
    Guard(
        "zip bombs", "no ZIP is unpacked that is a bomb",
        "foimail/documents/packed.py", "sizes are not compared",
        "if unpacked > _SMALL and unpacked > _MOST_RATIO * len(content):", "if False:",
        "tests/documents/test_readers.py::test_a_zip_bomb_is_refused_before_it_is_unpacked",
    ),
    Guard(
        "memory of a reader", "no attachment takes the memory of the machine",
        "foimail/documents/worker.py", "no limit",
        "    _limit(resource.RLIMIT_AS, memory)\n", "",
        "tests/documents/test_reader.py::test_what_a_worker_does_wrong_costs_one_attachment",
    ),
    Guard(
        "files of a reader", "whoever takes over the reader of attachments writes no file",
        "foimail/documents/worker.py", "no limit",
        "    _limit(resource.RLIMIT_FSIZE, 0)\n", "",
        "tests/documents/test_reader.py::test_a_worker_writes_no_file_and_knows_no_secret",
    ),
    Guard(
        "verdicts of strangers", "only our own mail server's verdict on a sender counts",
        "foimail/replies/trust.py", "any server is believed",
        'if domains.owner(writer.strip().partition(" ")[0]) not in served:', "if not served:",
        "tests/replies/test_trust.py::test_only_our_own_servers_verdicts_count",
    ),
    Guard(
        "newer store", "an older foimail never touches a newer store",
        "foimail/store/migrations.py", "unknown steps are passed over",
        "if unknown := done - set(known):", "if unknown := done - done:",
        "tests/test_guards.py::test_a_store_of_a_newer_foimail_is_left_alone",
    ),
    Guard(
        "facts beside the log", "what a report reads is what the log adds up to",
        "foimail/store/cases.py", "the facts are not renewed with the log",
        "        facts.refold(connection, {token for token, _ in new})\n", "",
        "tests/store/test_facts.py::test_the_facts_are_what_the_log_adds_up_to_after_each_event",
    ),
    Guard(
        "search and quarantine", "no word of a mail in quarantine is found",
        "foimail/store/texts.py", "quarantine is not looked at",
        "WHERE released_at IS NULL)", "WHERE 1 = 0)",
        "tests/workflows/test_search.py::test_what_is_in_quarantine_is_not_found_and_what_was_destroyed_is_in_no_index",
    ),
    Guard(
        "migration order", "steps run in their order",
        "foimail/store/migrations.py", "the last step first",
        "for name, step in STEPS:", "for name, step in reversed(STEPS):",
        "tests/test_guards.py::test_migrations_run_in_their_order_and_once",
    ),
    Guard(
        "backup's name", "a backup overwrites nothing",
        "foimail/store/backup.py", "the copy takes the place of a file",
        "os.link(passing, file)  #", "passing.rename(file)  #",
        "tests/store/test_backup.py::test_a_backup_overwrites_nothing",
    ),
    Guard(
        "hashes", "a message whose bytes have changed is found",
        "foimail/store/soundness.py", "hashes are not compared",
        "if hashlib.sha256(raw).hexdigest() != sha256:", "if not sha256:",
        "tests/workflows/test_verify.py::test_each_damage_is_one_sentence_and_an_exit_code",
    ),
    Guard(
        "outbox and log", "a letter of which outbox and log disagree is found",
        "foimail/workflows/agreement.py", "the last record is not looked at",
        "if not isinstance(last, _LAST[row.state]):", "if last is None:",
        "tests/workflows/test_verify.py::test_each_damage_is_one_sentence_and_an_exit_code",
    ),
    Guard(
        "moved thread", "answers to a message that a person moved are filed where it is now",
        "foimail/workflows/inbox.py", "its thread stays where it was",
        "            derived.renew_thread(connection, parsed.message_id)", "            pass",
        "tests/workflows/test_verify.py::test_answers_to_a_message_that_was_moved_belong_where_it_is_now",
    ),
    Guard(
        "clock", "no letter bears a day before what it answers",
        "foimail/workflows/days.py", "the clock is believed",
        "if last and ws.today <", "if last and ws.today >",
        "tests/workflows/test_clock.py::test_nothing_is_sent_fetched_or_drafted_by_a_clock_that_was_set_back",
    ),
    Guard(
        "lengths", "a server's word for a length takes no memory",
        "foimail/mail/bounded.py", "every length is believed",
        "if size > _LITERAL:", "if size > size:",
        "tests/mail/test_bounded.py::test_the_length_of_a_literal_is_believed_as_far_as_a_mail_can_be_long",
    ),
    Guard(
        "endless answer", "a server that never ends its answer holds nobody up",
        "foimail/mail/bounded.py", "lines are not counted",
        "self.left -= 1", "self.left -= 0",
        "tests/mail/test_bounded.py::test_an_answer_without_end_is_given_up",
    ),
    Guard(
        "put back", "mail in a mailbox put back from an earlier copy is not passed over",
        "foimail/mail/imap.py", "numbers that begin again are not noticed",
        "if following and following <= place.last:", "if following and False:",
        "tests/mail/test_hostile_imap.py::test_a_mailbox_put_back_from_an_earlier_copy_is_read_again",
    ),
    Guard(
        "doubts in a row", "a server that answers for no letter is not given all of them",
        "foimail/workflows/deliver.py", "only refusals count",
        "isinstance(outcome, Rejected | Lost) else 0", "isinstance(outcome, Rejected) else 0",
        "tests/mail/test_hostile_smtp.py::test_a_run_ends_when_nobody_answers_for_one_letter_after_the_other",
    ),
    Guard(
        "layers", "imports go down only",
        "foimail/law/working.py", "the law imports the store",
        "from foimail.law.calendar import in_words\n",
        "from foimail.law.calendar import in_words\nfrom foimail.store import schema\n",
        "tests/test_guards.py::test_imports_go_down_only",
    ),
    # several workers
    Guard(
        "living sender", "a letter that a living sender has in hand is left to it",
        "foimail/workflows/deliver.py", "every sender is taken for dead",
        "if not hold.is_gone(row.claimed_by):", "if False:",
        "tests/workflows/test_team.py::test_a_letter_on_its_way_is_left_to_its_living_sender",
        engine="postgresql",
    ),
    Guard(
        "one writer", "on a server, what is read and then written cannot be overtaken",
        "foimail/store/postgresql.py", "all may write at once",
        "pg_advisory_xact_lock(", "pg_advisory_xact_lock_shared(",
        "tests/store/test_postgresql.py::test_who_writes_keeps_others_waiting_and_readers_not",
        engine="postgresql",
    ),
    Guard(
        "proof of a database", "letters go to no database on another machine that does not prove who it is",
        "foimail/store/postgresql.py", "any certificate, or none, will do",
        '"sslmode": "verify-full"', '"sslmode": "prefer"',
        "tests/store/test_postgresql.py::test_a_server_on_another_machine_must_prove_who_it_is",
    ),
    Guard(
        "the server's yes", "a letter that was taken is sent, whatever was thought of it meanwhile",
        "foimail/workflows/deliver.py", "only one on its way can be",
        "was=_OPEN", 'was=("sending",)',
        "tests/workflows/test_team.py::test_an_accepted_letter_that_a_person_has_settled_meanwhile_is_sent_whatever_they_said",
    ),
    Guard(
        "copied store", "a copy of a store counts only if it is as the store is",
        "foimail/store/transfer.py", "the two are not compared",
        "if a != b", "if a != a",
        "tests/workflows/test_engines.py::test_a_copy_that_is_not_as_the_store_is_leaves_nothing",
    ),
    Guard(
        "large mail", "what was changed outside of the database is never taken for what came",
        "foimail/store/objects.py", "its hash is not compared",
        "if hashlib.sha256(raw).hexdigest() != sha256:", "if False:",
        "tests/store/test_objects.py::test_what_was_changed_there_is_never_given_back",
    ),
    Guard(
        "place of large mail", "a place that does not answer is said once, and not of each mail",
        "foimail/store/soundness.py", "every mail is asked for all the same",
        "answers = False", "answers = True",
        "tests/store/test_objects.py::test_verify_names_each_large_mail_that_is_missing_or_altered",
    ),
)  # fmt: skip


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """A copy to break, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="foimail-mutations-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copyfile(source, copy / name)
        yield copy


@contextmanager
def broken(copy: Path, guard: Guard) -> Iterator[None]:
    """The copy with this guard broken; mended again afterwards. ValueError where the text to break is not there once."""
    path = copy / guard.file
    text = path.read_text(encoding="utf-8")
    if text.count(guard.old) != 1:
        raise ValueError(
            f"{guard.file} holds {guard.old!r} {text.count(guard.old)} times; mend tests/mutations.py"
        )
    path.write_text(text.replace(guard.old, guard.new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def colour(copy: Path, nodes: Iterable[str], engine: str = "sqlite") -> Literal["green", "red", "grey"]:
    """Green: all these tests of the copy passed; red: one failed; grey: none was red, but not all could run."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "", *dict.fromkeys(nodes)],
        cwd=copy,
        env=os.environ
        | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "FOIMAIL_TEST_ENGINE": engine},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 1:
        return "red"
    return "green" if done.returncode == 0 and "skipped" not in done.stdout else "grey"


def main() -> int:
    """Print the colour of each guard's test, whole and broken; 1 where a broken guard went unnoticed."""
    unnoticed = 0
    with copy_of_the_tree() as copy:
        sys.stdout.write(f"all tests on the whole tree: {colour(copy, (g.node for g in GUARDS))}\n")
        for guard in GUARDS:
            with broken(copy, guard):
                seen = colour(copy, [guard.node], guard.engine)
            unnoticed += seen != "red"
            sys.stdout.write(f"{guard.name:20} {seen:6} {guard.node}\n")
            sys.stdout.flush()
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())

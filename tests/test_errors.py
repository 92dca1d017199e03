from __future__ import annotations

from foimail import errors
from foimail.errors import FoimailError, InputError, Problem, errors_only


def test_a_problem_is_one_sentence_with_its_place_and_a_hint() -> None:
    assert str(Problem("trusts.yaml:3", "no name")) == "trusts.yaml:3: error: no name"
    assert str(Problem("x:1", "old", "look again", "warning")) == "x:1: warning: old (look again)"


def test_warnings_stop_nothing() -> None:
    fault, doubt = Problem("x:1", "bad"), Problem("x:2", "odd", level="warning")
    assert errors_only((fault, doubt)) == (fault,)


def test_an_error_is_a_sentence_with_a_hint() -> None:
    assert str(FoimailError("it broke")) == "it broke"
    assert str(FoimailError("it broke", "mend it")) == "it broke (mend it)"


def test_faults_in_what_a_person_wrote_travel_together() -> None:
    problems = [Problem("x:1", "a"), Problem("x:2", "b")]
    assert InputError("2 faults", iter(problems)).problems == tuple(problems)


def test_each_class_of_error_has_a_code_of_its_own_that_means_nothing_else() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, FoimailError)]
    codes = [c.exit_code for c in classes if c is not errors.LoginError]
    assert len(set(codes)) == len(codes) == 8
    assert not {0, 2, errors.DONE_WITH_PROBLEMS} & set(codes)
    assert errors.LoginError.exit_code == errors.MailError.exit_code

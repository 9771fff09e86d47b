"""A council's policy file: what it may choose, and what is said when it cannot be used."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.considerations import CONSIDERATIONS
from matching.policy import KEYS, Policy, PolicyError, default_weights, read_policy
from matching.rules import RULES


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Where a test writes its policy file."""
    return tmp_path / "council.toml"


def read(path: Path, text: str) -> Policy:
    """The policy of a file with this text."""
    path.write_text(text, encoding="utf-8", newline="\n")
    return read_policy(path)


def refused(path: Path, text: str | bytes) -> PolicyError:
    """What is said of a file that cannot be used."""
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    with pytest.raises(PolicyError) as caught:
        read_policy(path)
    said = caught.value
    assert said.file == str(path)
    assert str(path) in str(said)
    for part in (said.what, said.meaning, said.mend):
        assert part.endswith("."), part
        assert part in str(said)
    return said


def test_the_packaged_policy_is_what_a_policy_is_without_a_file() -> None:
    """The numbers in policy.toml and those of `Policy()` are the same, so tests and users see one policy."""
    packaged = read_policy()
    assert replace(packaged, weights={}) == Policy()
    assert packaged.as_dict() == Policy().as_dict()
    assert packaged.fingerprint == Policy().fingerprint
    assert read_policy(None) == packaged


def test_the_packaged_policy_weighs_every_consideration() -> None:
    """Every consideration has its weight in policy.toml, and no weight is for something else."""
    assert set(default_weights()) == {one.name for one in CONSIDERATIONS}


def test_every_choice_has_its_key() -> None:
    """Whatever a policy holds can be stated in the file, and nothing else."""
    assert {key.name for key in KEYS} == {f.name for f in fields(Policy)}
    assert len({key.name for key in KEYS}) == len(KEYS)


def test_the_packaged_allow_list_names_rules() -> None:
    """The sign-offs that are allowed unasked are those of rules that there are."""
    assert set(read_policy().allow) <= {rule.rule_id for rule in RULES}


def test_a_file_states_only_what_it_chooses_otherwise(written: Path) -> None:
    """What is left out stays as packaged; what is stated is followed."""
    policy = read(
        written,
        """
        schema = 1
        version = "2027 spring"
        chosen_by = "Corporate parenting board"
        chosen_on = 2027-03-01
        authority = "E08000009"
        tiers = ["siblings", "placed", "points"]
        siblings = "never_split"
        allow = ["LOC-04", "FOST-05"]
        near_miles = 8
        split_miles = 3
        protected_school_years = [11, 9, 10]
        review_months = 6
        [weights]
        school = 16
        kin = 0
        """,
    )
    assert policy == replace(
        read_policy(),
        version="2027 spring",
        chosen_by="Corporate parenting board",
        chosen_on="2027-03-01",
        authority="E08000009",
        tiers=("siblings", "placed", "points"),
        siblings="never_split",
        allow=("FOST-05", "LOC-04"),
        near_miles=8.0,
        split_miles=3.0,
        protected_school_years=(9, 10, 11),
        review_months=6,
        weights={**default_weights(), "school": 16, "kin": 0},
    )
    assert isinstance(policy.near_miles, float)


@pytest.mark.parametrize(
    "text",
    ["", "schema = 1\n", "[weights]\n", "[policy]\n", "\ufeffschema = 1\n"],
    ids=["empty", "schema only", "no weights", "no keys", "byte order mark"],
)
def test_a_file_that_chooses_nothing_is_the_packaged_policy(written: Path, text: str) -> None:
    """Nothing chosen otherwise is nothing changed."""
    assert read(written, text) == read_policy()


def test_keys_may_stand_under_policy(written: Path) -> None:
    """`policy.siblings` is the same as `siblings`."""
    policy = read(written, 'policy.siblings = "never_split"\n[policy.weights]\npets = 9\n')
    assert policy.siblings == "never_split"
    assert policy.weight_of("pets") == 9


EDGES = {
    "near_miles": (0, 500),
    "split_miles": (0, 500),
    "protected_school_weight": (1, 10),
    "waiting_full_days": (1, 3650),
    "identity_delay_days": (0, 3650),
    "companion_years": (0, 18),
    "age_gap_years": (0, 18),
    "smoke_free_under_age": (0, 18),
    "review_months": (1, 120),
}


@pytest.mark.parametrize("key", EDGES)
def test_numbers_may_be_at_their_edges_and_not_beyond(written: Path, key: str) -> None:
    """Both ends of a range are taken, one less and one more are refused."""
    low, high = EDGES[key]
    for inside in (low, high):
        assert getattr(read(written, f"{key} = {inside}"), key) == inside
    for outside in (low - 1, high + 1):
        said = refused(written, f"{key} = {outside}")
        assert said.key == key
        assert f"from {low} to {high}" in said.what


@pytest.mark.parametrize(
    ("text", "key", "what"),
    [
        ("near_mile = 3", '"near_mile"', 'there is no such key; the nearest known is "near_miles"'),
        ("Near_Miles = 3", '"Near_Miles"', "there is no such key"),
        ("shema = 1", '"shema"', 'the nearest known is "schema"'),
        ("usual_fostering_limit = 4", '"usual_fostering_limit"', "there is no such key."),
        ("schema = 2", "schema", "2 is not a form of policy file that this version reads"),
        ("schema = true", "schema", "true is not a form"),
        ('schema = "1"', "schema", '"1" is not a form'),
        ('near_miles = "3"', "near_miles", '"3" is not a number of miles from 0 to 500'),
        ("near_miles = true", "near_miles", "true is not a number of miles"),
        ("near_miles = nan", "near_miles", "NaN is not a number of miles"),
        ("near_miles = inf", "near_miles", "Infinity is not a number of miles"),
        ("near_miles = 1" + 400 * "0", "near_miles", "is not a number of miles"),
        ("review_months = 6.0", "review_months", "6.0 is not a whole number of months from 1 to 120"),
        ("review_months = true", "review_months", "true is not a whole number"),
        ("review_months = 2026-01-01", "review_months", "2026-01-01 is not a whole number"),
        ('chosen_by = ""', "chosen_by", "is not a short text"),
        ('chosen_by = "a\\nb"', "chosen_by", "is not a short text"),
        ("chosen_by = 7", "chosen_by", "7 is not a short text"),
        (f'version = "{"x" * 201}"', "version", "is not a short text"),
        ('chosen_on = "1 March 2027"', "chosen_on", "is not a date"),
        ('chosen_on = "2027-02-30"', "chosen_on", "2027-02-30 is not a day of the calendar"),
        ("chosen_on = 2027-03-01T10:00:00", "chosen_on", "is not a date"),
        ('authority = "Trafford"', "authority", '"Trafford" is not the code of an authority'),
        ('authority = "E09999999"', "authority", "is not the code of an authority"),
        ("authority = 9", "authority", "9 is not the code of an authority"),
        ('authority = "E07000223"', "authority", "is not itself responsible for children's services"),
        ('tiers = "placed"', "tiers", '"placed" is not a list of tiers'),
        ("tiers = []", "tiers", 'the tier "placed" is missing'),
        ('tiers = ["siblings", "points"]', "tiers", 'the tier "placed" is missing'),
        ('tiers = ["placed", "points", "placed"]', "tiers", '"placed" stands in the list more than once'),
        ('tiers = ["placed", "point"]', "tiers", 'the nearest known is "points"'),
        ('tiers = ["placed", 3]', "tiers", "3 is not one of the choices"),
        ('tiers = ["placed", "cost", "points"]', "tiers", 'the tier "cost" must come last'),
        ('tiers = ["placed", "cost"]', "tiers", 'the tier "cost" must come last, after "points"'),
        ('siblings = "never split"', "siblings", 'the nearest known is "never_split"'),
        ("siblings = false", "siblings", "false is not one of the choices"),
        ('allow = "LOC-03"', "allow", '"LOC-03" is not a list of rule ids'),
        ('allow = ["loc-03"]', "allow", '"loc-03" is not the id of a rule'),
        ('allow = ["LOC-03", "LOC-03"]', "allow", '"LOC-03" stands in the list more than once'),
        ("allow = [3]", "allow", "3 is not the id of a rule"),
        (f"allow = {list(range(101))}", "allow", "the list has 101 entries"),
        ("protected_school_years = [14]", "protected_school_years", "14 is not a whole number of school years"),
        ("protected_school_years = 10", "protected_school_years", "10 is not a list of school years"),
        ("weights = 3", "weights", "3 is not a table of weights"),
        ("[weights]\nschol = 3", "weights", 'there is no consideration "schol"; the nearest known is "school"'),
        ("[weights]\nweekly_cost = 3", "weights", 'there is no consideration "weekly_cost"'),
        ("[weights]\nschool = -1", "weights", "school: -1 is not a whole number of points of weight"),
        ("[weights]\nschool = 1001", "weights", "school: 1001 is not a whole number"),
        ("[weights]\nschool = 1.5", "weights", "school: 1.5 is not a whole number"),
        ("full_points_miles = 10", "half_points_miles", "10 is not more than full_points_miles (10)"),
        ("half_points_miles = 30", "no_points_miles", "30 is not more than half_points_miles (30)"),
        (
            "school_workable_miles = 0.5",
            "school_workable_miles",
            "0.5 is not more than school_full_points_miles (1)",
        ),
        ("school_no_points_miles = 5", "school_no_points_miles", "5 is not more than school_workable_miles (5)"),
        ("policy = 3", "policy", "this is not a table"),
        ("near_miles = 3\npolicy.near_miles = 3", "near_miles", "this key stands twice"),
    ],
)
def test_what_is_doubtful_is_refused(written: Path, text: str, key: str, what: str) -> None:
    """A choice that is not understood stops the run: it is never followed in part or left aside."""
    said = refused(written, text)
    assert said.key == key
    assert what in said.what


def test_all_weights_nought_is_refused(written: Path) -> None:
    """With no weight at all no lawful home would be better than another; one is enough."""
    noughts = "[weights]\n" + "".join(f"{one.name} = 0\n" for one in CONSIDERATIONS)
    assert refused(written, noughts).what == "every weight is 0."
    assert read(written, noughts.replace("pets = 0", "pets = 1")).weight_of("pets") == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"near_miles = ", "this is not TOML"),
        (b"near_miles = 3\nnear_miles = 4\n", "this is not TOML"),
        (b"near_miles = " + b"9" * 10_000, "this is not TOML"),
        (b"x = " + b"[" * 100_000, "this is not TOML"),
        (b"\x00\x01", "this is not TOML"),
        (b'version = "\xff"', "this is not text in UTF-8"),
        (b"#" * 1_000_001, "this is far too large"),
    ],
    ids=["half a line", "key twice", "endless number", "nested without end", "NUL", "cp1252", "too large"],
)
def test_files_that_are_no_policy(written: Path, content: bytes, what: str) -> None:
    """Rubbish gives a sentence, never a traceback of the reader."""
    said = refused(written, content)
    assert said.key is None
    assert what in said.what


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file and a folder are named, with what to do."""
    for path in (tmp_path / "nowhere.toml", tmp_path):
        with pytest.raises(PolicyError, match="the policy cannot be read") as caught:
            read_policy(path)
        assert str(path) in str(caught.value)
        assert "Name a policy file" in caught.value.mend


def test_long_values_are_shortened_in_messages(written: Path) -> None:
    """A message stays one that can be read."""
    assert len(str(refused(written, f'siblings = "{"x" * 5000}"'))) < len(str(written)) + 400


def test_the_fingerprint_follows_the_choices(written: Path) -> None:
    """The same choices have the same fingerprint however they are written; any other choice has another."""
    plain = read_policy().fingerprint
    assert len(plain) == 64
    assert read(written, 'allow = ["LOC-03"]\nnear_miles = 10\n').fingerprint == plain
    assert read(written, 'allow = ["LOC-04", "LOC-03"]').fingerprint == Policy(allow=("LOC-03", "LOC-04")).fingerprint
    others = {read(written, text).fingerprint for text in ("near_miles = 10.5", "[weights]\npets = 3", 'version = "2"')}
    assert len(others | {plain}) == 4


def test_a_policy_can_be_sent_to_another_process() -> None:
    """A policy survives being pickled, as other workers need it."""
    assert pickle.loads(pickle.dumps(read_policy())) == read_policy()


def test_a_consideration_that_is_not_there_has_no_weight() -> None:
    """Asking for the weight of something unknown is a mistake, not nought."""
    with pytest.raises(KeyError, match="there is no consideration 'cost'"):
        Policy().weight_of("cost")


@given(
    st.text(max_size=60)
    | st.sampled_from([f"{key.name} = " for key in KEYS]).flatmap(
        lambda key: st.sampled_from(["[]", "{}", "-1", "1e400", "[[]]", '""', "0x10", "1979-05-27", "07:32:00"]).map(
            key.__add__
        )
    )
)
def test_any_text_gives_a_policy_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever stands in the file, the outcome is a policy or a `PolicyError`."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    try:
        outcome = "placed" in read_policy(path).tiers
    except PolicyError as said:
        outcome = bool(said.mend)
    assert outcome

"""Every rule that a row of the return is held to: what is wrong, what is done, and the public rule it agrees with.

Public codes are those of the Department's published checks of 2024 to 2025. A rule without one is this
reader's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from records.model import Severity

OUT, MEND, NOTE = Severity.LEFT_OUT, Severity.MENDED, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the reader."""

    key: str
    severity: Severity
    public: str
    """Codes of the public rules that overlap with it, separated by spaces; blank where there is none."""
    column: str
    message: str
    meaning: str
    mend: str


_USED = "The row is used as it stands."
_OUT = "The row is not used."
_BLANK = "The row is used, and this cell counts as not recorded."
_CASE = "Put it right in the case system and make the return again."

RULES: Final = MappingProxyType(
    {
        rule.key: rule
        for rule in (
            # Cells.
            Rule("misshapen", OUT, "", "*", "The cells do not stand under their headings.", _OUT, "Save it again."),
            Rule("child", OUT, "", "child", "The child's id is blank or cannot be read.", _OUT, "Fill in the id."),
            Rule("child_form", NOTE, "", "child", "The id is not of letters and digits, 20 at most.", _USED, _CASE),
            Rule("no_year", OUT, "", "year", "The collection year of the row cannot be read.", _OUT, _CASE),
            Rule("key_date", OUT, "141", "*", "The date that the row begins with cannot be read.", _OUT, _CASE),
            Rule("birth_date", OUT, "102", "dob", "The date of birth is not a date.", _OUT, _CASE),
            Rule("bad_date", MEND, "", "*", "This is not a date.", _BLANK, "Write it as DD/MM/YYYY."),
            Rule("bad_code", MEND, "", "*", "This is not a code of the return.", _BLANK, _CASE),
            Rule("code_year", NOTE, "", "*", "This code is not one of this collection year.", _USED, _CASE),
            Rule("code_form", MEND, "", "*", "The code is written in another way.", "It is read as shown.", _CASE),
            Rule("repair_code", NOTE, "", "*", "An extract put this code in.", "The reason is not known.", _CASE),
            Rule("bad_number", MEND, "", "*", "This is not a number that may stand here.", _BLANK, _CASE),
            Rule("too_long", MEND, "", "*", "The text is longer than this column can hold.", _BLANK, _CASE),
            Rule("bad_postcode", MEND, "392c", "*", "This is not a postcode.", "The place is not known.", _CASE),
            Rule("postcode_cut", NOTE, "", "*", "The postcode is cut to its sector.", "Distances are rough.", _CASE),
            Rule("postcode_island", NOTE, "", "*", "A postcode outside the National Grid.", "No distance.", _CASE),
            Rule("sex_coding", MEND, "101", "sex", "Sex is coded 1 and 2, or M, F, U, against the year.",
                 "It is read as M, F or U, so that years agree.", _CASE),
            # Rows of one file and one year.
            Rule("same_row", NOTE, "", "*", "The same row stands in this year's files twice.",
                 "It counts once.", "Delete one."),
            Rule("twice", OUT, "", "*", "Rows of one key in one year differ.", "None of them is used.", _CASE),
            Rule("disputed", MEND, "INT32", "*", "Header rows of the child in one year differ here.", _BLANK, _CASE),
            Rule("later_year", NOTE, "", "*", "A later year's file says this again.",
                 "The later year's row counts.", "Nothing need be done."),
            Rule("born_after", OUT, "301", "dob", "The date of birth is after the year's end.", _OUT, _CASE),
            Rule("orphan", NOTE, "", "child", "The child is not in Header.", _USED, _CASE),
            Rule("orphan_episode", OUT, "INT03", "child", "The child is not in Header, and no file says the age.",
                 _OUT, _CASE),
            Rule("birth_elsewhere", MEND, "INT03", "child", "The child is not in Header.",
                 "The date of birth is taken from another file.", _CASE),
            Rule("birth_differs", NOTE, "", "dob", "The date of birth is not that of Header.",
                 "That of Header is used.", _CASE),
            Rule("birth_changed", MEND, "203", "dob", "The date of birth differs between years.",
                 "That of the latest year is used.", _CASE),
            Rule("sex_changed", MEND, "202", "sex", "The sex differs between years.",
                 "That of the latest year is used.", _CASE),
            Rule("ethnic_changed", NOTE, "204", "ethnic", "The ethnic code differs between years.",
                 "That of the latest year is used.", _CASE),
            # Episodes, one at a time.
            Rule("before_1991", NOTE, "353", "decom", "The episode begins before 14 October 1991.", _USED, _CASE),
            Rule("before_birth", OUT, "302", "decom", "The episode begins before the child was born.", _OUT, _CASE),
            Rule("begins_late", OUT, "", "decom", "The episode begins after the year's end.", _OUT, _CASE),
            Rule("dec_unread", OUT, "147", "dec", "The day the episode ended is filled but cannot be read.",
                 "The row is not used: it is not taken for an open one.", _CASE),
            Rule("zero_length", OUT, "355", "dec", "The episode ends on the day it begins.", _OUT, _CASE),
            Rule("ends_first", OUT, "356", "dec", "The episode ends before it begins.", _OUT, _CASE),
            Rule("ends_late", MEND, "354 385", "dec", "The episode ends after 31 March of its year.",
                 "It counts as open on that day.", _CASE),
            Rule("rec_alone", OUT, "148", "rec", "A reason for ending but no day, and nothing follows.",
                 "The row is not used: the child left, on a day nobody knows.", _CASE),
            Rule("x1_alone", MEND, "148", "rec", "The episode is open but is said to continue.",
                 "It counts as open.", _CASE),
            Rule("dec_alone", NOTE, "148", "rec", "A day of ending but no reason.",
                 "It ended for a reason not known.", _CASE),
            # Episodes in their order.
            Rule("overlap", MEND, "501", "dec", "The next episode begins before this one ends.",
                 "This one is cut at the beginning of the next.", _CASE),
            Rule("open_before", MEND, "142", "dec", "The episode has no end, but another follows.",
                 "It ends where the next begins.", _CASE),
            Rule("gap", NOTE, "433", "decom", "A continuing episode does not begin on the day the last ended.",
                 "The days between count as not in care.", _CASE),
            Rule("no_continuation", MEND, "388", "rec", "Said to continue as a new episode, but none follows.",
                 "The child is lost from sight on that day: neither in care nor known to have left.", _CASE),
            Rule("same_day_return", MEND, "431", "rne", "A new period begins on the day the last one ended.",
                 "It is read as one period: no exit and no entry.", _CASE),
            Rule("not_s", NOTE, "432", "rne", "The child had left, but the reason is not S.",
                 "A new period is taken to begin.", _CASE),
            Rule("first_not_s", NOTE, "357", "rne", "The child's first episode here does not begin with S.",
                 "The period began before what these files show.", _CASE),
            Rule("stale", MEND, "502", "dec", "Open in this year's file, and in no later one.",
                 "A gap in the data: known to be in care up to 31 March of that year, not after.", _CASE),
            Rule("changed_503", NOTE, "503A 503B 503C 503D 503E", "*", "A later file gives other values.",
                 "The later year's values are used.", _CASE),
            Rule("recoded", NOTE, "", "place", "Recoded at the turn of the year, as the Department allows.",
                 "The later code is used.", "Nothing need be done."),
            Rule("l_changed", NOTE, "434", "rne", "RNE L, but not only the legal status differs.", _USED, _CASE),
            Rule("p_changed", NOTE, "435", "rne", "RNE P or T, but not only the placement differs.", _USED, _CASE),
            Rule("b_changed", NOTE, "436", "rne", "RNE B or U, but legal status and placement do not both differ.",
                 _USED, _CASE),
            Rule("t_first", NOTE, "380", "place", "A period begins with a temporary placement.", _USED, _CASE),
            Rule("t_last", NOTE, "381", "place", "A period ends with a temporary placement.", _USED, _CASE),
            Rule("t_return", NOTE, "383", "place", "After a temporary placement the child did not go back.",
                 _USED, _CASE),
            Rule("t_v", NOTE, "382", "place", "Short breaks (V3, V4) in a temporary placement.", _USED, _CASE),
            Rule("t1_long", NOTE, "375", "place", "In hospital for more than 42 days.", _USED, _CASE),
            Rule("t3_long", NOTE, "376", "place", "Carers' holiday of more than 21 days.", _USED, _CASE),
            Rule("t4_long", NOTE, "379", "place", "Another temporary placement of more than 7 days.", _USED, _CASE),
            Rule("v3_long", NOTE, "365", "ls", "A short break of more than 17 days.", _USED, _CASE),
            Rule("v3_year", NOTE, "367", "ls", "More than 75 days of short breaks in a year.", _USED, _CASE),
            Rule("l1_long", NOTE, "361", "ls", "Police protection for more than 3 days.", _USED, _CASE),
            Rule("l2_long", NOTE, "362", "ls", "Emergency protection for more than 21 days.", _USED, _CASE),
            Rule("l3_long", NOTE, "363", "ls", "Child assessment for more than 7 days.", _USED, _CASE),
            Rule("v3_v4", NOTE, "426", "ls", "V3 and V4 in one year.", _USED, _CASE),
            Rule("past_18", MEND, "359", "dec", "The episode runs past the 18th birthday.",
                 "It is cut at the birthday: care ends there, except under V2 in a children's home.", _CASE),
            Rule("began_18", OUT, "352", "decom", "The episode begins on or after the 18th birthday.", _OUT, _CASE),
            Rule("age_16", NOTE, "371", "place", "In supported accommodation under 16.", _USED, _CASE),
            Rule("age_14", NOTE, "374", "place", "In residential employment under 14.", _USED, _CASE),
            Rule("age_4", NOTE, "373", "place", "In a residential school under 4.", _USED, _CASE),
            Rule("age_10", NOTE, "372", "place", "In custody under 10.", _USED, _CASE),
            Rule("age_j", NOTE, "358", "ls", "On remand or the like under 10.", _USED, _CASE),
            Rule("needs_e1", NOTE, "408", "place", "Placed under a placement order, but none is recorded.",
                 _USED, _CASE),
            Rule("p1_v2", NOTE, "378", "place", "With parents under V2.", _USED, _CASE),
            Rule("adopted_from", NOTE, "390", "rec", "Adopted, but not placed for adoption.", _USED, _CASE),
            Rule("a3_rne", NOTE, "217", "rne", "Placed with the current carer, but RNE is not S, T or U.",
                 _USED, _CASE),
            Rule("v_long_term", NOTE, "384", "place", "Short breaks in a long-term placement.", _USED, _CASE),
            Rule("pr0", NOTE, "550", "place_provider", "PR0 stands with P1, and P1 with PR0 alone.", _USED, _CASE),
            Rule("pr12", NOTE, "527 528", "place_provider", "PR1 or PR2 with P1, R2 or R5.", _USED, _CASE),
            Rule("pr3", NOTE, "529", "place_provider", "PR3 with a placement that no public body provides.",
                 _USED, _CASE),
            Rule("pr45", NOTE, "530 531", "place_provider", "PR4 or PR5 with P1.", _USED, _CASE),
            Rule("no_provider", NOTE, "526", "place_provider", "The provider is blank.", _USED, _CASE),
            Rule("provider_extra", NOTE, "213", "place_provider", "A provider with a T or Z placement.",
                 _USED, _CASE),
            Rule("reason_due", NOTE, "225", "reason_place_change", "No reason for the change of placement.",
                 _USED, _CASE),
            Rule("reason_extra", NOTE, "226", "reason_place_change", "A reason, but no change of placement.",
                 _USED, _CASE),
            Rule("cin_drift", NOTE, "504", "cin", "The category of need differs within the period.",
                 _USED, _CASE),
            Rule("same_place", NOTE, "392d", "pl_post", "Home and placement postcodes are the same.",
                 _USED, _CASE),
            # Other files.
            Rule("other_late", NOTE, "570", "mis_start", "Begins after the year's end.", _USED, _CASE),
            Rule("other_ends", MEND, "567", "*", "Ends before it begins.", "The end counts as not recorded.",
                 _CASE),
        )
    }
)  # fmt: skip
"""Key of a rule to the rule."""

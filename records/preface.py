"""What stands at the top of the reference page of the records folder (`docs/reference/records.md`)."""

PREFACE = """# The records folder

What each file and column holds, what a blank cell means, and what happens to a cell that cannot be read.
This page is printed from `records/columns.py`; run `python -m records.columns > docs/reference/records.md`
after a change there.

A records folder is a folder of CSV files, or one `.xlsx` workbook with the same names on its sheets.
Files may be UTF-8 (with or without a mark at the start), UTF-16 with a mark, or Windows-1252; cells are
separated by commas, or by semicolons or tabs where the heading row says so. Dates are `YYYY-MM-DD` or
`DD/MM/YYYY`. Lists inside a cell are separated by `;`. A blank cell means *not recorded*, never "no".
Headings may differ in capitals and spaces; columns in bold must be present and filled; unknown columns are
kept and reported. Row numbers are those a person sees in Excel.

## Spreadsheets as people keep them

| what stands there | what happens |
|---|---|
| blank rows or a title above the headings | the headings are looked for in the first 20 filled rows. Where one row \
alone holds every column in bold, and the rows above it hold fewer cells than that, it is the heading row, and a \
finding says which. Otherwise nothing is read, and the message says in which row the headings seem to be |
| headings merged over two rows | the lower half is no row |
| a date with a time of day | midnight is nothing; another time is passed over, and said. A time with a time zone, \
other than midnight, or with AM or PM cannot be read: the day may be another |
| Male, Boy, Men, Female, Girl, Women, Unknown; Either, Any or Both where a home may take one sex | read as `M`, `F`, \
`U`; as no restriction; and said |
| Yes, No, TRUE, FALSE, 1, 0 for Y and N | read, and said |
| numbers kept as text, with thousands commas where they are metres or pounds | read |
| £480.00, 480 GBP, £480 pw, £480 per week | 480 |
| spaces around a cell, non-breaking spaces, curly quotation marks around a code or number, long dashes in a code or \
date | read as the plain ones; in an id a non-breaking space is said |
| an id of more than 15 digits in a cell that Excel holds as a number | Excel has put noughts in place of the last \
digits: the cell cannot be read. Format the column as Text, and paste the ids again |
| an id such as 3-11 that Excel has turned into a day | the cell cannot be read |
| 1.23457E+15 as an id in a CSV file | the same |
| hidden rows or columns, rows that a filter takes out of sight, a hidden sheet | read like the others, and said |
| a formula that was never worked out (a program wrote the workbook, and nobody opened it in Excel) | the cell cannot \
be read; neither 0 nor blank is taken in its place |
| a formula with a value, in a workbook that asks to be worked out anew | the value is used, and said |
| merged cells | none of them can be read, since only one of them has a value |

## What happens to a cell that cannot be read

A cell that could forbid a home must never turn into "no restriction" because it cannot be read.

- *left out*: the row is not used. A child takes the whole family along, because a family is never matched in
  part; a resident takes the home along, because an unknown household cannot be judged.
- *not recorded*: the row is used as if the cell were blank. This is done only where a blank forbids at least
  as much: descriptions, wishes that score, and permissions.
- *read cautiously*: the row is used in its most restrictive reading.

Every such cell is a finding with its file, row, column, what it means and how to mend it. Words about a child
(`views`, `reason`, `assessed_by`, `decided_by`) are never repeated in a finding.

| severity of a finding | what was done |
|---|---|
| `left_out` | the row is not used in this round |
| `mended` | the row is used; the cell counts as not recorded, or is read in the way stated |
| `note` | the row is used as it stands; somebody should look |

## Rows that are left out for what they say together

| what | what happens |
|---|---|
| the same id twice, every column alike | one row is kept, the other noted |
| the same id twice, the rows differ | all rows with that id are left out: nobody guesses |
| a home twice with terms of approval that overlap | all its rows are left out |
| a child whose 18th birthday is on or before the day, or who is born after it | left out, with the family |
| one child of a family left out | the family is left out whole, each member said |
| approved ages upside down, or approval ending before it begins | the home is left out |
| a resident of an unknown home, or of a home that is left out | the row is left out |
| a settled child (`current_carer`, no `needed_by`) whose home is unknown or left out | the child, and the family, is \
left out: nobody settled is moved because a row is missing |
| a resident row that cannot be read, or two rows of one resident that differ | the home is left out |
| a sibling row that names somebody unknown, or one child twice | the row is left out |
| a sibling row across families | `apart` is obeyed; other plans are left out |
| one pair with several plans | `apart` is kept where any row says so, else `undecided`; other rows are left out |
| together, together, apart among three | noted; every row is kept |
| a resident whose family_id, or date of birth, is not that of another row of the same person | the resident's cell \
counts as not recorded: a family that is not proved lifts no fostering limit. The child's own row in children stands |
| a separation of somebody unknown | kept and noted |
| a link of an unknown child or home; a zone of an unknown child | the row is left out |
| an id that bars and differs from a listed one only by capitals, spaces or kinds of dash | read as the listed one, \
and said |
| a CSV row with more cells than headings, or a cell of more than 32,767 characters | as a row that cannot be read |
| a CSV row with fewer cells than headings | the missing cells are blank, and said; a last row cut short is left out |

## What cannot be used at all

Nothing is written and the command ends with exit code 3 when: there is no such folder, or it may not be read;
`children.csv` or `homes.csv` is missing; a file has no heading row, lacks a column in bold or has one twice; a
file is not text, or is a workbook in disguise; quotation marks do not pair up; a file is above 200 MB, has more
than 1,000,000 rows or 500 columns; a workbook unpacks to more than 200 MB, more than 200 times its size or more
than 1,000 parts. Files without rows are usable: the round is then empty.
"""

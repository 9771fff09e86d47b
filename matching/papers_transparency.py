"""The record of the Algorithmic Transparency Recording Standard, every field filled from facts or left to the council.

The fields, their numbers and their names in machine-readable form are those of version 3.0 of the standard (March
2024), read in the table that its owners publish (co-cddo/algorithmic-transparency-recording-standard).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matching import papers_transparency_says as says
from matching.papers_facts import System
from matching.papers_form import Fill, Item, Kind, Paper, Part
from matching.papers_says import Said

STANDARD: Final = "Algorithmic Transparency Recording Standard, version 3.0 (March 2024)"
DOUBTS: Final = (
    "Version 4.0 of the standard has guidance dated 8 May 2025. Its table of fields could not be read, so this record "
    "keeps the numbers and names of version 3.0. Take the form that the owners of the standard publish now, and copy "
    "field by field.",
    "The standard binds central government; for councils it is recommended. Check before it is cited as a duty.",
)
META, TIER_1 = "Metadata and title", "Tier 1: overview for the public"
OWNER, RATIONALE = "Tier 2: owner and responsibility", "Tier 2: description and rationale"
DECIDING, TOOL = "Tier 2: decision-making process", "Tier 2: tool specification"
MODEL, DATA = "Tier 2: model specification", "Tier 2: data specification"
RISKS = "Tier 2: risks, mitigations and impact assessments"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the standard."""

    item_id: str
    attribute: str
    name: str
    part: str


def _fields(part: str, *rows: tuple[str, str, str]) -> tuple[Field, ...]:
    return tuple(Field(item_id, attribute, name, part) for item_id, attribute, name in rows)


FIELDS: Final[tuple[Field, ...]] = (
    *_fields(
        META,
        ("0.1", "id", "ID"),
        ("0.2", "standard_version", "Standard version"),
        ("0.3", "organisation_type", "Organisation type"),
        ("0.4", "function", "Function"),
        ("0.5", "capability", "Capability"),
        ("0.6", "task", "Task"),
        ("0.7", "tags", "Tags"),
        ("0.8", "date_of_completion", "Date of completion"),
        ("0.9", "date_updated", "Date updated"),
        ("0.10", "date_archived", "Date archived"),
        ("0.11", "title", "Title"),
        ("0.12", "organisation_name", "Organisation name"),
        ("0.13", "phase", "Phase"),
        ("0.14", "region", "Region"),
        ("0.15", "one_sentence_description", "One sentence description"),
    ),
    *_fields(
        TIER_1,
        ("1.1", "name", "Name"),
        ("1.2", "description", "Description"),
        ("1.3", "website_url", "Website URL"),
        ("1.4", "contact_email", "Contact email"),
    ),
    *_fields(
        OWNER,
        ("2.1.1", "organisation_or_department", "Organisation or department"),
        ("2.1.2", "team", "Team"),
        ("2.1.3", "senior_responsible_owner", "Senior responsible owner"),
        ("2.1.4", "external_supplier_involvement", "External supplier involvement"),
        ("2.1.4.1", "external_supplier", "External supplier"),
        ("2.1.4.2", "companies_house_number", "Companies House Number"),
        ("2.1.4.3", "external_supplier_role", "External supplier role"),
        ("2.1.4.4", "procurement_procedure_type", "Procurement procedure type"),
        ("2.1.4.5", "data_access_terms", "Data access terms"),
    ),
    *_fields(
        RATIONALE,
        ("2.2.1", "detailed_description", "Detailed description"),
        ("2.2.2", "scope", "Scope"),
        ("2.2.3", "benefit", "Benefit"),
        ("2.2.4", "previous_process", "Previous process"),
        ("2.2.5", "alternatives_considered", "Alternatives considered"),
    ),
    *_fields(
        DECIDING,
        ("2.3.1", "process_integration", "Process integration"),
        ("2.3.2", "provided_information", "Provided information"),
        ("2.3.3", "frequency_and_scale_of_usage", "Frequency and scale of usage"),
        ("2.3.4", "human_decisions_and_review", "Human decisions and review"),
        ("2.3.5", "required_training", "Required training"),
        ("2.3.6", "appeals_and_review", "Appeals and review"),
    ),
    *_fields(
        TOOL,
        ("2.4.1.1", "system_architecture", "System architecture"),
        ("2.4.1.2", "phase", "Phase"),
        ("2.4.1.3", "maintenance", "Maintenance"),
        ("2.4.1.4", "models", "Models"),
    ),
    *_fields(
        MODEL,
        ("2.4.2.1", "model_name", "Model name"),
        ("2.4.2.2", "model_version", "Model version"),
        ("2.4.2.3", "model_task", "Model task"),
        ("2.4.2.4", "model_input", "Model input"),
        ("2.4.2.5", "model_output", "Model output"),
        ("2.4.2.6", "model_architecture", "Model architecture"),
        ("2.4.2.7", "model_performance", "Model performance"),
        ("2.4.2.8", "datasets", "Datasets"),
        ("2.4.2.9", "dataset_purposes", "Dataset purposes"),
    ),
    *_fields(
        DATA,
        ("2.4.3.1", "source_data_name", "Source data name"),
        ("2.4.3.2", "data_modality", "Data modality"),
        ("2.4.3.3", "data_description", "Data description"),
        ("2.4.3.4", "data_quantities", "Data quantities"),
        ("2.4.3.5", "sensitive_attributes", "Sensitive attributes"),
        ("2.4.3.6", "data_completeness_and_representativeness", "Data completeness and representativeness"),
        ("2.4.3.7", "source_data_url", "Source data URL"),
        ("2.4.3.8", "data_collection", "Data collection"),
        ("2.4.3.9", "data_cleaning", "Data cleaning"),
        ("2.4.3.10", "data_sharing_agreements", "Data sharing agreements"),
        ("2.4.3.11", "data_access_and_storage", "Data access and storage"),
    ),
    *_fields(
        RISKS,
        ("2.5.1", "impact_assessment", "Impact assessment"),
        ("2.5.2", "risks_and_mitigations", "Risks and mitigations"),
    ),
)


def record(system: System) -> Paper:
    """The record of this policy and round."""
    filled = says.of(system)
    parts = tuple(
        Part(name, tuple(_item(field, filled[field.item_id]) for field in FIELDS if field.part == name))
        for name in dict.fromkeys(field.part for field in FIELDS)
    )
    return Paper(
        Kind.TRANSPARENCY,
        "Algorithmic transparency record: Placewell",
        "How a council's placement panel uses Placewell, for anybody who wants to know.",
        STANDARD,
        parts,
        system.made_from,
        DOUBTS,
    )


def _item(field: Field, said: Said) -> Item:
    fill = tuple(Fill(who, what) for who, what in said.fill)
    return Item(field.item_id, field.name, said.words, fill, said.blocks, said.facts, field.attribute)

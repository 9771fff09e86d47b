"""What carers of each kind are called."""

from __future__ import annotations

from records.model import HomeKind

CARERS: dict[HomeKind, str] = {
    HomeKind.FOSTER: "a foster carer",
    HomeKind.CONNECTED_PERSON: "a relative or friend approved for this child",
    HomeKind.SUPPORTED_LODGINGS: "a supported-lodgings host registered for homes in a private residence",
    HomeKind.ADOPTER: "approved adopters",
    HomeKind.EARLY_PERMANENCE: "carers approved both to foster and to adopt",
}

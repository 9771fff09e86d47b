"""The app as a server: Streamlit behind the doors of `frontend.doors`, with nothing sent to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit
from starlette.middleware import Middleware

from frontend.doors import LARGEST_UPLOAD_MB, Doors, content_policy
from frontend.office import Office, open_office
from frontend.quiet import quieten, reference
from frontend.sign_in import SignIn

SCRIPT: Final = Path(__file__).resolve().parent.parent / "app.py"
INDEX: Final = Path(streamlit.__file__).parent / "static" / "index.html"


def configuration(address: str, port: int) -> dict[str, Any]:
    """How Streamlit is set, whatever a file on this computer says."""
    return {
        "server.address": address,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.maxUploadSize": LARGEST_UPLOAD_MB,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.disconnectedSessionTTL": 120,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "client.showSidebarNavigation": False,
        "client.disableDataExport": True,
        "global.developmentMode": False,
        "theme.base": "light",
        "theme.primaryColor": "#12436d",
        "theme.backgroundColor": "#ffffff",
        "theme.secondaryBackgroundColor": "#f3f2f1",
        "theme.textColor": "#0b0c0c",
        "theme.linkColor": "#12436d",
        "theme.borderColor": "#505a5f",
        "theme.showWidgetBorder": True,
    }


def app_of(office: Office) -> streamlit.App:
    """The app with its doors, for one office."""
    open_office(office)
    quieten()
    return streamlit.App(
        SCRIPT,
        routes=SignIn(office).routes(),
        middleware=[Middleware(Doors, office=office, policy=content_policy(INDEX))],
        on_script_error=_failed,
    )


def serve(office: Office, address: str, port: int) -> None:
    """Serve until stopped."""
    try:
        app_of(office).run(config=configuration(address, port))
    finally:
        office.close()


def _failed(error: Exception) -> bool:
    """What is shown of an error outside the pages, such as in a callback: a reference, never its message."""
    from frontend import draw

    draw.problem(
        f"This is a fault of Placewell, reference {reference(error)}.",
        "Nothing was recorded. Open the page again; if it happens again, report the reference.",
        name="fault",
    )
    return True

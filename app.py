"""The app, as Streamlit runs it. Started by `placewell app`; what it does is in `frontend/frame.py`."""

# Processes that work a round out read this file too, under another name: nothing is to be done there.
if __name__ == "__main__":
    from frontend.frame import run

    run()

"""Being built."""

from frontend import draw

draw.say("This page is being built.", "stub")

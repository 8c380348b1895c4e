"""What the rest of the product has to know about files. They have no routes: each app serves its own."""

from __future__ import annotations

from directory.gate.registration import Registration
from files.actions import SENTENCES

REGISTRATION = Registration(sentences=SENTENCES)

"""The demonstration."""

from pathlib import Path

ASSEN = Path(__file__).resolve().parent / "demo_data" / "assen-2024.pb"

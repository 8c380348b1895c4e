"""The tables of the problem profile, one file a subject."""

from pmp.models.counts import Coverage, Dataset, Incident, Source

__all__ = ["Coverage", "Dataset", "Incident", "Source"]

"""The tables of the problem profile, one file a subject."""

from pmp.models.counts import Coverage, Dataset, FileKind, Incident

__all__ = ["Coverage", "Dataset", "FileKind", "Incident"]

"""Evidence, scans and receipts: checked by content, kept outside the web root, served only through an app's access.

This package knows no profile, share or bid. An app that attaches files has a small link model of its own
(`files.models.Attachment`) and its own access; see docs/decisions/files.md.
"""

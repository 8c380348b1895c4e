"""The whole of a larger installation on one machine: two PostgreSQL servers, a pooler, a cache, a proxy, two web
processes and two workers, and what has to hold there. Run by script/scale; docs/operations.md says the same for
real machines.
"""

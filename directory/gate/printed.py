"""Every policy table of the product as text: what `docs/who-may-do-what.md` is printed from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from django.apps import apps

from directory.gate.registration import REGISTERED
from directory.gate.routes import Route, all_routes
from directory.gate.rules import Rule, Table
from govuk.states import state_of

HEAD = """# Who may do what

Made by `python manage.py who_may_do_what`; do not edit.

A person may do what a line says while they hold the role in a post of today, stand to the object as the line says,
the object is in one of the states, and none of the exceptions is true of them. Several lines about the same thing
add up; none takes away what another gives. How it is asked: [one policy table](decisions/one-policy-table.md).
"""
COLUMNS = "| to | who | where | while it is | but not whoever |"


def tables() -> Iterator[tuple[str, Table]]:
    """(module, table) of each policy table of the registered apps, a topic's own included, in the apps' order."""
    for label in REGISTERED:
        package = import_module(apps.get_app_config(label).name)
        names = [module.name for module in walk_packages(package.__path__, f"{package.__name__}.")]
        for name in sorted(name for name in names if name.rsplit(".", 1)[-1] == "policy"):
            for held in vars(import_module(name)).values():
                if isinstance(held, Table):
                    yield name, held


def who_may_do_what() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD]
    seen: set[int] = set()
    for name, table in tables():
        if id(table) in seen:
            continue  # a policy may name the table of the app below it
        seen.add(id(table))
        parts.append(f"\n## {apps.get_app_config(name.split('.')[0]).verbose_name} (`{name}`)\n")
        for about in dict.fromkeys(rule.verb.partition(".")[0] for rule in table.rules):
            parts += [f"\n### {about.replace('_', ' ').capitalize()}\n", COLUMNS, "|---|---|---|---|---|"]
            parts += [_line(rule) for rule in table.rules if rule.verb.startswith(f"{about}.")]
    parts += ["\n## Pages\n", "Who may come to an address at all. What they may do there is said above.\n"]
    parts += ["| page | open to | to see it | to send it |", "|---|---|---|---|"]
    parts += [_page(route) for route in sorted(all_routes(), key=lambda route: route.name)]
    return "\n".join(parts).replace("\n\n\n", "\n\n") + "\n"


def _line(rule: Rule) -> str:
    what = rule.verb.partition(".")[2].replace("_", " ")
    role = rule.role.label if rule.role else "anybody"
    shown = (state_of(name) for name in sorted(rule.states))
    states = ", ".join(state.words.lower() for state in shown if state)
    unless = ", ".join(sorted(relation.words for relation in rule.unless))
    return f"| {what} | {role} | {rule.relation.words} | {states} | {unless} |"


def _page(route: Route) -> str:
    seen = f"`{route.get}`" if route.get else ""
    sent = f"`{route.post}`" if route.post else ""
    return f"| `{route.name}` | {route.audience.name} | {seen} | {sent} |"

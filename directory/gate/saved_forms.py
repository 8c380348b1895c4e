"""Keep what somebody typed when their session ended before they sent it, and give it back to them alone.

A form page carries `held_for`, a signed text naming the person and the page. When the form arrives
without a live session, a valid `held_for` proves that this site gave that person that form, so its
content is kept (nobody can fill the database from outside) until they have signed in again. Nothing is
done with it until they send it themselves. See docs/decisions/held-forms.md.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from directory.models import HeldForm, User

FIELD = "held_for"
LEFT_BEHIND = "held_files"  # the names of files that were sent with the text and cannot be kept
SALT = "directory.gate.saved_forms"
KEPT_FOR = timedelta(days=1)
LARGEST = 200_000  # characters, URL-encoded; a plan with every box full is under 60,000
LONGEST_PATH = 300
LONGEST_NAME, MOST_NAMES = 60, 10  # of files
AT_LENGTH = 20  # characters, from which a text is worth giving back


def ticket(user: User, path: str) -> str:
    """The signed value for the form's hidden `held_for` field, different each time: see double_submission."""
    return signing.dumps([user.pk, path, secrets.token_urlsafe(9)], salt=SALT)


def keep(request: HttpRequest) -> str | None:
    """Keep a form that cannot be taken now; return the page to go back to, or None where nothing was kept.

    The ticket says whose it is and decides alone: whoever is signed in by now does not matter.
    """
    if request.method != "POST" or FIELD not in request.POST:
        return None
    try:
        user_id, path, *_ = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    content = request.POST.copy()
    for name in (FIELD, "csrfmiddlewaretoken", LEFT_BEHIND):
        content.pop(name, None)
    if files := names_of_files(request):
        content.setlist(LEFT_BEHIND, files)
    text = content.urlencode()
    if path != request.path or len(path) > LONGEST_PATH or len(text) > LARGEST:
        return None
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        return None
    forget_old()
    HeldForm.objects.update_or_create(
        user_id=user_id, path=path, defaults={"content": text, "held_at": timezone.now()}
    )
    return str(path)


def names_of_files(request: HttpRequest) -> list[str]:
    """The names of the files that came with a form, as a person can read them: nothing hidden, not too long."""
    sent = (file.name or "" for _, files in request.FILES.lists() for file in files)
    names = ("".join(sign for sign in name if sign.isprintable())[:LONGEST_NAME] for name in sent)
    return [name for name in names if name][:MOST_NAMES]


def choose_again(content: QueryDict) -> str:
    """What the page says of files that did not come through the end of the session; empty where there were none."""
    names = [f"“{name}”" for name in content.getlist(LEFT_BEHIND)]
    if not names:
        return ""
    each = " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Choose {each} again: files are not kept."


def forget_old() -> None:
    """Delete what nobody came back for. Runs whenever a form is kept, and whenever somebody signs in."""
    HeldForm.objects.filter(held_at__lt=timezone.now() - KEPT_FOR).delete()


def held_content(request: HttpRequest) -> QueryDict | None:
    """What this person had typed on this page when their session ended, or None."""
    if request.user.pk is None:
        return None
    row = HeldForm.objects.filter(
        user_id=request.user.pk, path=request.path, held_at__gte=timezone.now() - KEPT_FOR
    ).first()
    return QueryDict(row.content) if row else None


def written(request: HttpRequest) -> list[tuple[str, str]]:
    """(name of the box in words, text) for what the person wrote at length in the form just sent.

    For the page that says the form can no longer be taken: what took minutes to write can be copied from it.
    Short values are choices, days and names, which the page they go back to asks for anew.
    """
    if request.method != "POST":
        return []
    sent = [
        (name.rsplit("-", 1)[-1].replace("_", " ").capitalize(), text.strip())
        for name, texts in request.POST.lists()
        for text in texts
        if name not in (FIELD, "csrfmiddlewaretoken") and len(text.strip()) >= AT_LENGTH
    ]
    return sent + [("File", f"{name}: it was not kept, so choose it again") for name in names_of_files(request)]


def drop(request: HttpRequest) -> None:
    """Forget the held form of this page: it was sent."""
    if request.user.pk is not None:
        HeldForm.objects.filter(user_id=request.user.pk, path=request.path).delete()

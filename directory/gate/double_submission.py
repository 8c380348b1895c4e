"""A form is done once, however often it is sent: a double click, a reload, back and send again, a retry.

The hidden field that keeps a form through the end of a session (see directory.gate.saved_forms) is different on every
page that is shown, so the same field with the same content can only be the same form again. The first one to
arrive is done; the others are led to where it led. A form that was refused may be sent again as it is.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from directory.gate.refusals import WrongState
from directory.gate.saved_forms import FIELD, KEPT_FOR, SALT
from directory.models import SentForm

ABANDONED = timedelta(seconds=60)  # what was not done by then died with its process
PATIENCE = 30  # looks at the first one, a tenth of a second apart


def claim(request: HttpRequest) -> HttpResponse | None:
    """Take this form on, and return None; or the way to where the same form led before.

    Raises WrongState where the first one is still being done after three seconds.
    """
    key = _key(request)
    if key is None or request.user.pk is None:
        return None
    for _ in range(PATIENCE):
        if _taken(key, request):
            return None
        first = SentForm.objects.filter(key=key).first()
        if first is not None and first.location:
            messages.info(request, "You sent this more than once. It was done once.")
            return redirect(first.location)
        time.sleep(0.1)
    raise WrongState("This is being done already. Look in a moment whether it is there before you send it again.")


def settle(request: HttpRequest, response: HttpResponse) -> None:
    """Note where the form led, or let it go where it was refused."""
    key = getattr(request, "sent_form", None)
    if key is None:
        return
    if response.status_code in (302, 303):
        SentForm.objects.filter(key=key).update(location=response.headers["Location"])
    else:
        SentForm.objects.filter(key=key).delete()


def forget_old() -> None:
    """Delete what nobody can send again: the field is good for a day."""
    SentForm.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def _taken(key: str, request: HttpRequest) -> bool:
    try:
        with transaction.atomic():
            SentForm.objects.create(key=key, user=request.user)  # type: ignore[misc] # claim() asked
    except IntegrityError:
        now = timezone.now()
        abandoned = SentForm.objects.filter(key=key, location="", at__lt=now - ABANDONED)
        if not abandoned.update(at=now):
            return False
    request.sent_form = key  # type: ignore[attr-defined]
    return True


def _key(request: HttpRequest) -> str | None:
    """What the form is known by; None for one without a valid field, so nobody can fill the table."""
    if request.method != "POST" or FIELD not in request.POST:
        return None
    try:
        signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    whole = hashlib.sha256(f"{request.user.pk}\n{request.path}\n{request.POST.urlencode()}".encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            whole.update(f"\n{name}\n{file.name}\n{_sum_of(file)}".encode())
    return whole.hexdigest()


def _sum_of(file: UploadedFile) -> str:
    """SHA-256 of a file that was sent: another photograph with the same words is another form."""
    content = hashlib.sha256()
    for piece in file.chunks():
        content.update(piece)
    file.seek(0)
    return content.hexdigest()

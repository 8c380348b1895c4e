"""People with a browser, as far as this needs one: cookies, forms, and nothing followed unasked."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

DOMAIN, PASSWORD = "demo.commonbeat.test", "commonbeat-demo"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, where it leads (path and query), and the body as text."""

    status: int
    leads_to: str
    text: str


class Visitor:
    """One person's cookies. `port` is asked, in the name of the address on the port `host`."""

    def __init__(self, port: int, *, host: int | None = None, address: str = "") -> None:
        self.port, self.host, self.address = port, host or port, address
        self.cookies: dict[str, str] = {}
        self.page = Answer(0, "", "")

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, values: dict[str, Any]) -> Answer:
        """Send values, with the token of the cookie."""
        return self._ask("POST", path, {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **values})

    def send(self, path: str, **values: Any) -> Answer:
        """Open the page, fill its form with what it says and these values, send it."""
        page = self.get(path)
        return self.post(path, {**form_of(page.text), **values})

    def sign_in(self, name: str) -> None:
        """Sign in by the form, as one of the demonstration's people. Raises SystemExit where that fails."""
        answer = self.send("/sign-in/", login=f"{name}@{DOMAIN}", password=PASSWORD)
        if answer.status != 302:
            raise SystemExit(f"{name} could not sign in: {answer.status} {words_of(answer.text)}")

    def _ask(self, method: str, path: str, values: dict[str, Any] | None) -> Answer:
        headers = {"Host": f"127.0.0.1:{self.host}", "X-Forwarded-Proto": "http"}
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if values is not None:
            body = urlencode(values, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        self._keep(response)
        leads = urlsplit(response.getheader("Location") or "")
        self.page = Answer(response.status, leads.path + (f"?{leads.query}" if leads.query else ""), text)
        return self.page

    def _keep(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, crumb in SimpleCookie(line).items():
                self.cookies[name] = crumb.value
                if crumb["max-age"] in (0, "0") or not crumb.value:
                    del self.cookies[name]


class _Form(HTMLParser):
    """The named fields of the page's largest form with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.offered: dict[str, list[str]] = {}
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        form = self.forms[-1]
        if name and given.get("value"):
            self.offered.setdefault(name, []).append(given["value"])
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio", "submit", "file") or "checked" in given:
                form.setdefault(name, given.get("value", ""))
        elif tag == "textarea":
            self._text = name
            form[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data


def form_of(page: str) -> dict[str, Any]:
    """What the page's form would send as it stands: of several, the one with most fields."""
    parser = _Form()
    parser.feed(page)
    return max(parser.forms, key=len, default={})


def offered(page: str, name: str) -> list[str]:
    """The values the page's forms offer under that name."""
    parser = _Form()
    parser.feed(page)
    return parser.offered.get(name, [])


def words_of(page: str) -> str:
    """The page's words, shortened, for a message."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))[:300]

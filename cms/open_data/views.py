"""The open-data addresses. Anybody may read them from anywhere, a page in a browser included."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from cms.open_data import answers


def _answer(content: Any, status: int = 200) -> JsonResponse:
    return JsonResponse(content, safe=False, status=status, headers={"Access-Control-Allow-Origin": "*"})


def forces(request: HttpRequest) -> JsonResponse:
    """`/api/forces`"""
    return _answer(answers.forces())


def force(request: HttpRequest, force: str) -> JsonResponse:
    """`/api/forces/{force}`"""
    return _answer(answers.force(force))


def neighbourhoods(request: HttpRequest, force: str) -> JsonResponse:
    """`/api/{force}/neighbourhoods`"""
    return _answer(answers.neighbourhoods(force))


def neighbourhood(request: HttpRequest, force: str, neighbourhood: str) -> JsonResponse:
    """`/api/{force}/{id}`"""
    return _answer(answers.neighbourhood(answers.sector_for(force, neighbourhood)))


def people(request: HttpRequest, force: str, neighbourhood: str) -> JsonResponse:
    """`/api/{force}/{id}/people`"""
    return _answer(answers.people(answers.sector_for(force, neighbourhood)))


def priorities(request: HttpRequest, force: str, neighbourhood: str) -> JsonResponse:
    """`/api/{force}/{id}/priorities`"""
    return _answer(answers.priorities(answers.sector_for(force, neighbourhood)))


def events(request: HttpRequest, force: str, neighbourhood: str) -> JsonResponse:
    """`/api/{force}/{id}/events`"""
    return _answer(answers.events(answers.sector_for(force, neighbourhood)))


def boundary(request: HttpRequest, force: str, neighbourhood: str) -> JsonResponse:
    """`/api/{force}/{id}/boundary`"""
    return _answer(answers.boundary(answers.sector_for(force, neighbourhood)))


def locate(request: HttpRequest) -> JsonResponse:
    """`/api/locate-neighbourhood?q=latitude,longitude`; 400 for text that is no place."""
    try:
        return _answer(answers.locate(request.GET.get("q", "")))
    except ValueError as problem:
        return _answer({"error": str(problem)}, status=400)

"""What every profile has: its history, and an address for each move of the machine."""

from django.urls import path

from pmp.case import views
from pmp.machine.moves import MOVES

urlpatterns = [
    path("profiles/<str:reference>/history/", views.history, name="history"),
    *(
        path(move.address, views.press if move.posts else views.move, {"move": move}, name=move.name)
        for move in MOVES
        if move.ending and not move.own_page
    ),
]

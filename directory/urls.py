from django.urls import path

from directory.people import views

app_name = "directory"

urlpatterns = [
    path("start/", views.start, name="start"),
    path("administration/", views.staff_session, name="staff_session"),
    path("administration/end/", views.end_staff_session, name="end_staff_session"),
    path("administration/people/", views.people, name="people"),
    path("administration/people/add/", views.add_person, name="add_person"),
    path("administration/people/<int:key>/", views.person, name="person"),
    path("administration/people/<int:key>/posts/add/", views.add_post, name="add_post"),
    path("administration/people/<int:key>/close/", views.deactivate_person, name="deactivate_person"),
    path("administration/posts/<int:key>/end/", views.end_post, name="end_post"),
]

app_name = "pmp"

urlpatterns: list = []

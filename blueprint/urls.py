from django.urls import path

from blueprint import api

app_name = "blueprint"

api_urls = [
    path("generate-paid", api.generate_paid),
    path("check-paid-grid", api.check_paid_grid),
    path("get-paid-status", api.get_paid_status),
]

urlpatterns = [path("paid/", api.get_paid_status, name="paid")]

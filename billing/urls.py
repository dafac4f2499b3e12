from django.urls import path

from billing import views

app_name = "billing"

urlpatterns = [
    path("buy/<slug:item>/", views.buy_credits, name="buy-credits"),
    path("<uuid:order_id>/", views.order_page, name="order"),
    path("<uuid:order_id>/state/", views.order_state, name="order-state"),
]

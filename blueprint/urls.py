from django.urls import URLPattern, path

from blueprint.views import actions, buying, files, free, gallery, lost_link

app_name = "blueprint"


def gallery_urls(place: str, kind: str, name: str) -> list[URLPattern]:
    """A gallery, its poll, and one grid of it at large."""
    asked = {"kind": kind}
    return [
        path(f"{place}/", gallery.page, asked, name=name),
        path(f"{place}/changes/", gallery.changes, asked, name=f"{name}-changes"),
        path(f"{place}/grids/<int:number>/", gallery.grid, asked, name=f"{name}-grid"),
    ]


urlpatterns = [
    *gallery_urls("paid", "paid", "paid"),
    *gallery_urls("free", "free", "free"),
    *gallery_urls("shoots/<int:shoot_id>", "staff", "shoot"),
    path("paid/generate/", actions.generate_missing, name="generate-missing"),
    path("paid/retry/", actions.retry_failed, name="retry-failed"),
    path("paid/cancel/", actions.cancel, name="cancel"),
    path("paid/wishes/", actions.choose_wishes, name="wishes"),
    path("paid/grids/<int:number>/generate/", actions.generate, name="generate-grid"),
    path("paid/grids/<int:number>/redo/", actions.redo, name="redo-grid"),
    path("frames/<int:frame_id>/favourite/", actions.favourite, name="favourite"),
    path("selfies/add/", files.add_selfies, name="add-selfies"),
    path("selfies/delete/", files.delete_selfies, name="delete-selfies"),
    path("selfies/<slug:photo>/remove/", files.remove_selfie, name="remove-selfie"),
    path("download/", files.download_all, name="download-all"),
    path("grids/<int:grid_id>/download/", files.download_grid, name="download-grid"),
    path("frames/<int:frame_id>/download/", files.download_frame, name="download-frame"),
    path("", free.page, name="free-form"),
    path("photo/", free.check, name="free-photo"),
    path("sent/", free.sent, name="free-sent"),
    path("confirm/<str:signed>/", free.confirm, name="confirm"),
    path("free/start/", free.start, name="free-start"),
    path("unsubscribe/<str:signed>/", free.unsubscribe, name="unsubscribe"),
    path("link/", lost_link.page, name="lost-link"),
    path("buy/", buying.buy, name="buy"),
    path("bought/<uuid:order_id>/", buying.bought, name="bought"),
    path("leave/", actions.leave, name="leave"),
]

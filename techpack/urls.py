from django.urls import path

from techpack.views import (
    annotations,
    products,
    runs,
    takes,
    values,
)

app_name = "techpack"

urlpatterns = [
    path("", products.product_list, name="products"),
    path("new/", products.new_product, name="new"),
    path("photos/", products.upload_draft, name="upload"),
    path("photos/<int:draft_id>/delete/", products.delete_draft, name="delete-draft"),
    path("<int:product_id>/", runs.product, name="product"),
    path("<int:product_id>/runs/<int:number>/", runs.run, name="run"),
    path("<int:product_id>/changes/", runs.changes, name="changes"),
    path("<int:product_id>/generate/", runs.generate, name="generate"),
    path("<int:product_id>/cancel/", runs.cancel, name="cancel"),
    path("<int:product_id>/resume/", runs.resume, name="resume"),
    path("<int:product_id>/<slug:kind>/<int:piece_id>/again/", runs.try_again, name="try-again"),
    path(
        "<int:product_id>/<slug:kind>/<int:piece_id>/regenerate/",
        takes.regenerate,
        name="regenerate",
    ),
    path("<int:product_id>/<slug:kind>/<int:piece_id>/takes/", takes.list_takes, name="takes"),
    path(
        "<int:product_id>/<slug:kind>/<int:piece_id>/takes/<int:number>/restore/",
        takes.restore,
        name="restore-take",
    ),
    path("<int:product_id>/sketch/<int:sketch_id>/edit/", annotations.editor, name="sketch-editor"),
    path("<int:product_id>/sketch/<int:sketch_id>/drawing/", annotations.change, name="sketch-drawing"),
    path("<int:product_id>/<slug:kind>/<int:piece_id>/value/", values.value, name="value"),
    path("<int:product_id>/<slug:kind>/<int:piece_id>/value/ask/", values.ask, name="ask-edit"),
    path("<int:product_id>/edits/<int:proposal_id>/", values.proposal, name="proposal"),
    path("<int:product_id>/edits/<int:proposal_id>/<slug:act>/", values.settle, name="settle-edit"),
    path("<int:product_id>/undo/", values.undo_last, name="undo-last"),
    path("<int:product_id>/redo/", values.redo_run, name="redo"),
    path("<int:product_id>/category/", runs.correct_category, name="category"),
    path("<int:product_id>/edit/", products.edit_product, name="edit"),
    path("<int:product_id>/photos/", products.add_photos, name="add-photos"),
    path("<int:product_id>/photos/<int:revision_id>/", products.change_photo, name="change-photo"),
    path("<int:product_id>/archive/", products.archive_product, name="archive"),
    path("<int:product_id>/delete/", products.delete_product, name="delete"),
]

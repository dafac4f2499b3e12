"""The designer takes over: values changed by hand or by an engine's proposal, with their history.

What other modules call (each takes a base view or a sketch, by keyword, and locks its run):

- `values.read`, `values.all_values`, `values.set_value`, `values.set_values`, `values.confirm`,
  `values.add_item`, `values.remove_item`
- `history.of`, `history.undo`, `history.undo_last`
- `proposals.ask`, `proposals.accept`, `proposals.discard`
- `stale.marks`, `stale.basis`

Refusals are in `errors`; their texts are sentences for the designer.
"""

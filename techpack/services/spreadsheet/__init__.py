"""Editing the sheets of a product as a spreadsheet: cells, rows, undo, own libraries, re-import.

Every way in (page, API, import, library) writes by `writes`, so that each change is checked, recorded and
can be taken back in the same way.
"""

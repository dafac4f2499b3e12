"""The document of a product as PDF, XLSX, CSV and JSON. Plain Python: no Django, no database."""

"""Reports of the control room: the month of a site, and one incident; as page, PDF and CSV.

A report is facts first (JSON), then a `document` in one language, and page, PDF and CSV all show that
document, so that they cannot say different things. Nothing here decides about a case.
"""

"""The routes of reports: method, path, body, and the least role that may."""

REPORT_ROUTES = [
    ("GET", "/api/v1/reports/months/2026-03", None, "operator"),
    ("GET", "/api/v1/reports/months/2026-03/pdf", None, "operator"),
    ("GET", "/api/v1/reports/months/2026-03/csv", None, "operator"),
    ("GET", "/api/v1/reports/sites", None, "operator"),
    ("GET", "/api/v1/test-alarms", None, "safety_officer"),
    ("POST", "/api/v1/test-alarms", {"device": "png-01"}, "safety_officer"),
    ("POST", "/api/v1/test-alarms/1/stop", {}, "safety_officer"),
    ("GET", "/api/v1/test-alarms/2026-Q1/csv", None, "safety_officer"),
    ("GET", "/api/v1/cases/1/report", None, "operator"),
    ("GET", "/api/v1/cases/1/report/pdf", None, "operator"),
    ("GET", "/api/v1/cases/1/report/csv", None, "operator"),
]

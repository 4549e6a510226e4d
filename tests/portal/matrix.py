"""Who gets what from every address of the portal: expectations as data, one line an address and method.

A line is ``rule("GET /address/{}", who)``, the address as in the route table with ``{}`` for each of its places.

- ``who`` is PUBLIC, EVERYBODY, or words like ``teacher county_hr``: every other role is refused with 403.
- An address that names a thing says which maker of ``tests.portal.makers`` makes one, and how far each role reaches:
  ``rule("GET /certificates/{}", "teacher=o", makers.certificate)``; the letters are o (one's own scope, or one's own
  thing), s (the school or the person next door, in the same county), f (another county). Beyond that: 403 or 404.
- ``form`` is what a POST sends; without it the form is empty, and whoever may post is told what is missing.
- ``says`` are further statuses with which somebody who may is answered (a 404 for a field that was left empty).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.domain.people import Role
from tests.portal import makers
from tests.portal.makers import Maker

PUBLIC, EVERYBODY = "public", "everybody"


@dataclass(frozen=True)
class Rule:
    """What is expected of one method of one address. ``reach``: role -> letters; "*" is somebody of any role."""

    reach: Mapping[str, str]
    public: bool
    maker: Maker | None
    form: Mapping[str, object] = field(default_factory=dict)
    says: tuple[int, ...] = ()


RULES: dict[str, Rule] = {}
_ROLES = {role.value for role in Role}


def rule(
    address: str, who: str, maker: Maker | None = None, *, form: Mapping[str, object] | None = None, says: tuple[int, ...] = ()
) -> None:  # fmt: skip
    """Add one line. A role that does not exist, or an address said twice, is an error at once."""
    if address in RULES:
        raise ValueError(f"{address} has two rules")
    reach = {}
    if who in (PUBLIC, EVERYBODY):
        reach = dict.fromkeys(_ROLES, "osf")
    else:
        for word in who.split():
            role, _, letters = word.partition("=")
            if role not in _ROLES or not set(letters) <= set("osf"):
                raise ValueError(f"{address}: {word}")
            reach[role] = letters or "osf"
    RULES[address] = Rule(reach, who == PUBLIC, maker, form or {}, says)


LEARNERS = "teacher student"
TIMES = {"opens": "2026-11-23T08:00", "due": "2026-12-01T08:00", "grace": "0", "attempts": "3"}
SOON = {"opens_at": "2026-11-23T08:00:00+08:00", "due_at": "2026-12-01T08:00:00+08:00"}
HOURS = "school_admin county_hr city_hr"
HOURS_BY_PLACE = "school_admin=o county_hr=os city_hr=osf"
REVIEWERS = "school_admin county_hr city_hr"
NOTICED = "teacher school_admin county_official city_official county_hr city_hr"
OVERVIEW = "school_admin county_official city_official county_hr city_hr"

# --- coming in and going out ------------------------------------------------------------------------------------------
rule("GET /", PUBLIC)
rule("GET /login", PUBLIC)
rule("POST /login", PUBLIC, says=(401,))
rule("GET /password", EVERYBODY)
rule("POST /password", EVERYBODY)
rule("POST /logout", PUBLIC)
rule("GET /signed-out", PUBLIC)
rule("GET /resting", PUBLIC)
rule("GET /second-factor", EVERYBODY)
rule("POST /second-factor", EVERYBODY)
rule("GET /oidc/authorize", PUBLIC)
rule("POST /oidc/token", PUBLIC)
rule("GET /oidc/userinfo", EVERYBODY)
rule("GET /.well-known/openid-configuration", PUBLIC)
rule("GET /keys.json", PUBLIC)
rule("GET /keys", PUBLIC)
rule("GET /healthz", PUBLIC)
rule("GET /api/me", EVERYBODY)

# --- accounts and approvals -------------------------------------------------------------------------------------------
rule("GET /accounts", "sec_admin")
rule("POST /accounts", "sec_admin")
rule("GET /accounts/{}", "sec_admin=osf", makers.account)
rule("POST /accounts/{}", "sec_admin=osf", makers.account)
rule("GET /school-admins", "county_official")
rule("POST /school-admins", "county_official", says=(404,))
rule("GET /approvals", "school_admin county_hr city_hr sec_admin")
rule("POST /approvals", "school_admin county_hr city_hr sec_admin", says=(404,))
rule("GET /approvals/{}", "school_admin county_hr city_hr sec_admin", makers.request)
rule("POST /approvals/{}", "county_hr=os city_hr=osf sec_admin=osf", makers.request)
rule("POST /identity", "county_hr city_hr", says=(404,))
rule("GET /people/{}/identity", "county_hr=os city_hr=osf", makers.account)
rule("POST /people/{}/identity", "county_hr=os city_hr=osf", makers.account)

# --- study ------------------------------------------------------------------------------------------------------------
rule("GET /learn", LEARNERS)
rule("GET /courses", LEARNERS)
rule("POST /courses/{}/enrol", "teacher=o student=o", makers.run)
rule("GET /learn/{}", "teacher=o student=o", makers.run)
rule("GET /learn/{}/{}", "teacher=o student=o", makers.assignment)
rule("POST /learn/{}/{}/open", "teacher=o student=o", makers.assignment)
rule("POST /learn/{}/{}/submit", "teacher=o student=o", makers.assignment)
rule("GET /learn/{}/{}/receipts/{}", "teacher=o", makers.receipt)

# --- teach and assess -------------------------------------------------------------------------------------------------
rule("GET /teach", "instructor")
rule("POST /teach", "instructor", says=(404,))
rule("GET /teach/{}", "instructor=o", makers.run)
rule("POST /teach/{}/{}/release", "instructor=o", makers.assignment, form=TIMES)
rule("POST /teach/{}/{}/extend", "instructor=o", makers.assignment, form=TIMES, says=(404,))
rule("GET /marking", "instructor")
rule("GET /marking/{}", "instructor=o", makers.submission)
rule("POST /marking/{}", "instructor=o", makers.submission, says=(404,))
rule("POST /marking/{}/again", "instructor=o", makers.submission)
rule("GET /teach/{}/{}/regrade", "instructor=o", makers.assignment)
rule("POST /teach/{}/{}/regrade", "instructor=o", makers.assignment)
rule("GET /teach/{}/{}/regrade/{}", "instructor=o", makers.regrade)
rule("GET /teach/{}/{}/regrade/{}/decide", "instructor", makers.regrade)
rule("POST /teach/{}/{}/regrade/{}/decide", "instructor=o", makers.regrade)
rule("GET /teach/{}/{}/regrade/{}/again", "instructor", makers.regrade)
rule("POST /teach/{}/{}/regrade/{}/again", "instructor=o", makers.regrade)

# --- award ------------------------------------------------------------------------------------------------------------
rule("GET /competencies", "teacher")
rule("GET /certificates", "teacher")
rule("GET /certificates/{}{}", "teacher=o", makers.certificate)
rule("GET /competencies/{}/{}", "teacher", makers.competency)
rule("GET /diagnosis", "teacher")
rule("POST /diagnosis", "teacher", says=(404,))
rule("GET /diagnosis/{}", "teacher=o", makers.diagnosis)
rule("GET /hours", "teacher")
rule("POST /hours", "teacher", says=(404,))
rule("GET /hours/school", HOURS)
rule("POST /hours/school", HOURS)
rule("GET /hours/school/{}", HOURS_BY_PLACE, makers.account)
rule("POST /hours/school/{}", HOURS_BY_PLACE, makers.account, form={"rule": "IT50", "form": "jws"})
rule("GET /hours/school/reverse/{}", HOURS_BY_PLACE, makers.hours_entry)
rule("POST /hours/school/reverse/{}", HOURS_BY_PLACE, makers.hours_entry)
rule("GET /hours/import", HOURS)
rule("POST /hours/import", HOURS)
rule("GET /hours/import/template.{}", HOURS, makers.sheet)
rule("GET /issued", "city_hr")
rule("POST /issued", "city_hr")
rule("GET /batches", "city_hr")
rule("POST /batches", "city_hr")
rule("GET /batches/{}", "city_hr", makers.batch)
rule("GET /status/{}/{}{}", PUBLIC, makers.status_list)
rule("GET /.well-known/did.json", PUBLIC)
rule("GET /applications", "teacher")
rule("POST /applications", "teacher")
rule("POST /applications/{}/back", "teacher=o", makers.taken_back)
rule("GET /review", REVIEWERS)
rule("GET /review/together", REVIEWERS)
rule("POST /review/together", REVIEWERS)
REVIEWED = "school_admin=o county_hr=os city_hr=osf"
rule("GET /review/{}", REVIEWED, makers.application)
rule("POST /review/{}", REVIEWED, makers.application, form={"decision": "return"})
rule("GET /publicity", NOTICED)
rule("POST /publicity", NOTICED, says=(404,))
POSTED = "teacher=o school_admin=o county_official=os city_official=osf county_hr=os city_hr=osf"
rule("GET /publicity/{}", POSTED, makers.notice)
rule("POST /publicity/{}", POSTED, makers.notice, form={"application": "nobody", "reason": "x"}, says=(404,))
rule("GET /objections", NOTICED)
rule("POST /objections", NOTICED, form={"decision": "reject", "objection": "nobody"}, says=(404,))
rule("GET /verify", PUBLIC)
rule("POST /verify", PUBLIC)
rule("GET /rules/{}", PUBLIC, makers.assessment_rule)
rule("GET /rules/{}/{}", PUBLIC, makers.assessment_rule)
rule("GET /v/{}", PUBLIC, makers.certificate)
rule("POST /v/{}", PUBLIC, makers.certificate)

# --- frameworks: the city's, and nobody else's to edit ----------------------------------------------------------------
rule("GET /frameworks", "city_official")
rule("GET /frameworks/new", "city_official")
rule("POST /frameworks/new", "city_official")
rule("GET /frameworks/import", "city_official")
rule("POST /frameworks/import", "city_official")
rule("GET /frameworks/{}", PUBLIC, makers.framework)
rule("GET /frameworks/{}/export.json", "city_official", makers.framework)
for _part in ("facts", "publish", "crosswalk", "add"):
    rule(f"GET /frameworks/{{}}/{_part}", "city_official", makers.framework)
for _part in ("facts", "publish", "discard", "order", "crosswalk", "add"):
    rule(f"POST /frameworks/{{}}/{_part}", "city_official", makers.framework)
for _part in ("nodes", "guides"):
    rule(f"GET /frameworks/{{}}/{_part}/{{}}", "city_official", makers.competency)
    rule(f"POST /frameworks/{{}}/{_part}/{{}}", "city_official", makers.competency)

# --- dossiers and their assessors: each their own, and nothing of anybody else's --------------------------------------
rule("GET /dossiers", "teacher")
rule("GET /dossiers/new", "teacher")
rule("POST /dossiers/new", "teacher", says=(404,))
rule("GET /dossiers/{}", "teacher=o", makers.dossier)
rule("POST /dossiers/{}/pieces", "teacher=o", makers.dossier)
rule("GET /dossiers/{}/pieces/{}", "teacher=o", makers.piece)
rule("POST /dossiers/{}/pieces/{}/remove", "teacher=o", makers.piece)
rule("GET /dossiers/{}/submit", "teacher=o", makers.dossier)
rule("POST /dossiers/{}/submit", "teacher=o", makers.dossier)
for _part in ("withdraw", "appeal"):
    rule(f"POST /dossiers/{{}}/{_part}", "teacher=o", makers.handed_in)
rule("GET /dossiers/{}/receipt", "teacher=o", makers.handed_in)
rule("GET /assess", "assessor")
rule("GET /assess/{}", "assessor=o", makers.seat)
rule("POST /assess/{}", "assessor=o", makers.seat, says=(404,))
rule("GET /assess/{}/finish", "assessor=o", makers.seat)
rule("POST /assess/{}/finish", "assessor=o", makers.seat)
rule("GET /assess/{}/recuse", "assessor", makers.seat)  # an empty form
rule("POST /assess/{}/recuse", "assessor=o", makers.seat)
rule("GET /assess/{}/pieces/{}", "assessor=o", makers.seat_piece)
rule("GET /panels", "county_hr city_hr")
# --- titles and packages ----------------------------------------------------------------------------------------------
TITLES = "school_admin county_hr city_hr"
rule("GET /titles", TITLES)
rule("GET /titles/import", TITLES)
rule("POST /titles/import", TITLES)
rule("GET /titles/import/template.{}", TITLES, makers.sheet)
rule("GET /titles/settings", TITLES)
rule("POST /titles/settings", "city_hr", form={"year": "2026", "series": "k12", "weight": "bonus"})
rule("GET /packages", "city_hr hr_reader")
rule("GET /packages/new", "city_hr")
rule("POST /packages/new", "city_hr", form={"org": "410300", "year": "2026"})
rule("GET /packages/{}", "city_hr=osf hr_reader=osf", makers.package)
rule("GET /packages/{}/zip", "city_hr=osf hr_reader=osf", makers.package)
for step in ("release", "cancel", "receipt"):
    rule(f"GET /packages/{{}}/{step}", "city_hr=osf", makers.package)
    rule(f"POST /packages/{{}}/{step}", "city_hr=osf", makers.package)
rule("GET /verify/verify.py", PUBLIC)

# --- the city, people, the machine ------------------------------------------------------------------------------------
rule("GET /overview", OVERVIEW)
rule("GET /people", "registrar school_admin")
rule("POST /people", "registrar school_admin", says=(404,))
rule("GET /roster", "registrar school_admin")
rule("POST /roster", "registrar school_admin")
rule("GET /roster/template.{}", "registrar school_admin", makers.sheet)
rule("GET /schools", "registrar")
rule("POST /schools", "registrar")
rule("GET /schools/template.{}", "registrar", makers.sheet)
rule("GET /system", "sys_admin")
rule("GET /queue", "sys_admin")
rule("GET /queue/retry", "sys_admin")
rule("POST /queue/retry", "sys_admin", says=(404,))
rule("GET /queue/retry-all", "sys_admin")
rule("POST /queue/retry-all", "sys_admin")

rule("GET /audit", "audit_admin")
rule("GET /audit/checkpoint", PUBLIC, says=(404,))
rule("GET /log-ins", EVERYBODY)

# --- programs ---------------------------------------------------------------------------------------------------------
rule("GET /api/read/competencies", EVERYBODY)
rule("GET /api/read/overview", OVERVIEW)
rule("GET /api/runs", EVERYBODY)
rule("GET /api/runs/{}/assignments/{}/files", "teacher=o student=o instructor=o", makers.assignment)
rule("GET /api/runs/{}/assignments/{}/submissions", "teacher=o student=o", makers.assignment)
rule(
    "POST /api/runs/{}/assignments/{}/submissions",
    "teacher=o student=o",
    makers.assignment,
    form={"files": {}},
)
rule("POST /api/runs/{}/assignments/{}/release", "instructor=o", makers.assignment, form=SOON)
rule("GET /api/submissions/{}/feedback", "teacher=o", makers.receipt_id)

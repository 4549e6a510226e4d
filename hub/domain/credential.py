"""What a credential says: an Open Badges 3.0 achievement as a W3C Verifiable Credential; and what one reads out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from hub.domain.certificate import Grounds, Item, Shown
from hub.domain.keys import moment, plain
from hub.domain.lineage import told

ISSUER_NAME = "洛教学堂"
VC = "https://www.w3.org/ns/credentials/v2"
# Our own words lie in the credential itself: nobody has to fetch an address to know what was meant.
_OWN: dict[str, Any] = {
    word: f"urn:luojiao:terms#{word}"
    for word in ("certificateNumber", "supersedes", "school", "digest", "alsoSignedBy")
} | {"trainingHours": {"@id": "urn:luojiao:terms#trainingHours", "@type": "@json"}}
_CONTEXT: list[Any] = [VC, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
# Said only where an item is of another framework than the rule's: all others stay byte for byte as they always were.
_FRAMEWORK = {"framework": "urn:luojiao:terms#framework"}


@dataclass(frozen=True)
class Issue:
    """The facts of one certificate that is about to be issued; ``subject`` is the holder's pseudonym."""

    address: str  # of the platform
    number: str
    subject: str
    holder_name: str
    school_name: str
    rating: str
    issued_at: datetime
    until: datetime
    status_list: int
    status_index: int
    supersedes: str | None = None
    also_signed_by: str = ""


def did_of(address: str) -> str:
    """The did:web of an address: its document lies under /.well-known/did.json there."""
    return "did:web:" + quote(urlsplit(address).netloc, safe="")


def build(issue: Issue, grounds: Grounds) -> dict[str, Any]:
    """The credential without a proof. The holder is a name and a pseudonym; no login, no identity number."""
    home, subject = issue.address, f"urn:luojiao:holder:{issue.subject}"
    made: dict[str, Any] = {
        "@context": [*_CONTEXT, _OWN | _FRAMEWORK if _mixed(grounds) else _OWN],
        "id": f"{home}/v/{issue.number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": did_of(home), "type": ["Profile"], "name": ISSUER_NAME, "url": home},
        "validFrom": plain(issue.issued_at),
        "validUntil": plain(issue.until),
        "name": grounds.name,
        "certificateNumber": issue.number,
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject", "hashed": False, "identityHash": issue.holder_name, "identityType": "name",
                }
            ],
            "school": issue.school_name,
            "achievement": _achievement(home, grounds),
            "result": _results(home, issue.rating, grounds),
        },
        "evidence": [_evidence(i) for i in grounds.items],
        "credentialStatus": [
            _status(home, purpose, issue.status_list, issue.status_index) for purpose in ("revocation", "suspension")
        ],
    }  # fmt: skip
    if grounds.hours:
        made["credentialSubject"]["trainingHours"] = dict(grounds.hours)
    if issue.supersedes:
        made["supersedes"] = issue.supersedes
    if issue.also_signed_by:
        made["alsoSignedBy"] = issue.also_signed_by
    return made


def _mixed(grounds: Grounds) -> bool:
    """Whether an item is of another framework than the rule's: one that followed it."""
    return any(i.framework for i in grounds.items)


def _evidence(item: Item) -> dict[str, Any]:
    made = {
        "type": ["Evidence"], "id": f"urn:luojiao:{item.evidence}", "name": f"{item.code} {item.name}", "digest": f"sha256:{item.digest}",
    }  # fmt: skip
    return made | ({"framework": item.framework} if item.framework else {})


def _rule(home: str, grounds: Grounds) -> str:
    """The page of this version of the rule: another version is another achievement, and has another page."""
    return f"{home}/rules/{quote(grounds.rule, safe='')}/{quote(grounds.version, safe='')}"


def _achievement(home: str, grounds: Grounds) -> dict[str, Any]:
    rule = _rule(home, grounds)
    return ({"framework": grounds.framework} if _mixed(grounds) else {}) | {
        "id": rule,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": grounds.name,
        "humanCode": grounds.rule,
        "version": grounds.version,
        "description": grounds.narrative,
        "criteria": {"narrative": grounds.narrative},
        "alignment": [_alignment(home, grounds, i) for i in grounds.items],
        "resultDescription": [
            {
                "id": f"{rule}#{part}", "type": ["ResultDescription"], "name": name, "resultType": "Result",
                "allowedValue": ["不合格", "合格", "优秀"],
            }
            for part, name in (("overall", "总评"), ("item", "单项等级"))
        ],
    }  # fmt: skip


def _alignment(home: str, grounds: Grounds, item: Item) -> dict[str, Any]:
    framework = item.framework or grounds.framework
    return {
        "type": ["Alignment"],
        "targetName": f"{item.code} {item.name}",
        "targetCode": item.code,
        "targetFramework": framework,
        "targetUrl": f"{home}/frameworks/{framework}#{item.code}",
    }


def _results(home: str, rating: str, grounds: Grounds) -> list[dict[str, Any]]:
    rule = _rule(home, grounds)
    overall = {"type": ["Result"], "resultDescription": f"{rule}#overall", "value": rating}
    return [overall] + [
        {
            "type": ["Result"], "resultDescription": f"{rule}#item", "value": item.rating,
            "alignment": [_alignment(home, grounds, item)],
        }
        for item in grounds.items
    ]  # fmt: skip


def _status(home: str, purpose: str, number: int, index: int) -> dict[str, str]:
    address = f"{home}/status/{purpose}/{number}"
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def registered(body: Mapping[str, Any]) -> dict[str, Any]:
    """The registered claims that a token carries beside the credential; each follows from it. Raises ValueError, TypeError."""
    claims = {
        "iss": issuer_of(body),
        "jti": body.get("id"),
        "nbf": int(moment(body.get("validFrom")).timestamp()),
    }
    if subject := dict(body["credentialSubject"]).get("id"):
        claims["sub"] = subject
    if "validUntil" in body:
        claims["exp"] = int(moment(body["validUntil"]).timestamp())
    return claims


def issuer_of(body: Mapping[str, Any]) -> str:
    """Who issued it, by identifier; an issuer may be named alone or as a profile."""
    issuer = body.get("issuer")
    return str(issuer.get("id", "")) if isinstance(issuer, dict) else str(issuer or "")


def shown(body: Mapping[str, Any]) -> Shown:
    """Read a credential of ours, of this and of the earlier form. Raises LookupError, TypeError, ValueError for another."""
    subject: dict[str, Any] = body["credentialSubject"]
    achievement: dict[str, Any] = subject["achievement"]
    names = [i["identityHash"] for i in subject.get("identifier", []) if i.get("identityType") == "name"]
    rated = {_place(a): str(r["value"]) for r in subject.get("result", []) for a in r.get("alignment", [])}
    asked = _asked(achievement)
    items = tuple((_told(a, asked), rated.get(_place(a), "")) for a in achievement["alignment"])
    hours: dict[str, Any] = subject.get("trainingHours", {})
    return Shown(
        str(body.get("certificateNumber", "")), str(achievement["name"]), str((names or [subject.get("name", "")])[0]),
        str(subject.get("school", "")), str(subject["result"][0]["value"]), items,
        " ".join(str(achievement[k]) for k in ("humanCode", "version") if k in achievement),
        tuple((str(k), str(v)) for k, v in hours.items()), str(body.get("supersedes", "")),
        tuple(str(e.get("digest", "")) for e in body.get("evidence", [])) or (str(body.get("evidenceDigest", "")),),
    )  # fmt: skip


def _place(alignment: Mapping[str, Any]) -> tuple[str, str]:
    """Framework and code."""
    return str(alignment.get("targetFramework", "")), str(alignment["targetCode"])


def _asked(achievement: Mapping[str, Any]) -> str:
    """The framework that the rule names: that of every item, where none is said to be of another."""
    first = next((_place(a)[0] for a in achievement["alignment"]), "")
    return str(achievement.get("framework", first))


def _told(alignment: Mapping[str, Any], asked: str) -> str:
    """Code and name of an item as they read under the rule."""
    framework, code = _place(alignment)
    name = str(alignment["targetName"])
    return told(framework, code, asked) + name.removeprefix(code) if framework != asked else name


def grounds_in(body: Mapping[str, Any], rule: str) -> Grounds:
    """What a credential of ours says that it rests on, for the one that is to replace it."""
    subject: dict[str, Any] = body["credentialSubject"]
    achievement: dict[str, Any] = subject["achievement"]
    said, alignments = shown(body), achievement["alignment"]
    evidence = body.get("evidence") or [{"id": "", "digest": d} for d in said.evidence * len(alignments)]
    items = tuple(
        Item(
            str(a["targetCode"]), str(a["targetName"]).partition(" ")[2], rating or said.rating,
            str(e["id"]).removeprefix("urn:luojiao:"), str(e["digest"]).removeprefix("sha256:"), str(e.get("framework", "")),
        )
        for a, (_, rating), e in zip(alignments, said.items, evidence, strict=False)
    )  # fmt: skip
    hours = subject.get("trainingHours")
    return Grounds(
        str(achievement.get("humanCode", rule)), str(achievement.get("version", "1")), said.title,
        _asked(achievement), 0, str(achievement["criteria"]["narrative"]), items,
        {str(k): str(v) for k, v in hours.items()} if hours else None,
    )  # fmt: skip

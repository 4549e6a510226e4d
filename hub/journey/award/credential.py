"""What a credential says: an Open Badges 3.0 achievement as a W3C Verifiable Credential, carried as a VC-JWT."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from hub.domain.certificate import Certificate
from hub.domain.competency import AssessmentRule, Node

TYPE = "vc+ld+jwt"
_CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def claims(
    issuer: str,
    certificate: Certificate,
    rule: AssessmentRule,
    nodes: Mapping[str, Node],
    *,
    subject: str,
) -> dict[str, Any]:
    """The claims of a certificate. The holder is a name and a pseudonym; no login, no identity number."""
    until = datetime.combine(certificate.valid_to, time(0), UTC)
    return {
        "@context": _CONTEXT,
        "id": f"{issuer}/v/{certificate.number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "iss": issuer,
        "jti": f"{issuer}/v/{certificate.number}",
        "sub": f"urn:luojiao:holder:{subject}",
        "nbf": int(certificate.issued_at.timestamp()),
        "exp": int(until.timestamp()),
        "issuer": {"id": issuer, "type": ["Profile"], "name": "洛教学堂"},
        "validFrom": certificate.issued_at.isoformat(),
        "validUntil": until.isoformat(),
        "name": rule.name,
        "credentialSubject": {
            "id": f"urn:luojiao:holder:{subject}",
            "type": ["AchievementSubject"],
            "name": certificate.holder_name,
            "school": certificate.school_name,
            "achievement": {
                "id": f"{issuer}/rules/{rule.id}",
                "type": ["Achievement"],
                "name": rule.name,
                "criteria": {
                    "narrative": f"不少于 {rule.count} 项微能力经校本应用考核合格，学校、县（市、区）审核并公示。"
                },
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": f"{code} {nodes[code].name}",
                        "targetCode": code,
                        "targetFramework": rule.framework,
                    }
                    for code in sorted(nodes)
                ],
            },
            "result": [{"type": ["Result"], "value": certificate.rating}],
        },
        "certificateNumber": certificate.number,
        "evidenceDigest": f"sha256:{certificate.evidence_digest}",
    }


def number_of(presented: Mapping[str, Any]) -> str:
    """The certificate number in verified claims."""
    return str(presented.get("certificateNumber", ""))

"""The service through its front door: who gets in, who sees what, and what a kernel is told."""

from __future__ import annotations

from tests.dashboards.conftest import Stage


def test_a_stranger_is_sent_to_the_portal_to_sign_in(stage: Stage) -> None:
    answer = stage.visitor().board("my-competencies")
    assert answer.url.endswith("/login?next=" + answer.url.partition("next=")[2]) and "登录" in answer.text


def test_a_teacher_sees_their_own_board(stage: Stage) -> None:
    page = stage.visitor("teacher").board("my-competencies")
    assert page.status_code == 200, page.text[:2000]
    assert "技术支持的学情分析" in page.text, (page.text, stage.log())

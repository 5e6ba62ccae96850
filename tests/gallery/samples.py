"""Invented samples of everything that pages are built from, in the language of the offices."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator


class SampleForm(forms.Form):
    """A form in its error state: one field of each kind."""

    name = forms.CharField(
        label="Tên tập thể, hộ hoặc cá nhân được đề nghị", help_text="Ghi đúng như trong giấy tờ."
    )
    told_on = forms.DateField(
        label="Ngày quyết định",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(
        label="Loại",
        choices=[("", "—"), ("c", "Tập thể"), ("h", "Hộ gia đình")],
    )
    levels = forms.MultipleChoiceField(
        label="Cấp",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("x", "Cấp xã"), ("d", "Huyện, thị xã, thành phố")],
    )
    report = forms.FileField(
        label="Báo cáo thành tích",
        required=False,
        help_text="Tệp PDF, DOCX hoặc ảnh, không quá 20 MB.",
        widget=forms.FileInput(attrs={"data-max-bytes": 20 * 1024 * 1024}),
    )
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="Tôi đã đối chiếu bản sao với bản gốc")


class SampleFilter(forms.Form):
    """A filter form above a list."""

    text = forms.CharField(label="Tên có chữ", required=False)
    kind = forms.ChoiceField(
        label="Loại",
        required=False,
        choices=[
            ("", "Tất cả"),
            ("c", "Tập thể"),
            ("h", "Hộ gia đình"),
        ],
    )


class SampleBallot(forms.Form):
    """A choice of which nothing is preselected."""

    choice = forms.ChoiceField(
        label="Ý kiến của đồng chí",
        widget=forms.RadioSelect,
        choices=[("yes", "Đồng ý"), ("no", "Không đồng ý")],
    )


class SampleReason(forms.Form):
    """What a refusal asks for."""

    refusal_reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 2}))


def _findings() -> list[dict[str, Any]]:
    return [
        {
            "status": "met",
            "title": "Quy mô hộ nghèo, cận nghèo giảm trên 50%",
            "sentence": "Đầu kỳ 388 hộ, nay 171 hộ: giảm 217 hộ (55,9%). Vượt mức yêu cầu 22 hộ.",
            "clause": "Mục III.1.c",
            "value": 217,
            "maximum": 388,
            "threshold": 194,
        },
        {
            "status": "missing",
            "title": "Báo cáo thành tích có xác nhận",
            "sentence": "Đã có báo cáo, chưa thấy xác nhận của cơ quan chủ quản.",
            "clause": "Mục III.3.b",
        },
        {"status": "judgement", "title": "Mô hình có thể nhân rộng", "clause": "Mục III.1.c"},
        {
            "status": "not_met",
            "title": "Đã được khen về Phong trào này",
            "sentence": "Có 01 Giấy khen (2022). Cần 02, còn thiếu 01.",
            "clause": "Mục III.2.b",
            "value": 1,
            "maximum": 4,
            "threshold": 2,
        },
    ]


def _rows() -> Page:
    rows = [
        {
            "name": "Xã A",
            "households": 1062,
            "share": Decimal("0.1608"),
            "word": "Đủ điều kiện",
            "tone": "good",
        },
        {
            "name": "Xã B",
            "households": 940,
            "share": Decimal("0.094"),
            "word": "Chờ đồng chí xử lý",
            "tone": "now",
        },
        {
            "name": "Xã C",
            "households": 2315,
            "share": Decimal("0.05"),
            "word": "Bị từ chối",
            "tone": "bad",
        },
    ]
    return Paginator(rows * 3, 3).page(2)


def samples() -> dict[str, Any]:
    """All samples, by the name of the component that shows them."""
    today = datetime.datetime(2025, 12, 9, 8, 30, tzinfo=datetime.UTC)
    return {
        "steps": [
            {"label": "Nháp", "state": "done"},
            {"label": "Đã gửi huyện", "state": "done"},
            {"label": "Đã trình tỉnh", "state": "done"},
            {"label": "Thẩm định", "state": "now"},
            {"label": "Hội đồng", "state": "todo"},
            {"label": "Tờ trình", "state": "todo"},
            {"label": "Quyết định", "state": "todo"},
        ],
        "work": [
            {"days": -2, "title": "Bổ sung xác nhận báo cáo thành tích", "button": "Mở"},
            {"days": 3, "title": "Trình 6 hồ sơ lên tỉnh", "button": "Mở"},
            {"days": 14, "title": "Đọc 2 ý kiến của Mặt trận", "button": "Mở"},
            {"days": None, "title": "Nhắc 3 xã gửi kết quả rà soát", "button": "Nhắc"},
        ],
        "findings": _findings(),
        "page_obj": _rows(),
        "quotas": [
            {"title": "Tập thể", "used": 9, "limit": 15, "pending": 2},
            {"title": "Hộ và cá nhân", "used": 16, "limit": 15, "pending": 0},
        ],
        "tones": [
            ("neutral", "Nháp"),
            ("info", "Đang thẩm định"),
            ("now", "Chờ đồng chí xử lý"),
            ("good", "Đủ điều kiện"),
            ("warn", "Chưa đủ"),
            ("bad", "Bị từ chối"),
        ],
        "papers": [
            {
                "name": "Tờ trình của huyện",
                "size": 182_000,
                "date": today,
                "word": "Đủ",
                "tone": "good",
            },
            {
                "name": "Báo cáo thành tích",
                "size": 91_000,
                "date": today,
                "word": "Còn thiếu",
                "tone": "warn",
            },
        ],
        "entries": [
            {"when": today, "title": "Đã trình tỉnh", "who": "Phòng chuyên môn của huyện", "tone": "good"},
            {
                "when": today,
                "title": "Chờ bổ sung",
                "note": "Xác nhận báo cáo thành tích.",
                "tone": "now",
            },
        ],
        "form": SampleForm({"name": "Xã A", "reason": ""}, auto_id="sample_%s"),
        "filter_form": SampleFilter(auto_id="filter_%s"),
        "ballot_form": SampleBallot(auto_id="ballot_%s"),
        "reason_form": SampleReason(auto_id="refusal_%s"),
    }

"""What a column's words mean: counts, movements, lacks, places."""

from __future__ import annotations

import pytest

from registry.imports.reviews.columns import column_meaning


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Hộ thoát nghèo", "poor_exits"),
        ("Số hộ nghèo ra khỏi danh sách", "poor_exits"),
        ("Hộ tái nghèo", "poor_relapses"),
        ("Hộ nghèo phát sinh", "poor_new"),
        ("Hộ phát sinh nghèo mới", "poor_new"),
        ("Hộ nghèo đầu năm", "poor_start"),
        ("Hộ thoát cận nghèo", "near_poor_exits"),
        ("Hộ tái cận nghèo", "near_poor_relapses"),
        ("Hộ cận nghèo phát sinh mới", "near_poor_new"),
        ("Diễn biến hộ nghèo trong năm / Số hộ thoát nghèo", "poor_exits"),
        ("Diễn biến hộ nghèo trong năm / Tái", "poor_relapses"),
        ("Diễn biến hộ cận nghèo trong năm / Phát sinh", "near_poor_new"),
        ("Diễn biến hộ cận nghèo / Số hộ đầu kỳ", "near_poor_start"),
        ("Diễn biến hộ nghèo / Số hộ thoát nghèo / Tổng số", "poor_exits"),
        ("Diễn biến hộ nghèo / Số hộ thoát cận nghèo", "near_poor_exits"),
        ("Diễn biến hộ nghèo / Số hộ cuối năm", "poor"),
        ("Thoát nghèo, tái nghèo, phát sinh / Hộ nghèo cuối năm", "poor"),
        ("Hộ nghèo theo chuẩn nghèo mới", "poor"),
        ("Kết quả giảm nghèo / Hộ nghèo", "poor"),
    ],
)
def test_movements_are_known_by_their_words(label: str, meaning: str) -> None:
    assert column_meaning(label) == meaning


@pytest.mark.parametrize(
    "label",
    [
        "Tỷ lệ hộ thoát nghèo (%)",
        "Hộ thoát nghèo / Trong đó: hộ DTTS",
        "Hộ thoát nghèo / Trong đó: thành hộ cận nghèo",
        "Hộ thoát nghèo / Trở thành hộ cận nghèo",
        "Hộ nghèo tái nghèo, phát sinh",
        "Số khẩu thoát nghèo",
        "Hộ cận nghèo / Thoát nghèo",
        "Hộ nghèo / Tăng, giảm so với năm trước",
        "Nguyên nhân nghèo / Không có việc làm",
        "Tổng số hộ đầu năm",
        "Ghi chú",
    ],
)
def test_columns_that_could_mean_two_things_mean_nothing(label: str) -> None:
    assert column_meaning(label) is None


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Số hộ thiếu hụt dịch vụ xã hội cơ bản / Việc làm", "lacking_jobs"),
        ("Thiếu hụt / Y tế", "lacking_health"),
        ("Thiếu hụt / Giáo dục", "lacking_education"),
        ("Hộ nghèo, hộ cận nghèo thiếu hụt / Nhà ở", "lacking_housing"),
        ("Thiếu hụt / Nước sinh hoạt và vệ sinh", "lacking_water"),
        ("Thiếu hụt / Nước SH, VS", "lacking_water"),
        ("Hộ nghèo thiếu hụt / Thông tin", "poor_lacking_information"),
        ("Hộ cận nghèo thiếu hụt / Thông tin", "near_poor_lacking_information"),
        ("Mức độ thiếu hụt nghèo đa chiều / Thông tin", "lacking_information"),
        ("Thiếu hụt / Người phụ thuộc", "lack_indicator"),
        ("Thiếu hụt / Y tế / Bảo hiểm y tế", "lack_indicator"),
        ("Thiếu hụt / Nhà tiêu hợp vệ sinh", "lack_indicator"),
        ("Tỷ lệ thiếu hụt (%) / Y tế", None),
        ("Thiếu hụt / Tổng số", None),
        ("Thiếu hụt / Việc làm, y tế", None),
    ],
)
def test_lacks_are_known_by_service(label: str, meaning: str | None) -> None:
    assert column_meaning(label) == meaning


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Thôn, khu phố", "village"),
        ("Tên thôn", "village"),
        ("Xã", "commune"),
        ("Huyện", "district"),
        ("Xã, phường, thị trấn", "unit"),
        ("Thôn/Bản/Tổ dân phố", "village"),
        ("Hộ dân / Hộ", "households"),
        ("Hộ dân / Khẩu", None),
        ("Hộ dân tộc thiểu số / Hộ", "minority_households"),
        ("Số thôn", None),
    ],
)
def test_places_are_known_by_level(label: str, meaning: str | None) -> None:
    assert column_meaning(label) == meaning

"""Addresses of nominations. Words of an address stand before references, which begin with letters and a year."""

from django.urls import URLPattern, path, register_converter

from nominations.views import (
    appraisal,
    decisions,
    dossiers,
    filing,
    finder,
    plans,
    proposals,
    reports_in_word,
    rounds,
    selection,
    sets,
    starting,
    way,
)


class DossierCode:
    """A dossier's reference, such as HS-2025-0137, so that no other word of an address is taken for one."""

    regex = "HS-[0-9]{4}-[0-9]{4,6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DossierCode, "dossier")

app_name = "nominations"

filing_patterns: list[URLPattern] = [
    path("", dossiers.DossierListView.as_view(), name="list"),
    path("moi/", starting.start, name="start"),
    path("tim/", finder.finder, name="finder"),
    path("tim/tep/<slug:file_format>/", finder.finder_export, name="finder_export"),
    path("tim/thu/<slug:subject>/<int:pk>/", finder.what_if, name="what_if"),
    path("bo-ho-so/", sets.SetListView.as_view(), name="sets"),
    path("bo-ho-so/mo/", sets.set_open, name="set_open"),
    path("bo-ho-so/<int:pk>/", sets.set_detail, name="set_detail"),
    path("bo-ho-so/<int:pk>/chon/", sets.set_choose, name="set_choose"),
    path("bo-ho-so/<int:pk>/giay-to/", sets.set_paper, name="set_paper"),
    path("bo-ho-so/<int:pk>/trinh/", sets.set_file, name="set_file"),
    path("giay-to/<int:pk>/", dossiers.paper_download, name="paper_download"),
    path("giay-to/<int:pk>/xac-nhan/", filing.paper_confirm, name="paper_confirm"),
    path("giay-to/<int:pk>/go/", filing.paper_remove, name="paper_remove"),
    path("<dossier:code>/", dossiers.detail, name="detail"),
    path("<dossier:code>/soan/", filing.edit, name="edit"),
    path("<dossier:code>/soan/bao-cao/", reports_in_word.report_read, name="report_read"),
    path("<dossier:code>/soan/tu-luu/", filing.autosave, name="autosave"),
    path("<dossier:code>/giay-to/", filing.paper_upload, name="paper_upload"),
    path("<dossier:code>/giay-to/khong-can/", filing.paper_excuse, name="paper_excuse"),
    path("<dossier:code>/gui/", filing.file, name="file"),
    path("<dossier:code>/rut/", filing.withdraw, name="withdraw"),
    path("<dossier:code>/tra-lai/", filing.return_dossier, name="return"),
    path("<dossier:code>/khong-chon/", filing.not_select, name="not_select"),
]

province_patterns: list[URLPattern] = [
    path("tham-dinh/", appraisal.desk_list, name="desk"),
    path("tham-dinh/<slug:code>/", appraisal.desk_dossier, name="desk_dossier"),
    path("tham-dinh/<slug:code>/giay-to/<int:pk>/", appraisal.desk_paper, name="desk_paper"),
    path("tham-dinh/<slug:code>/nhan/", appraisal.receive, name="receive"),
    path("tham-dinh/<slug:code>/danh-gia/", appraisal.judge, name="judge"),
    path("tham-dinh/<slug:code>/yeu-cau-bo-sung/", appraisal.request_supplement, name="request_supplement"),
    path("tham-dinh/<slug:code>/doi-chieu-lai/", appraisal.refresh, name="refresh"),
    path("tham-dinh/<slug:code>/du-dieu-kien/", appraisal.mark_eligible, name="mark_eligible"),
    path("tham-dinh/<slug:code>/khong-du-dieu-kien/", appraisal.mark_not_eligible, name="mark_not_eligible"),
    path("tham-dinh/<slug:code>/trung/", appraisal.mark_duplicate, name="mark_duplicate"),
    path("tham-dinh/<slug:code>/mo-lai/", appraisal.reopen, name="reopen"),
    path("tham-dinh/<slug:code>/mien/", appraisal.waive_criterion, name="waive"),
    path("tham-dinh/<slug:code>/ban-chinh/", appraisal.originals, name="originals"),
    path("tham-dinh/<slug:code>/so-nu/", appraisal.women, name="women"),
    path("bo-sung/<slug:code>/", appraisal.answer_supplement, name="answer_supplement"),
    path("to-trinh/", proposals.proposal_list, name="proposals"),
    path("to-trinh/lap/", proposals.proposal_start, name="proposal_start"),
    path("to-trinh/<slug:code>/", proposals.proposal_detail, name="proposal_detail"),
    path("to-trinh/<slug:code>/danh-sach/", proposals.proposal_items, name="proposal_items"),
    path("to-trinh/<slug:code>/duyet/", proposals.proposal_approve, name="proposal_approve"),
    path("to-trinh/<slug:code>/huy/", proposals.proposal_cancel, name="proposal_cancel"),
    path("to-trinh/<slug:code>/buoc/<slug:kind>/", way.way_record, name="way_record"),
    path("to-trinh/<slug:code>/buoc/<int:pk>/sua/", way.way_correct, name="way_correct"),
    path("to-trinh/buoc/<int:pk>/tep/", way.way_file, name="way_file"),
    path("to-trinh/<slug:code>/quyet-dinh/", decisions.decision_record, name="decision_record"),
    path("quyet-dinh/<slug:code>/", decisions.issuer_decision, name="issuer_decision"),
    path("quyet-dinh/<int:pk>/tep/", decisions.decision_file, name="decision_file"),
    path("lich-su/", decisions.history, name="history"),
    path("lich-su/them/", decisions.history_add, name="history_add"),
    path("lich-su/them/<slug:kind>/<int:pk>/", decisions.history_record, name="history_record"),
    path("lich-su/<int:pk>/thu-hoi/", decisions.history_revoke, name="history_revoke"),
    path("dot/", rounds.rounds, name="rounds"),
    path("dot/<int:pk>/", rounds.round_detail, name="round"),
    path("dot/<int:pk>/lua-chon/", selection.selection, name="selection"),
    path("dot/<int:pk>/gia-han/", rounds.round_extend, name="round_extend"),
    path("dot/<int:pk>/dong/", rounds.round_close, name="round_close"),
    path("dot/<int:pk>/mo-lai/", rounds.round_reopen, name="round_reopen"),
    path("phong-trao/", rounds.movements, name="movements"),
    path("phong-trao/ke-hoach/", plans.plan_uploads, name="plan_uploads"),
    path("phong-trao/ke-hoach/tai-len/", plans.plan_upload_new, name="plan_upload_new"),
    path("phong-trao/ke-hoach/<int:pk>/", plans.plan_upload, name="plan_upload"),
    path("phong-trao/ke-hoach/<int:pk>/hieu-luc/", plans.plan_put_in_force, name="plan_put_in_force"),
    path("phong-trao/ke-hoach/<int:pk>/khong-dong-y/", plans.plan_refuse, name="plan_refuse"),
    path("phong-trao/ke-hoach/tep/<int:pk>/", plans.plan_file, name="plan_file"),
]

urlpatterns: list[URLPattern] = [
    *province_patterns,
    *filing_patterns,
]

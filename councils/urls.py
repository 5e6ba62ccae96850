from django.urls import path

from councils.views import councils, interests, meetings, people, polls, seats

app_name = "councils"
urlpatterns = [
    path("", councils.CouncilListView.as_view(), name="list"),
    path("moi/", councils.council_create, name="council_create"),
    path("<int:pk>/", councils.CouncilDetailView.as_view(), name="council_detail"),
    path("<int:pk>/thanh-vien/", councils.member_add, name="member_add"),
    path("ghe/<int:pk>/", seats.seat_detail, name="seat"),
    path("ghe/<int:pk>/ket-thuc/", seats.seat_end, name="seat_end"),
    path("ghe/<int:pk>/chuc-vu/", seats.seat_office, name="seat_office"),
    path("<int:pk>/ty-le/", councils.voting_rule_add, name="voting_rule_add"),
    path("<int:pk>/co-so-tinh/", councils.base_rule_add, name="base_rule_add"),
    path("<int:pk>/phien-hop/moi/", meetings.meeting_create, name="meeting_create"),
    path("phien-hop/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("phien-hop/<int:pk>/sua/", meetings.meeting_edit, name="meeting_edit"),
    path("phien-hop/<int:pk>/noi-dung/", meetings.agenda, name="agenda"),
    path("phien-hop/<int:pk>/diem-danh/", people.roll, name="roll"),
    path("phien-hop/<int:pk>/khai-bao/", interests.declare, name="declare"),
    path("phien-hop/<int:pk>/khai-bao/<int:member>/", interests.declare_for, name="declare_for"),
    path("phien-hop/<int:pk>/quyen-loi/", interests.interests, name="interests"),
    path("noi-dung/<int:pk>/quyen-loi/<int:member>/", interests.interest_settle, name="interest_settle"),
    path("co-mat/<int:pk>/ghi-nham/", people.presence_strike, name="presence_strike"),
    path("phien-hop/<int:pk>/phan-cong/", people.offices, name="offices"),
    path("phan-cong/<int:pk>/dong-y/", people.office_consent, name="office_consent"),
    path("phien-hop/<int:pk>/khai-mac/", meetings.meeting_open, name="meeting_open"),
    path("phien-hop/<int:pk>/be-mac/", meetings.meeting_close, name="meeting_close"),
    path("phien-hop/<int:pk>/man-hinh/", meetings.hall, name="hall"),
    path("noi-dung/<int:pk>/rut/", meetings.item_take_off, name="item_take_off"),
    path("noi-dung/<int:pk>/bo-phieu/", polls.poll_open, name="poll_open"),
    path("bo-phieu/<int:pk>/", polls.ballot, name="ballot"),
    path("bo-phieu/<int:pk>/phieu/", polls.paper, name="paper"),
    path("bo-phieu/<int:pk>/dong-y/", polls.poll_agree, name="poll_agree"),
    path("bo-phieu/<int:pk>/huy/", polls.poll_annul, name="poll_annul"),
    path("bo-phieu/<int:pk>/dong/", polls.poll_close, name="poll_close"),
    path("bo-phieu/<int:pk>/da-bo/", polls.poll_turnout, name="poll_turnout"),
]

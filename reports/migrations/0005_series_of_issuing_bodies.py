"""Each body that issues documents numbers them in a series of its own: whose it is, said of all that were issued so far.

A council's papers go to the council, proposal letters to the standing office of the day, or to the office where their maker
held a role then. What cannot be told stays as it was. The last numbers are read anew from the documents.
"""

from typing import Any

from django.db import migrations
from django.db.models import Max, Q

RECORDS_OF_MEETINGS = ("minutes", "counting")


def name_issuers(apps: Any, _schema: Any) -> None:
    document_model = apps.get_model("reports", "IssuedDocument")
    holders = {}
    for document in document_model.objects.order_by("pk").iterator():
        holder = _holder(apps, document)
        if holder and holder != document.holder:
            holders[document.pk] = holder
    for pk, holder in holders.items():
        document_model.objects.filter(pk=pk).update(holder=holder)
    _count_anew(apps)


def _holder(apps: Any, document: Any) -> str:
    if document.kind in RECORDS_OF_MEETINGS:
        meeting = apps.get_model("councils", "Meeting").objects.filter(pk=document.object_id).first()
        return f"council-{meeting.council_id}" if meeting else ""
    proposal = apps.get_model("nominations", "Proposal").objects.filter(pk=document.object_id).first()
    if document.kind != "proposal" or proposal is None:
        return ""
    return _standing_office(apps, proposal, document.issued_on) or _office_of_maker(
        apps, proposal, document.issued_on
    )


def _standing_office(apps: Any, proposal: Any, day: Any) -> str:
    movement = apps.get_model("nominations", "AwardRound").objects.get(pk=proposal.award_round_id).movement
    duties = apps.get_model("registry", "OfficeDuty").objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), duty="standing_office", starts_on__lte=day
    )
    if movement.unit_id:
        duties = duties.filter(province=movement.unit_id)
    duty = duties.select_related("unit").order_by("pk").first()
    return duty.unit.key if duty else ""


def _office_of_maker(apps: Any, proposal: Any, day: Any) -> str:
    roles = apps.get_model("registry", "UnitRole").objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        user=proposal.created_by_id,
        role__in=("provincial_reviewer", "provincial_lead"),
        starts_on__lte=day,
    )
    role = roles.select_related("unit").order_by("pk").first()
    return role.unit.key if role else ""


def _count_anew(apps: Any) -> None:
    series_model = apps.get_model("reports", "NumberSeries")
    series_model.objects.all().delete()
    issued = apps.get_model("reports", "IssuedDocument").objects.order_by()
    for row in issued.values("symbol", "holder", "series_year").annotate(last=Max("number")):
        series_model.objects.create(
            symbol=row["symbol"], holder=row["holder"], year=row["series_year"], last_number=row["last"]
        )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_series_of_councils"),
        ("councils", "0019_councils_of_units"),
        ("nominations", "0009_papers_of_the_way"),
        ("registry", "0014_pack_staged_rows"),
    ]
    operations = [migrations.RunPython(name_issuers, migrations.RunPython.noop)]

"""What the log says of uploaded plans, held against their bytes and the days from which they hold."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.audit.verifying import said_once
from core.proving import Flaw, said_again
from criteria.models import PlanVersion
from nominations.events import Event
from nominations.models import PlanRuling, PlanUpload


def versions_that_differ() -> Iterator[Flaw]:
    """Kept versions of plans whose text is not that of their hash."""
    for version in PlanVersion.objects.order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(version.content.encode("utf-8")).hexdigest() != version.content_hash:
            name = _("The kept version %(version)s of a plan")
            yield Flaw(name % {"version": version}, _("its text is not the one that its hash was made of"))


def plans_that_differ() -> Iterator[Flaw]:
    """Uploaded plans whose bytes, version or day of effect are not those that the log names."""
    uploads, rulings = said_once(Event.PLAN_UPLOADED), said_once(Event.PLAN_IN_FORCE)
    yield from said_again(uploads)
    yield from said_again(rulings)
    uploaded = {
        subject: (said.seq, said.payload["files"], said.payload["plan_hash"])
        for subject, said in uploads.first.items()
        if said.payload
    }
    in_force = {
        subject: (said.seq, said.payload["plan_hash"], said.payload["effective_on"])
        for subject, said in rulings.first.items()
        if said.payload
    }
    for upload in PlanUpload.objects.select_related("version").prefetch_related("files").order_by("pk"):
        subject = f"nominations.planupload:{upload.pk}"
        seq, hashes, plan_hash = uploaded.get(subject, (0, [], ""))
        name = _("The uploaded plan %(plan)s") % {"plan": upload}
        kept = upload.version.content_hash if upload.version else ""
        if not seq:
            yield Flaw(name, _("no entry says that it was uploaded"), subject)
            continue
        if [hashlib.sha256(bytes(file.content)).hexdigest() for file in upload.files.all()] != hashes:
            yield Flaw(name, _("its files are not those that entry %(seq)s names") % {"seq": seq}, subject)
        content = upload.version.content if upload.version else ""
        if kept != plan_hash or (kept and hashlib.sha256(content.encode("utf-8")).hexdigest() != kept):
            yield Flaw(name, _("its version is not the one that entry %(seq)s names") % {"seq": seq}, subject)
    for ruling in PlanRuling.objects.filter(effective_on__isnull=False).select_related("upload__version"):
        subject = f"nominations.planupload:{ruling.upload_id}"
        seq, plan_hash, day = in_force.get(subject, (0, "", ""))
        version = ruling.upload.version
        said = (plan_hash, day)
        if (version.content_hash if version else "", str(ruling.effective_on)) != said:
            yield Flaw(
                _("The uploaded plan %(plan)s") % {"plan": ruling.upload},
                _("entry %(seq)s does not say that it was put in force so") % {"seq": seq}
                if seq
                else _("no entry says that it was put in force"),
                subject,
            )

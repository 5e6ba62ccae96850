"""Whether the record is whole: the chain, its triggers, heads that left the house, and what apps hold against the chain.

Apps above register here what proves something: a function that compares their rows with what the chain says of them. So
the foundations know of no tally, paper or document, and still name one that was forged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import append_only
from core.audit import triggers
from core.audit.heads import Expectation, Statement, known_keys, read_statements, read_what_can_be
from core.audit.verifying import SaidOnce, blanked_unsaid, first_break
from core.audit.writing import head
from core.exceptions import InvalidRequest
from core.files import differs, used_by
from core.models import AuditEntry, SignedHead, StoredFile

_LISTED = 5


@dataclass(frozen=True)
class Flaw:
    """One thing that does not hold: where, and why it does not.

    `subject` is the thing as the log calls it (`nominations.paper:12`), or whose it is; empty for what is everybody's,
    such as the chain itself, and then the flaw names nothing of a province.
    """

    where: str
    reason: str
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}."


@dataclass(frozen=True)
class KnownHead:
    """A head that was seen elsewhere: what told of it, its number and hash (or how the hash begins), and whose it is."""

    name: str
    seq: int
    hash: str
    subject: str = ""


@dataclass(frozen=True)
class Proof:
    """What an app holds against the chain.

    `flaws` compares its rows with what entries say of them. `count` says how many rows there are whose making left
    entries, and `rows` names them in the plural: where there are some, the chain cannot be empty. What `is_long` asks
    the database anew for each row, and is left to the check in full.
    """

    rows: str | Promise
    count: Callable[[], int]
    flaws: Callable[[], Iterable[Flaw]]
    is_long: bool = False


_proofs: list[Proof] = []


def register_proof(proof: Proof) -> None:
    """Let an app's rows be held against the chain."""
    _proofs.append(proof)


def flaws(
    *,
    against: Sequence[Statement] = (),
    expected: Sequence[Expectation] = (),
    in_full: bool = True,
) -> list[Flaw]:
    """Everything that does not hold, in the order in which it is told; empty when the record is whole.

    `against` and `expected` are heads that were kept elsewhere; those that lie in the database and in
    `AUDIT_HEADS_FILE` are compared always. In full every stored file is read, which takes as long as copying them does,
    and every meeting is counted again.
    """
    outside, faults = heads_outside()
    own, own_faults = own_heads()
    found = chain(
        _chain_flaws(),
        _blanked(),
        _unprotected(),
        faults,
        own_faults,
        against_statements(dict.fromkeys([*own, *outside, *against])),
        _against_expected(expected),
        *(_held_against(proof) for proof in _proofs if in_full or not proof.is_long),
        changed_files(StoredFile.objects.order_by("pk").iterator()) if in_full else (),
    )
    return list(found)


def _held_against(proof: Proof) -> Iterator[Flaw]:
    """What an app names. An entry of a form that no service writes ends its part with a flaw, and hides no other's.

    Rows and entries are read one after the other, and people work meanwhile: what is named only once was their doing.
    """
    try:
        found = list(proof.flaws())
        again = frozenset(proof.flaws()) if found else frozenset()
        yield from (flaw for flaw in found if flaw in again)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield Flaw(
            _("What the log says of %(rows)s") % {"rows": proof.rows},
            _("it has a form that this program does not write (%(why)s), so they could not be compared")
            % {"why": f"{type(error).__name__}: {error}"},
        )


def said_again(said: SaidOnce) -> Iterator[Flaw]:
    """Entries that say once more what is said once: put there to lend a forged row an entry that fits."""
    for first, second in said.again:
        yield Flaw(
            entry_name(second.seq),
            _(
                "it says of %(thing)s again what entry %(seq)s said; only the first was written when it happened"
            )
            % {"thing": second.subject, "seq": first.seq},
            second.subject,
        )


_strangers: list[Callable[[Any, str], bool]] = []


def register_stranger(is_foreign: Callable[[Any, str], bool]) -> None:
    """Let an app say whether a thing, as the log calls it, lies behind another province's wall for a reader."""
    _strangers.append(is_foreign)


def flaws_for(reader: Any, found: Iterable[Flaw]) -> tuple[list[Flaw], int]:
    """The flaws that a reader of the log may be told by name, and how many there are besides, of other provinces."""
    found = list(found)
    own = [
        flaw
        for flaw in found
        if not flaw.subject or not any(is_foreign(reader, flaw.subject) for is_foreign in _strangers)
    ]
    return own, len(found) - len(own)


def _chain_flaws() -> Iterator[Flaw]:
    seq, _newest = head()
    if seq == 0 and not AuditEntry.objects.exists():
        rows = [
            f"{count} {proof.rows}" for proof in _proofs if not proof.is_long and (count := proof.count())
        ]
        if rows:
            yield Flaw(
                _("The log"),
                _("it is empty, though the database holds %(rows)s, whose making left entries")
                % {"rows": ", ".join(rows)},
            )
            return
    broken = first_break()
    if broken:
        yield Flaw(entry_name(broken.seq), broken.reason)


def _blanked() -> Iterator[Flaw]:
    unsaid = blanked_unsaid()
    for seq in unsaid[:_LISTED]:
        yield Flaw(entry_name(seq), _("its content was blanked and no entry says that it was erased"))
    if len(unsaid) > _LISTED:
        more = len(unsaid) - _LISTED
        yield Flaw(_("The log"), _("%(count)s more contents were blanked without a word") % {"count": more})


def _unprotected() -> Iterator[Flaw]:
    reasons = {
        triggers.MISSING: _(
            "it is missing, so entries could be changed; manage.py protect_audit puts it back"
        ),
        triggers.DISABLED: _(
            "it is switched off, so entries could be changed; manage.py protect_audit mends it"
        ),
        triggers.ALTERED: _(
            "it is not as installed; manage.py protect_audit puts the right one in its place"
        ),
    }
    weak = triggers.weakened(connection) | append_only.weakened(connection)
    for name, state in weak.items():
        yield Flaw(_("The trigger %(name)s") % {"name": name}, reasons[state])


def own_heads() -> tuple[list[Statement], list[Flaw]]:
    """The heads that this database keeps of those that left, and what is wrong with them."""
    found, faults = [], []
    for day, line in SignedHead.objects.order_by("day").values_list("day", "statement"):
        try:
            found += read_statements(line)
        except InvalidRequest as refusal:
            name = _("The head that the database keeps of %(day)s") % {"day": date_format(day, "d/m/Y")}
            faults.append(Flaw(name, str(refusal.message).rstrip(".")))
    return found, faults


def heads_outside() -> tuple[list[Statement], list[Flaw]]:
    """The heads in the file outside, and what is wrong with the file itself."""
    path = Path(settings.AUDIT_HEADS_FILE)
    was_written = SignedHead.objects.exclude(written_at=None).exists()
    if not path.is_file():
        return [], [Flaw(str(path), _("the file of signed heads is gone"))] if was_written else []
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return [], [Flaw(str(path), _("the file of signed heads cannot be read (%(why)s)") % {"why": error})]
    found, unread = read_what_can_be(text)
    if was_written and not found:
        unread.append(_("The file holds no signed head."))
    return found, [Flaw(str(path), sentence.rstrip(".")) for sentence in unread]


def against_statements(statements: Iterable[Statement]) -> Iterator[Flaw]:
    """Statements that nobody here signed, and those that the chain does not fit."""
    keys, genuine = known_keys(), []
    for statement in statements:
        name = _("The head signed on %(day)s") % {"day": _moment(statement)}
        if not statement.is_genuine():
            yield Flaw(name, _("it was changed after it was signed"))
        elif statement.key not in keys:
            yield Flaw(
                name,
                _(
                    "another key than this server's signed it; if that is an earlier key, name it in AUDIT_PUBLIC_KEYS: %(key)s"
                )
                % {"key": statement.key},
            )
        else:
            genuine.append(KnownHead(name, statement.seq, statement.hash))
    yield from against_heads(genuine)


def _against_expected(expected: Iterable[Expectation]) -> Iterator[Flaw]:
    yield from against_heads(
        [
            KnownHead(_("The head %(seq)s:… that you gave") % {"seq": one.seq}, one.seq, one.hash)
            for one in expected
        ]
    )


def against_heads(heads: Sequence[KnownHead]) -> Iterator[Flaw]:
    """Whether the chain still has heads that were seen elsewhere.

    Tells the first that is another now and the first beyond the end; later ones say the same.
    """
    seqs = {one.seq for one in heads if one.seq}
    hashes = dict(AuditEntry.objects.filter(seq__in=seqs).values_list("seq", "hash"))
    end, _newest = head()
    ordered = sorted((one for one in heads if one.seq), key=lambda one: one.seq)
    cut = next((one for one in ordered if one.seq not in hashes), None)
    rewritten = next((one for one in ordered if not hashes.get(one.seq, one.hash).startswith(one.hash)), None)
    if rewritten:
        yield Flaw(
            entry_name(rewritten.seq),
            _(
                "it is not the one that stood there: %(head)s says so. The log was written anew up to here or earlier"
            )
            % {"head": rewritten.name},
            rewritten.subject,
        )
    if cut:
        yield Flaw(
            entry_name(end + 1),
            _("entries from here to %(seq)s are gone: %(head)s names entry %(seq)s")
            % {"seq": cut.seq, "head": cut.name},
            cut.subject,
        )


def changed_files(files: Iterable[StoredFile]) -> Iterator[Flaw]:
    """The files whose bytes are not those that were kept, or are gone."""
    return (Flaw(file_name(stored), file_fault()) for stored in files if differs(stored))


def file_fault() -> str:
    """How it is told that a stored file is not what it was."""
    return _("its bytes differ from the hash that was kept, or it is gone from the storage")


def file_name(stored: StoredFile) -> str:
    """A stored file as a flaw names it: by what it was called when it came, and what refers to it."""
    used = [f"{row._meta.verbose_name} {row}" for row in used_by(stored)]
    return _("The file “%(name)s” (%(used)s)") % {
        "name": stored.original_name,
        "used": ", ".join(used) or _("nothing refers to it"),
    }


def entry_name(seq: int) -> str:
    """An entry as a flaw names it."""
    return _("Entry %(seq)s") % {"seq": seq}


def _moment(statement: Statement) -> str:
    return date_format(timezone.localtime(statement.moment), "d/m/Y H:i")

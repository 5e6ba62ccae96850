"""Things that the log names have a name for people."""

import pytest
from django.apps import apps
from django.utils.functional import Promise

from tests.unit.gates.product import packages

# Never the subject of an entry of the log.
UNNAMED = {
    *("AuditHead", "AuditPayload", "ChoreRun", "WorkerHeartbeat"),
    *("Ballot", "Participation", "NumberSeries"),
    # What a person proves themselves with: the log names the person.
    *("Throttle", "CodeApp", "RecoveryCode", "Passkey"),
}
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in packages() and model.__name__ not in UNNAMED
]


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_models_have_translatable_names(model) -> None:
    assert isinstance(model._meta.verbose_name, Promise)

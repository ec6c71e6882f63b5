"""Where a setting comes from, and what becomes of one that cannot be read."""

from __future__ import annotations

import pytest

from orthos_sms_plugin.services.settings import SmsSettings, read_settings


def test_that_the_installation_beats_the_database_and_the_database_the_default() -> None:
    settings = read_settings({"sender": "CLINICA", "grace_s": "20"}, {"sms.grace_s": "0"})

    assert (settings.sender, settings.grace_s, settings.senders) == ("CLINICA", 0.0, SmsSettings().senders)


@pytest.mark.parametrize("text", ["", "diez", "-1", "nan", "1e9"])
def test_that_a_value_out_of_reach_is_as_if_it_were_not_there(text: str) -> None:
    assert read_settings({}, {"sms.grace_s": text}).grace_s == 10.0


def test_that_a_broken_installation_setting_leaves_the_stored_one_in_force() -> None:
    assert read_settings({"senders": "8"}, {"sms.senders": "muchos"}).senders == 8

"""The settings of a ticker: what its pages could not show is refused."""

import pytest

from tickers.forms import SettingsForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"poll_seconds": "3601"}, {"poll_seconds": ["Ensure this value is less than or equal to 3600."]}),
        ({"delay_minutes": "3601"}, {"delay_minutes": ["Ensure this value is less than or equal to 3600."]}),
        ({"starts": "0001-01-01T00:00"}, {"starts": ["Enter a valid date/time."]}),
        ({"ends": "9999-12-31T23:59"}, {"ends": ["Enter a valid date/time."]}),
        ({"starts": "2026-05-04T12:00", "ends": "2026-05-04T12:00"}, {"ends": ["It ends before it starts."]}),
        ({"poll_seconds": "3600", "ends": "2026-05-04T12:00"}, {}),
    ],
)
def test_what_a_ticker_may_be_set_to(ticker, typed, errors):
    form = SettingsForm({"posting": "direct", "delay_minutes": "0"} | typed, instance=ticker)
    assert form.errors == errors

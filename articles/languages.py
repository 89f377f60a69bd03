"""Which way a text runs, and in which language the site's own words beside it are said."""

from django.conf import settings

RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}


def direction(language):
    """Return "rtl" or "ltr" for the code of a language."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def spoken_beside(language):
    """
    Return the language of what belongs to a story in ``language``: its names, times, label and corrections.

    That is the story's own where readers' pages speak it, else the site's.
    """
    return language if language in settings.READER_LANGUAGES else settings.LANGUAGE_CODE

"""German as papers write it: a point between hours and minutes."""

DATETIME_FORMAT = "j. F Y, H.i \\U\\h\\r"
TIME_FORMAT = "H.i \\U\\h\\r"
SHORT_DATETIME_FORMAT = "d.m.Y, H.i \\U\\h\\r"

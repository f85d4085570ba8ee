"""English with the hours of a day: `4:51 p.m.` brings a full stop into every sentence."""

DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATETIME_FORMAT = "m/d/Y H:i"
TIME_FORMAT = "H:i"

"""South African ID numbers: YYMMDD, four digits, citizenship, one digit, Luhn's check digit."""

import datetime
import re

LENGTH = 13
SHORTEST = 11  # what Excel leaves of one that begins with 00


def normal(text):
    digits = re.sub("[^0-9]", "", text)
    return digits.zfill(LENGTH) if len(digits) >= SHORTEST else digits


def problem(number):
    """Why a normalised number is none; None when it is one."""
    if not number:
        return "invalid: missing"
    if len(number) != LENGTH:
        return "invalid: length"
    try:
        # Of which century is unknown; 20YY has a 29 February wherever either has one (1900 had none, 2000 had).
        datetime.date(2000 + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return "invalid: date"
    if number[10] not in "012":
        return "invalid: citizenship"
    return None if luhn(number) else "invalid: checksum"


def luhn(number):
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(int(digit) for digit in number[::-2])) % 10 == 0

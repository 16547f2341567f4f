"""Numbers of products and cards."""


def check_digit(digits):
    """GS1's check digit for the digits in front of it."""
    return str(-sum(int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(digits))) % 10)


def product(digits):
    """A product's code: the digits, and their check digit."""
    return digits + check_digit(digits)


def is_product(code):
    """Whether a code of 13 digits is a product's to the service: with its check digit, and of no number that shops give out themselves."""
    return code == product(code[:-1]) and not code.startswith(("2", "02", "04")) and code.strip("0") != ""


def card(prefix, number=0):
    """A card's number of 13 digits that is no product's: its last digit is not the check digit."""
    digits = prefix + str(number).zfill(12 - len(prefix)) if len(prefix) < 12 else prefix
    return digits + str((int(check_digit(digits)) + 5) % 10)

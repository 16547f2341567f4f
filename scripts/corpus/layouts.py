"""Which strokes type a character, by country: the legends of the published national keyboards (ISO/IEC 9995 positions).

A row holds the legends from left to right: E from the key left of 1, D from Q, C from A to the key at Enter, B from the key
between left Shift and Z. `none` is a position without one, a dead key is named as xkb names it.
"""

from .keyboard import ALTGR, BACKSLASH, SHIFT, SPACE

E = [0x35, *range(0x1E, 0x28), 0x2D, 0x2E]
D = [0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30]
C = [0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x32]
B = [0x64, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38]

QWERTY = ("q w e r t y u i o p", "a s d f g h j k l", "z x c v b n m")
QWERTZ = ("q w e r t z u i o p", "a s d f g h j k l", "y x c v b n m")
AZERTY = ("a z e r t y u i o p", "q s d f g h j k l", "w x c v b n")

Stroke = tuple[tuple[int, ...], int]


def layout(plain, shifted, letters=QWERTY, third=None, third_shifted=None, composed=None, more=None, hash_usage=0x32):
    """Characters to strokes. `plain` and `shifted` are rows E, D, C, B without the letters, which `|` stands for."""
    positions: dict[str, Stroke] = {" ": ((), SPACE)}
    rows = (E, D, [*C[:11], hash_usage], B)
    by_base: dict[str, int] = {}
    for level, (modifiers, texts) in enumerate((((), plain), ((SHIFT,), shifted))):
        for row, text in enumerate(texts):
            if row > 0:
                small = letters[row - 1]
                text = text.replace("LETTERS", small.upper() if level else small)
            legends = text.split()
            assert len(legends) == len(rows[row]), (len(legends), text)
            for usage, legend in zip(rows[row], legends):
                if level == 0:
                    by_base[legend] = usage
                if legend != "none":
                    positions.setdefault(legend, (modifiers, usage))
    for modifiers, legends in (((ALTGR,), third or {}), ((SHIFT, ALTGR), third_shifted or {})):
        for legend, base in legends.items():
            positions[legend] = (modifiers, by_base[base])
    for legend, stroke in (more or {}).items():
        positions[legend] = stroke
    strokes = {legend: [stroke] for legend, stroke in positions.items()}
    for character, keys in (composed or {}).items():
        strokes[character] = [positions[" " if key == "space" else key] for key in keys.split()]
    return strokes


ACUTE = {"á": "dead_acute a", "é": "dead_acute e", "í": "dead_acute i", "ó": "dead_acute o", "ú": "dead_acute u",
         "É": "dead_acute E", "Á": "dead_acute A"}
GRAVE = {"à": "dead_grave a", "è": "dead_grave e"}
CIRCUMFLEX = {"ê": "dead_circumflex e", "â": "dead_circumflex a", "^": "dead_circumflex space"}
DIAERESIS = {"ü": "dead_diaeresis u", "ë": "dead_diaeresis e"}
TILDE = {"ã": "dead_tilde a", "õ": "dead_tilde o"}

US_ROWS = (
    ("` 1 2 3 4 5 6 7 8 9 0 - =", "LETTERS [ ]", "LETTERS ; ' \\", "none LETTERS , . /"),
    ("~ ! @ # $ % ^ & * ( ) _ +", "LETTERS { }", "LETTERS : \" |", "none LETTERS < > ?"),
)

LAYOUTS = {
    "us": layout(*US_ROWS, hash_usage=BACKSLASH),
    "us(intl)": layout(
        ("dead_grave 1 2 3 4 5 6 7 8 9 0 - =", "LETTERS [ ]", "LETTERS ; dead_acute \\", "none LETTERS , . /"),
        ("dead_tilde ! @ # $ % dead_circumflex & * ( ) _ +", "LETTERS { }", "LETTERS : dead_diaeresis |",
         "none LETTERS < > ?"),
        composed={**ACUTE, **GRAVE, **TILDE, **DIAERESIS, **CIRCUMFLEX, "'": "dead_acute space", "~": "dead_tilde space",
                  "`": "dead_grave space", "\"": "dead_diaeresis space"},
        hash_usage=BACKSLASH),
    "gb": layout(
        ("` 1 2 3 4 5 6 7 8 9 0 - =", "LETTERS [ ]", "LETTERS ; ' #", "\\ LETTERS , . /"),
        ("¬ ! \" £ $ % ^ & * ( ) _ +", "LETTERS { }", "LETTERS : @ ~", "| LETTERS < > ?"),
        third={"€": "4"}),
    "es": layout(
        ("º 1 2 3 4 5 6 7 8 9 0 ' ¡", "LETTERS dead_grave +", "LETTERS ñ dead_acute ç", "< LETTERS , . -"),
        ("ª ! \" · $ % & / ( ) = ? ¿", "LETTERS dead_circumflex *", "LETTERS Ñ dead_diaeresis Ç", "> LETTERS ; : _"),
        third={"\\": "º", "|": "1", "@": "2", "#": "3", "€": "e", "[": "dead_grave", "]": "+", "{": "dead_acute", "}": "ç"},
        composed={**ACUTE, **GRAVE, **CIRCUMFLEX, **DIAERESIS, "´": "dead_acute dead_acute", "`": "dead_grave space"}),
    "latam": layout(
        ("| 1 2 3 4 5 6 7 8 9 0 ' ¿", "LETTERS dead_acute +", "LETTERS ñ { }", "< LETTERS , . -"),
        ("° ! \" # $ % & / ( ) = ? ¡", "LETTERS dead_diaeresis *", "LETTERS Ñ [ ]", "> LETTERS ; : _"),
        third={"@": "q", "\\": "'", "~": "+"}, composed={**ACUTE, **DIAERESIS}),
    "de": layout(
        ("dead_circumflex 1 2 3 4 5 6 7 8 9 0 ß dead_acute", "LETTERS ü +", "LETTERS ö ä #", "< LETTERS , . -"),
        ("° ! \" § $ % & / ( ) = ? dead_grave", "LETTERS Ü *", "LETTERS Ö Ä '", "> LETTERS ; : _"), QWERTZ,
        third={"{": "7", "[": "8", "]": "9", "}": "0", "\\": "ß", "@": "q", "€": "e", "~": "+", "|": "<", "µ": "m"},
        composed={**ACUTE, **GRAVE, **CIRCUMFLEX}),
    "fr": layout(
        ("² & é \" ' ( - è _ ç à ) =", "LETTERS dead_circumflex $", "LETTERS m ù *", "< LETTERS , ; : !"),
        ("none 1 2 3 4 5 6 7 8 9 0 ° +", "LETTERS dead_diaeresis £", "LETTERS M % µ", "> LETTERS ? . / §"), AZERTY,
        third={"#": "\"", "{": "'", "[": "(", "|": "-", "\\": "_", "@": "à", "]": ")", "}": "=", "€": "e"},
        composed={**CIRCUMFLEX, **DIAERESIS}),
    "be": layout(
        ("² & é \" ' ( § è ! ç à ) -", "LETTERS dead_circumflex $", "LETTERS m ù µ", "< LETTERS , ; : ="),
        ("³ 1 2 3 4 5 6 7 8 9 0 ° _", "LETTERS dead_diaeresis *", "LETTERS M % £", "> LETTERS ? . / +"), AZERTY,
        third={"|": "&", "@": "é", "#": "\"", "{": "ç", "}": "à", "[": "dead_circumflex", "]": "$", "€": "e"},
        composed={**CIRCUMFLEX, **DIAERESIS}),
    "it": layout(
        ("\\ 1 2 3 4 5 6 7 8 9 0 ' ì", "LETTERS è +", "LETTERS ò à ù", "< LETTERS , . -"),
        ("| ! \" £ $ % & / ( ) = ? ^", "LETTERS é *", "LETTERS ç ° §", "> LETTERS ; : _"),
        third={"@": "ò", "#": "à", "[": "è", "]": "+", "€": "e"}),
    "pt": layout(
        ("\\ 1 2 3 4 5 6 7 8 9 0 ' «", "LETTERS + dead_acute", "LETTERS ç º dead_tilde", "< LETTERS , . -"),
        ("| ! \" # $ % & / ( ) = ? »", "LETTERS * dead_grave", "LETTERS Ç ª dead_circumflex", "> LETTERS ; : _"),
        third={"@": "2", "£": "3", "{": "7", "[": "8", "]": "9", "}": "0", "€": "e"},
        composed={**ACUTE, **GRAVE, **CIRCUMFLEX, **TILDE, "~": "dead_tilde space"}),
    "br": layout(
        ("' 1 2 3 4 5 6 7 8 9 0 - =", "LETTERS dead_acute [", "LETTERS ç dead_tilde ]", "\\ LETTERS , . ;"),
        ("\" ! @ # $ % dead_diaeresis & * ( ) _ +", "LETTERS dead_grave {", "LETTERS Ç dead_circumflex }",
         "| LETTERS < > :"),
        composed={**ACUTE, **GRAVE, **CIRCUMFLEX, **TILDE, **DIAERESIS},
        more={"/": ((), 0x87), "?": ((SHIFT,), 0x87)}),
    "ch": layout(
        ("§ 1 2 3 4 5 6 7 8 9 0 ' dead_circumflex", "LETTERS ü dead_diaeresis", "LETTERS ö ä $", "< LETTERS , . -"),
        ("° + \" * ç % & / ( ) = ? dead_grave", "LETTERS è !", "LETTERS é à £", "> LETTERS ; : _"), QWERTZ,
        third={"@": "2", "#": "3", "|": "7", "[": "ü", "]": "dead_diaeresis", "{": "ä", "}": "$", "\\": "<", "€": "e"},
        composed={**CIRCUMFLEX, **GRAVE, "ë": "dead_diaeresis e"}),
    "ch(fr)": layout(
        ("§ 1 2 3 4 5 6 7 8 9 0 ' dead_circumflex", "LETTERS è dead_diaeresis", "LETTERS é à $", "< LETTERS , . -"),
        ("° + \" * ç % & / ( ) = ? dead_grave", "LETTERS ü !", "LETTERS ö ä £", "> LETTERS ; : _"), QWERTZ,
        third={"@": "2", "#": "3", "[": "è", "]": "dead_diaeresis", "{": "à", "}": "$", "\\": "<", "€": "e"},
        composed=CIRCUMFLEX),
    "dk": layout(
        ("½ 1 2 3 4 5 6 7 8 9 0 + dead_acute", "LETTERS å dead_diaeresis", "LETTERS æ ø '", "< LETTERS , . -"),
        ("§ ! \" # ¤ % & / ( ) = ? dead_grave", "LETTERS Å dead_circumflex", "LETTERS Æ Ø *", "> LETTERS ; : _"),
        third={"@": "2", "£": "3", "$": "4", "{": "7", "[": "8", "]": "9", "}": "0", "|": "dead_acute", "\\": "<"},
        composed=ACUTE),
    "no": layout(
        ("| 1 2 3 4 5 6 7 8 9 0 + \\", "LETTERS å dead_diaeresis", "LETTERS ø æ '", "< LETTERS , . -"),
        ("§ ! \" # ¤ % & / ( ) = ? dead_grave", "LETTERS Å dead_circumflex", "LETTERS Ø Æ *", "> LETTERS ; : _"),
        third={"@": "2", "£": "3", "$": "4", "{": "7", "[": "8", "]": "9", "}": "0"}, composed=DIAERESIS),
    "se": layout(
        ("§ 1 2 3 4 5 6 7 8 9 0 + dead_acute", "LETTERS å dead_diaeresis", "LETTERS ö ä '", "< LETTERS , . -"),
        ("½ ! \" # ¤ % & / ( ) = ? dead_grave", "LETTERS Å dead_circumflex", "LETTERS Ö Ä *", "> LETTERS ; : _"),
        third={"@": "2", "£": "3", "$": "4", "{": "7", "[": "8", "]": "9", "}": "0", "\\": "+", "|": "<"}, composed=ACUTE),
    "nl": layout(
        ("@ 1 2 3 4 5 6 7 8 9 0 / °", "LETTERS dead_diaeresis *", "LETTERS + dead_acute <", "] LETTERS , . -"),
        ("§ ! \" # $ % & _ ( ) ' ? dead_tilde", "LETTERS dead_circumflex |", "LETTERS ± dead_grave >", "[ LETTERS ; : ="),
        composed={**ACUTE, **DIAERESIS}),
    "pl": layout(
        *US_ROWS, hash_usage=BACKSLASH,
        third={"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ń": "n", "ó": "o", "ś": "s", "ź": "x", "ż": "z"},
        third_shifted={"Ł": "l", "Ż": "z"}),
    "cz": layout(
        ("; + ě š č ř ž ý á í é = dead_acute", "LETTERS ú )", "LETTERS ů § none", "\\ LETTERS , . -"),
        ("none 1 2 3 4 5 6 7 8 9 0 % dead_caron", "LETTERS / (", "LETTERS \" ! '", "| LETTERS ? : _"), QWERTZ,
        composed={"ď": "dead_caron d", "Ž": "dead_caron Z", "ó": "dead_acute o"}),
    "hu": layout(
        ("0 1 2 3 4 5 6 7 8 9 ö ü ó", "LETTERS ő ú", "LETTERS é á ű", "í LETTERS , . -"),
        ("§ ' \" + ! % / = ( ) Ö Ü Ó", "LETTERS Ő Ú", "LETTERS É Á Ű", "Í LETTERS ? : _"), QWERTZ,
        third={"@": "v"}),
    "ru": layout(
        ("ё 1 2 3 4 5 6 7 8 9 0 - =", "й ц у к е н г ш щ з х ъ", "ф ы в а п р о л д ж э \\", "none я ч с м и т ь б ю ."),
        ("Ё ! \" № ; % : ? * ( ) _ +", "Й Ц У К Е Н Г Ш Щ З Х Ъ", "Ф Ы В А П Р О Л Д Ж Э /", "none Я Ч С М И Т Ь Б Ю ,"),
        hash_usage=BACKSLASH),
    "gr": layout(
        ("` 1 2 3 4 5 6 7 8 9 0 - =", "; ς ε ρ τ υ θ ι ο π [ ]", "α σ δ φ γ η ξ κ λ dead_acute ' \\", "none ζ χ ψ ω β ν μ , . /"),
        ("~ ! @ # $ % ^ & * ( ) _ +", ": none Ε Ρ Τ Υ Θ Ι Ο Π { }", "Α Σ Δ Φ Γ Η Ξ Κ Λ dead_diaeresis \" |",
         "none Ζ Χ Ψ Ω Β Ν Μ < > ?"),
        third={"€": "ε"}, composed={"ά": "dead_acute α", "έ": "dead_acute ε"}, hash_usage=BACKSLASH),
    "tr": layout(
        ("\" 1 2 3 4 5 6 7 8 9 0 * -", "q w e r t y u ı o p ğ ü", "a s d f g h j k l ş i ,", "< z x c v b n m ö ç ."),
        ("é ! ' none + % & / ( ) = ? _", "Q W E R T Y U I O P Ğ Ü", "A S D F G H J K L Ş İ ;",
         "> Z X C V B N M Ö Ç :"),
        third={"@": "q"}),
}

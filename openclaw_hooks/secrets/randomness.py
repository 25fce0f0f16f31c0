"""How random a string looks: by its letter pairs, its entropy, and the steps between its characters."""

from itertools import pairwise
from math import log2

# Log-odds of each letter pair aa, ab, ... zz against chance: round(5 + log2(p * 676)), clipped to 0..9, so that 5 is
# as likely as chance. Counted over the 17,811 distinct words of three to twenty letters in the identifiers, comments
# and help topics of CPython 3.11's standard library (without its tests), half a count added to each pair.
PAIR_ODDS = (
    "36763463614877261878544451644352115416335305535011417153732760664383164752104063458432712533631554532130"
    "74786653423768465988355642523456207005226305445110305132723550053542055442101161237211502332610435301030"
    "65766561202769751677161406301030001010003000203000004132623150031322035220301073458322802733740366531061"
    "75247211602453660254500030737775836254356423785531314566355241466866086665642172447424602623650756513050"
    "00100000000100002120600000736584527045657506765431506364834670454466336873315074548427802544751776534263"
    "56545441501657460666100100622071205001113202210000005123520350021441044100110032434302400231240225111320"
    "2232321030033425034412201130105000300010200000000000"
)
# What the other neighbours score on the same scale: words seldom mix letters with digits, or change case inside.
DIGIT_BESIDE_LETTER = 3.0
DIGIT_BESIDE_DIGIT = 4.4
CASE_STEP = 3.5
# More characters than this do not make the mean any surer.
ENOUGH = 160
_A = ord("a")
# However long a text is, one of more different characters than this does not repeat: hex has sixteen.
_FEW = 6
# From one character to the next when counting: 1 to 2, 9 or 0 to a or A, 9 to 0.
_COUNTING_STEPS = {1, -9, ord("a") - ord("9"), ord("A") - ord("9"), ord("a") - ord("0"), ord("A") - ord("0")}


def word_likeness(text: str) -> float:
    """Mean log-odds of neighbouring characters: about 3.1 for random letters, 5.6 and more for words.

    Measured over 4,000 random strings of 10 letters, 95 % score under 4.9; 99 % of the words of
    9 to 14 letters score over 5.0.
    """
    total = 0.0
    pairs = 0
    previous = ""
    for char in text[:ENOUGH]:
        if previous and previous.isalnum() and char.isalnum():
            pairs += 1
            total += _pair_score(previous, char)
        previous = char
    return total / pairs if pairs else 5.0


def _pair_score(left: str, right: str) -> float:
    if left.isdigit() or right.isdigit():
        return DIGIT_BESIDE_DIGIT if left.isdigit() and right.isdigit() else DIGIT_BESIDE_LETTER
    first, second = ord(left.lower()) - _A, ord(right.lower()) - _A
    if not (0 <= first < 26 and 0 <= second < 26):
        return 5.0
    if left.islower() and right.isupper():
        return CASE_STEP
    return float(PAIR_ODDS[first * 26 + second])


def entropy(text: str) -> float:
    """Shannon entropy in bits per character (Shannon 1948, section 6)."""
    length = len(text)
    counts = [text.count(char) for char in set(text)]
    return -sum(count / length * log2(count / length) for count in counts)


def is_sequence(text: str) -> bool:
    """Whether the text only repeats or counts: 12345678, abcdefgh, aaaa, 0123456789abcdef."""
    steps = {ord(right) - ord(left) for left, right in pairwise(text)}
    if len(set(text)) <= max(2, min(len(text) // 8, _FEW)) or len(steps - _COUNTING_STEPS) == 0:
        return True
    return text in (text + text)[1:-1]  # it consists of copies of a part of itself

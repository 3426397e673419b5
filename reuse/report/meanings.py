"""What verdicts say, and what they do not, in the words of every report."""

#: Of each verdict what it says.
SAYS = {
    "identical": "the same words from beginning to end",
    "near-duplicate": "four fifths of the source or more stand in the page, word for word",
    "spun": "the page tells the same things in the same order as the source, mostly in other words",
    "excerpt": "a part of the source stands in the page, word for word or retold",
    "quotation": "what is shared is mostly quoted speech, stock text, or owed to common sources: no accusation",
    "independent": "no more is shared than independent reports of one event share: no accusation",
}
#: And what it does not.
DOES_NOT_SAY = {
    "identical": "who was first",
    "near-duplicate": "that the page has nothing else",
    "spun": "how the rewriting was done",
    "excerpt": "that the part is long enough to matter in law",
    "quotation": "that the quotations were gathered independently",
    "independent": "that the authors never read each other",
}
#: What none of them says.
CAVEAT = (
    "A verdict says what the texts show. It does not say who copied from whom, whether there is a licence, or "
    "what follows from it in law. Two papers that print the same agency report look like copies of each other."
)


def sentence(verdict: str) -> str:
    """Return what a verdict says as a sentence.

    Examples
    --------
    >>> sentence("identical")
    'The same words from beginning to end.'
    """
    says = SAYS[verdict]
    return f"{says[0].upper()}{says[1:]}."

"""Texts, as of old."""


def text_to_word_sequence(text, filters='!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', lower=True, split=" "):
    """The words of a text."""
    text = text.lower() if lower else text
    return [word for word in text.translate(str.maketrans({c: split for c in filters})).split(split) if word]

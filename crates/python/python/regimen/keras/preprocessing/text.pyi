"""Written by crates/python/make_stubs.py."""

from numpy.typing import NDArray
from typing import Any

class Tokenizer:
    """Numbers the words of texts, the most frequent first; turns texts into numbers and matrices."""
    document_count: Any
    word_index: dict[str, int]
    index_word: dict[int, str]
    num_words: Any
    filters: Any
    lower: Any
    split: Any
    char_level: Any
    oov_token: Any
    analyzer: Any
    word_counts: dict[str, int]
    word_docs: Any
    index_docs: Any
    def __init__(self, num_words: int | None = None, filters: str = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', lower: bool = True, split: Any = ' ', char_level: bool = False, oov_token: Any = None, analyzer: Any = None, **kwargs: Any) -> None: ...
    def fit_on_texts(self, texts: Any) -> Any:
        """Counts the words of texts (each a text, or a list of words) and numbers them."""
    def fit_on_sequences(self, sequences: Any) -> Any:
        """Counts in how many sequences each number is; `tfidf` needs it where no texts were seen."""
    def texts_to_sequences(self, texts: Any) -> list[list[int]]:
        """Texts as lists of numbers; words that are not known, or too rare, are left out or become `oov_token`."""
    def texts_to_sequences_generator(self, texts: Any) -> Any:
        """`texts_to_sequences`, one after the other."""
    def sequences_to_texts(self, sequences: Any) -> Any:
        """Lists of numbers as texts, words with a space between them."""
    def sequences_to_texts_generator(self, sequences: Any) -> Any:
        """`sequences_to_texts`, one after the other."""
    def texts_to_matrix(self, texts: Any, mode: str = 'binary') -> NDArray[Any]:
        """A row for each text, a column for each word: "binary", "count", "freq" or "tfidf"."""
    def sequences_to_matrix(self, sequences: Any, mode: str = 'binary') -> Any:
        """`texts_to_matrix` of lists of numbers."""
    def get_config(self) -> dict[str, Any]:
        """Options, and the counts as JSON."""
    def to_json(self, **kwargs: Any) -> Any:
        """All of it as JSON; `tokenizer_from_json` reads it. An `analyzer` is not written."""

def base_filter() -> Any:
    """The characters that are no part of a word, as Keras 1 gave them."""
def hashing_trick(text: Any, n: Any, hash_function: Any = None, filters: str = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', lower: bool = True, split: Any = ' ', analyzer: Any = None) -> Any:
    """Words as numbers from 1 to n - 1, by a hash: a function, "md5" (the same everywhere), or None for Python's."""
def one_hot(input_text: Any, n: Any, filters: str = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', lower: bool = True, split: Any = ' ', analyzer: Any = None) -> Any:
    """Words as numbers below n, by Python's `hash`: another in each process, where PYTHONHASHSEED is not set."""
def text_to_word_sequence(input_text: Any, filters: str = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', lower: bool = True, split: Any = ' ') -> Any:
    """The words of a text."""
def tokenizer_from_json(json_string: str) -> Any:
    """A tokenizer from the JSON of `to_json()`, of this package or of Keras."""

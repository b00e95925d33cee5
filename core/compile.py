"""The text a model reads, made of a shot's sections, the film's style and the assets. Equal inputs, equal text.

Each part of the text knows the field it comes from, so that an interface can point there and a provider's complaint
can be traced. `core.shorten` makes a text fit a limit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from . import terms
from .asset import Asset, ShotAsset, Variant
from .dialect import PLAIN, Dialect, Mention
from .prompt import CompiledPrompt, FilmStyle, Prompt, Span, TagUse
from .tags import tags_in
from .text import clean, sentence_ends

__all__ = ["compile_prompt", "light_words"]

SEPARATOR, HEADING, CAMERA = "separator", "heading", "camera"

_LABELS = {value: label for value, label, _ in terms.SECTIONS}
_HOME = {"character": "subject", "prop": "subject", "location": "location", "style": "style"}
"""The section that describes an asset of a kind when no section names it. A voice is only heard."""

_LIGHTS: tuple[tuple[int, str], ...] = (
    (2000, "candlelight"),
    (3600, "tungsten"),
    (4600, "fluorescent"),
    (5300, "low sun"),
    (6200, "daylight"),
    (7200, "overcast"),
    (10000, "open shade"),
)
"""Kelvin up to which a light is called so: candle 1850, incandescent and studio lamps 2400 to 3400, cool fluorescent
and moonlight about 4100, horizon daylight 5000, daylight and flash 5500 to 6000, overcast 6500, clear sky above it.
Source: the table of https://en.wikipedia.org/wiki/Color_temperature; the borders between them are ours."""

_POSSESSIVE = re.compile("['\u2019]s?(?![A-Za-z])")
"""An apostrophe alone too: `@chris' hat`. Where it ends a quotation, a description stands just as well behind it."""
_ENDED = re.compile(
    "[.!?\u2026,;:\u3002\uff01\uff1f\uff0c\uff1b\uff1a\u3001\u060c\u061b\u061f\u06d4\u0964][\"'\u201d\u2019\u00bb)\\]\u300d\u300f]*$"
)
_BEGINS = re.compile("[.!?\u2026][\"'\u201d\u2019\u00bb)\\]]* $")
_STOP = ".\u3002\u0964\u06d4 "
_NOT = r"(?:no(?! one\b| matter\b|\.? ?[0-9])|not|never|without|avoid|do not|don['\u2019]t)\b:? *"
_FORBIDS = re.compile(_NOT, re.IGNORECASE)
_EACH_NOT = re.compile(rf"(^|[,;] +(?:and +|or +)?|\b(?:and|or) +){_NOT}", re.IGNORECASE)
_STILL_DENIES = re.compile(
    r"\b(?:no|not|never|without|nobody|none|nothing|nowhere|neither|nor)\b|n['\u2019]t\b", re.IGNORECASE
)
"""A sentence that says no once more means something else without its first no."""
_NO_THING = re.compile(r"(?:(?:again|ever|more|longer|yet|now|here|there|way|please)[,;: ]*)+", re.IGNORECASE)
"""What a picture can't be kept free of: the rest of "Never again!"."""

_INLINE = 80
"""Characters of a description that can stand behind a name without losing the sentence; a longer one gets its own."""


class _Piece(NamedTuple):
    text: str
    source: str


_Block = list[_Piece]
"""A field's part of a section: one or more sentences."""


def compile_prompt(
    prompt: Prompt,
    style: FilmStyle,
    assets: Sequence[Asset],
    cast: Sequence[ShotAsset],
    camera: str,
    dialect: Dialect = PLAIN,
) -> CompiledPrompt:
    """The text of a shot in a dialect. Equal inputs give an equal text.

    `camera` are words derived from the real camera, used where the CAMERA section is empty. An asset is described
    where it is named first and goes by its name later; one of the cast, or one that the camera sees, that nothing
    typed names is described in the section of its kind. A long description is a sentence of its own, at the end of the
    section that names the asset first. Of two assets with one tag the first counts. The dialect's
    limit is not applied.
    """
    book = _Book(assets, cast, dialect)
    texts = _texts(prompt, style, camera)
    book.plan(texts)
    text, negative = _Text(), _Text()
    for section in dialect.order:
        blocks, owed = _typed(book, texts[section])
        if section == "style":
            blocks = [*blocks[:2], *_look(style, book), *blocks[2:], *_shutter(style)]
        if section == "constraints":
            blocks, forbidden = _constraints(prompt, book, blocks, dialect)
            negative.items(forbidden, section)
        blocks += [*owed, *book.owed()]
        for tag in book.unnamed(section):
            alone = book.write(f"@{tag}", f"asset.{tag}.name")
            blocks += book.owed() or [alone]
        text.section(section, [block for block in blocks if _said(block)], dialect)
    return CompiledPrompt(
        dialect=dialect.name,
        text=text.text,
        negative=negative.text,
        spans=text.spans,
        negative_spans=negative.spans,
        tags=tuple(book.used.values()),
        unknown=tuple(book.unknown),
    )


def _typed(book: _Book, texts: list[tuple[str, str]]) -> tuple[list[_Block], list[_Block]]:
    """What a section says, a block for each text, and the descriptions that stand at its end."""
    blocks: list[_Block] = []
    owed: list[_Block] = []
    for text, source in texts:
        block = book.write(text, source)
        own = book.owed()
        alone = own and text.rstrip(_STOP).lower() == f"@{tags_in(text)[0].tag}"
        blocks.append(own.pop(0) if alone else block)
        owed += own
    return blocks, owed


def light_words(kelvin: int) -> str:
    """How a white balance is said: `3000 K tungsten`."""
    return f"{kelvin} K {next((word for most, word in _LIGHTS if kelvin <= most), 'blue sky')}"


def _texts(prompt: Prompt, style: FilmStyle, camera: str) -> dict[str, list[tuple[str, str]]]:
    """By section the texts that may name assets, each with its source."""
    texts = {name: [(clean(str(getattr(prompt, name))), f"shot.{name}")] for name in terms.values(terms.SECTIONS)}
    if not texts["camera"][0][0]:
        texts["camera"] = [(clean(camera), CAMERA)]
    lens = clean(style.lens)
    if lens and "lens" not in lens.lower():
        lens = f"Lenses: {lens}"
    texts["style"] = [(clean(style.prefix), "film.prefix"), *texts["style"], (lens, "film.lens")]
    return texts


# -- assets -------------------------------------------------------------------------------------------


class _Book:
    """The assets of one text: which there are, and what is said where one is named."""

    def __init__(self, assets: Sequence[Asset], cast: Sequence[ShotAsset], dialect: Dialect) -> None:
        self._known = {asset.tag: asset for asset in reversed(assets)}
        self._cast = {each.tag: each for each in reversed(cast)}
        self._asked = tuple(dict.fromkeys(each.tag for each in cast))
        self._tag = dialect.tag
        self._order = dialect.order
        self._named: set[str] = set()
        self._numbers: dict[str, tuple[int, int]] = {}
        self._owed: list[_Block] = []
        self.used: dict[str, TagUse] = {}
        self.unknown: dict[str, None] = {}

    def plan(self, texts: dict[str, list[tuple[str, str]]]) -> None:
        """Find what is used, in the order in which the text will name it."""
        named = {s: [(t.tag, source) for text, source in texts[s] for t in tags_in(text)] for s in self._order}
        mentioned = {section: [tag for tag, source in each if source != CAMERA] for section, each in named.items()}
        typed = {tag for tags in mentioned.values() for tag in tags}
        seen = (tag for each in named.values() for tag, source in each if source == CAMERA)
        self._asked = tuple(dict.fromkeys((*self._asked, *seen)))
        for section in self._order:
            silent = [t for t in self._asked if t not in typed and self._home(t) == section]
            for tag in [*mentioned[section], *silent]:
                self._use(tag, tag in typed)
        for tag in self._asked:
            self._use(tag, mentioned=False)
        picture = 1
        for number, use in enumerate((use for use in self.used.values() if use.pictures), 1):
            self._numbers[use.tag] = (number, picture)
            picture += len(use.pictures)

    def _home(self, tag: str) -> str:
        asset = self._known.get(tag)
        return _HOME.get(asset.kind, "") if asset else ""

    def _use(self, tag: str, mentioned: bool) -> None:
        asset = self._known.get(tag)
        if asset is None:
            self.unknown[tag] = None
        elif tag not in self.used:
            variants = self._variants(asset)
            chosen = tuple(picture for variant in variants for picture in variant.pictures)
            self.used[tag] = TagUse(
                tag=tag,
                asset=asset.id,
                kind=asset.kind,
                name=self.name(tag),
                mentioned=mentioned,
                variants=tuple((variant.kind, variant.name) for variant in variants),
                pictures=chosen or asset.pictures,
                sound=asset.sound,
            )

    def _variants(self, asset: Asset) -> list[Variant]:
        chosen = self._cast[asset.tag].chosen if asset.tag in self._cast else ()
        return [variant for kind, name in chosen if (variant := asset.variant(kind, name))]

    def name(self, tag: str) -> str:
        """What an asset is called in a text."""
        return clean(self._known[tag].name) or tag

    def shown(self) -> Iterator[tuple[str, Asset, list[Variant]]]:
        """What is used: tag, asset and chosen variants, in order of appearance."""
        for tag in self.used:
            yield tag, self._known[tag], self._variants(self._known[tag])

    def unnamed(self, section: str) -> list[str]:
        """The assets of the cast that a section describes because nothing names them."""
        return [tag for tag, use in self.used.items() if not use.mentioned and self._home(tag) == section]

    def own_words(self, text: str) -> str:
        """An asset's own text, with names where it names others; without the stop at its end."""
        text = clean(text)
        parts: list[str] = []
        done = 0
        for found in tags_in(text):
            if found.tag not in self._known:
                self.unknown[found.tag] = None
            word = self.name(found.tag) if found.tag in self._known else text[found.start + 1 : found.end]
            parts += (text[done : found.start], word)
            done = found.end
        return "".join((*parts, text[done:])).rstrip(_STOP)

    def write(self, text: str, source: str, sentence: bool = True) -> _Block:
        """A text with names and descriptions where it names assets; of sentences, or a part of one."""
        block: _Block = []
        done = 0
        for found in tags_in(text):
            block.append(_Piece(text[done : found.start], source))
            before, done = text[max(0, found.start - 4) : found.start], found.end
            if found.tag in self._known:
                behind = text[done : done + 3]
                possessive = _POSSESSIVE.match(behind)
                ending = possessive[0] if possessive else ""
                done += len(ending)
                begins = sentence and (not before or _BEGINS.search(before) is not None)
                name = self.called(found.tag, begins)
                block += self._mention(found.tag, name, _Piece(ending, source), behind)
            else:
                block.append(_Piece(text[found.start + 1 : found.end], source))
        block.append(_Piece(text[done:], source))
        return block

    def owed(self) -> list[_Block]:
        """The descriptions that are too long to stand inside of what was written, a sentence each."""
        owed, self._owed = self._owed, []
        return owed

    def called(self, tag: str, begins: bool = True) -> _Piece:
        """An asset's name, with a capital where a sentence begins; or its tag as the dialect writes it."""
        name = self.name(tag)
        name = name[:1].upper() + name[1:] if begins else name
        first = tag not in self._named
        if self._tag:
            words = [_Piece(name, ""), *(self._description(tag) if first else [])]
            number, picture = self._numbers.get(tag, (0, 0))
            told = ", ".join(piece.text for piece in words if piece.source != SEPARATOR)
            token = self._tag(Mention(self.used[tag], told, first, number, picture))
            if token is not None:
                return _Piece(clean(token), f"asset.{tag}.tag")
        return _Piece(name, f"asset.{tag}.name")

    def _mention(self, tag: str, name: _Piece, possessive: _Piece, behind: str) -> _Block:
        """What stands for a tag; `behind` are the next characters of the text."""
        plain = name.source == f"asset.{tag}.name"
        words = self._description(tag) if plain and tag not in self._named else []
        self._named.add(tag)
        if words and sum(len(piece.text) for piece in words) > _INLINE:
            called = name._replace(text=name.text[:1].upper() + name.text[1:])
            self._owed.append([called, _Piece(": ", SEPARATOR), *words])
            words = []
        if not words:
            return [name, possessive]
        if possessive.text or not _apposes(words, behind):
            return [name, possessive, _Piece(" (", SEPARATOR), *words, _Piece(")", SEPARATOR)]
        goes_on = behind[:1] == " " and unicodedata.category(behind[1:2] or ".") not in ("Pd", "Ps")
        return [name, _Piece(", ", SEPARATOR), *words, _Piece("," if goes_on else "", SEPARATOR)]

    def _description(self, tag: str) -> _Block:
        """What an asset is and how it is here, divided by commas."""
        asset = self._known[tag]
        found = [_Piece(self.own_words(asset.description), f"asset.{tag}.description")]
        found += [
            _Piece(self.own_words(variant.description), f"asset.{tag}.variant.{variant.name}")
            for variant in self._variants(asset)
        ]
        words = [piece for piece in found if piece.text]
        return [each for piece in words for each in (_Piece(", ", SEPARATOR), piece)][1:]


def _apposes(words: _Block, behind: str) -> bool:
    """Whether a description can stand between commas: it is no sentence, and its name is a word of its own here."""
    if any(len(list(sentence_ends(piece.text))) > 1 for piece in words):
        return False
    return not behind or behind[0] == " " or unicodedata.category(behind[0]) in ("Po", "Pe", "Pf")


# -- sections that are not only typed -------------------------------------------------------------------


def _look(style: FilmStyle, book: _Book) -> Iterator[_Block]:
    """Palette and white balance."""
    colours = [(each.share, clean(each.name) or clean(each.colour)) for each in style.palette]
    shares = ", ".join(f"{share:g} % {name}" for share, name in colours if name)
    if shares:
        yield [_Piece(f"Palette {shares}", "film.palette")]
    kelvin, source = style.white_balance, "film.white_balance"
    lights = [
        (asset.kind != "location", variant.white_balance, f"asset.{tag}.variant.{variant.name}.white_balance")
        for tag, asset, variants in book.shown()
        for variant in variants
        if variant.kind == "light" and variant.white_balance
    ]
    if lights:  # the place's light goes before a lamp's
        _, kelvin, source = min(lights, key=lambda light: light[0])
    if kelvin:
        yield [_Piece(f"{light_words(kelvin)} white balance", source)]


def _shutter(style: FilmStyle) -> Iterator[_Block]:
    if style.shutter:
        yield [_Piece(f"{style.shutter:g}\u00b0 shutter", "film.shutter")]


def _constraints(
    prompt: Prompt, book: _Book, typed: list[_Block], dialect: Dialect
) -> tuple[list[_Block], list[_Block]]:
    """What goes into the section, and what into a field of its own for what must not be."""
    blocks, forbidden = typed, list[_Block]()
    if dialect.negative:
        blocks, forbidden = _divided(clean(prompt.constraints), book)
    for tag, source, words in _must_not(book):
        if dialect.negative:
            forbidden.append([book.called(tag, begins=False), _Piece(f" as {words}", source)])
        else:
            blocks.append([book.called(tag), _Piece(f" must not be: {words}", source)])
    if prompt.repeat_identity:
        for tag, asset, _ in book.shown():
            facts = ", ".join(filter(None, map(book.own_words, asset.identity)))
            if facts:
                blocks.append([book.called(tag), _Piece(f" keeps: {facts}", f"asset.{tag}.identity")])
    return blocks, forbidden


def _must_not(book: _Book) -> Iterator[tuple[str, str, str]]:
    """Tag, source and words of all that assets and their chosen variants must not be."""
    for tag, asset, variants in book.shown():
        found = [(f"asset.{tag}.must_not", asset.must_not)]
        found += [(f"asset.{tag}.variant.{variant.name}.must_not", variant.must_not) for variant in variants]
        for source, text in found:
            if words := book.own_words(text):
                yield tag, source, words


def _divided(text: str, book: _Book) -> tuple[list[_Block], list[_Block]]:
    """The sentences of the typed constraints that say what has to be, and what those forbid that begin with a no.

    One whose no can't be taken away without a doubt stays whole, with what has to be.
    """
    blocks: list[_Block] = []
    forbidden: list[_Block] = []
    start = 0
    for end in sentence_ends(text):
        sentence = text[start:end].strip(" ")
        start = end
        words = _EACH_NOT.sub(r"\1", sentence).rstrip(f"{_STOP}!") if _FORBIDS.match(sentence) else ""
        if words and not _STILL_DENIES.search(words) and not _NO_THING.fullmatch(words):
            forbidden.append(book.write(words, "shot.constraints", sentence=False))
        else:
            blocks.append(book.write(sentence, "shot.constraints"))
    return blocks, [block for block in forbidden if _said(block)]


def _said(block: _Block) -> bool:
    return any(piece.text for piece in block)


# -- text with its map ----------------------------------------------------------------------------------


class _Text:
    """A text that grows, and where each part of it comes from."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._ends: list[tuple[int, str, str]] = []
        self._length = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def spans(self) -> tuple[Span, ...]:
        starts = (0, *(end for end, _, _ in self._ends))
        ends = zip(starts, self._ends, strict=False)
        return tuple(
            Span(start=start, end=end, source=source, section=section) for start, (end, source, section) in ends
        )

    def add(self, pieces: Iterable[_Piece], section: str = "") -> None:
        """Put pieces behind what there is."""
        for text, source in pieces:
            if not text:
                continue
            self._parts.append(text)
            self._length += len(text)
            if self._ends and self._ends[-1][1:] == (source, section):
                self._ends.pop()
            self._ends.append((self._length, source, section))

    def section(self, section: str, blocks: list[_Block], dialect: Dialect) -> None:
        """A section of sentences; nothing when there is none."""
        if not blocks:
            return
        if self._parts:
            self.add([_Piece(dialect.between, SEPARATOR)])
        if dialect.headings:
            self.add([_Piece(f"{_LABELS[section].upper()}\n", HEADING)], section)
        for index, block in enumerate(blocks):
            end = "".join(piece.text for piece in block)[-8:]
            self.add([_Piece(" " if index else "", SEPARATOR)], section)
            self.add([*block, _Piece("" if _ENDED.search(end) else ".", SEPARATOR)], section)

    def items(self, blocks: list[_Block], section: str) -> None:
        """What must not be, divided by commas."""
        for block in blocks:
            self.add([_Piece(", " if self._parts else "", SEPARATOR)])
            self.add(block, section)

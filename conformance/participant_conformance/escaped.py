"""What escaped from an implementation, in words: foreign exceptions, whose own texts may fail.

Owns what is read of them. It must not know whose they are or what becomes of them.
"""

from __future__ import annotations

#: Errors in a chain of causes that are looked at.
_LINKS = 20


def said(error: BaseException) -> str:
    """Return the text of an error."""
    try:
        return str(error)
    except Exception as worse:  # noqa: BLE001 - the text of an error is foreign code too
        return f"(its text raised {type(worse).__name__})"


def printed(error: BaseException) -> tuple[str, ...]:
    """Return what a traceback prints of an error and of those that led to it, without the frames."""
    texts: list[str] = []
    link: BaseException | None = error
    while link is not None and len(texts) < _LINKS:
        notes = vars(link).get("__notes__")
        texts += [said(link), *(note for note in (notes if isinstance(notes, list) else ()) if isinstance(note, str))]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return tuple(texts)


def place(error: BaseException, *, harness: str) -> str:
    """Name the innermost frame by its module, never by a path: ``package.module:12 in function``.

    Nothing where that is the module ``harness``, which called.
    """
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or last.tb_frame.f_globals.get("__name__") == harness:
        return ""
    frame = last.tb_frame
    return f"{frame.f_globals.get('__name__', '?')}:{last.tb_lineno} in {frame.f_code.co_name}"

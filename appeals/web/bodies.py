"""What arrives in a body: fields in UTF-8, or nothing at all."""

from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

URLENCODED = "application/x-www-form-urlencoded"


class Parser(FormDataParser):
    """Werkzeug's, but a field that is not UTF-8 is refused instead of altered, and size counts without files too."""

    def parse(self, stream: IO[bytes], mimetype: str, *rest: Any, **named: Any) -> Any:
        """Stream, fields, files. Raises BadRequest, RequestEntityTooLarge."""
        if mimetype != URLENCODED:
            return super().parse(stream, mimetype, *rest, **named)
        body = stream.read(-1 if self.max_form_memory_size is None else self.max_form_memory_size + 1)
        if self.max_form_memory_size is not None and len(body) > self.max_form_memory_size:
            raise RequestEntityTooLarge
        try:
            fields = parse_qsl(
                body.decode(), keep_blank_values=True, errors="strict", max_num_fields=self.max_form_parts
            )
        except ValueError as error:
            raise BadRequest from error
        return stream, self.cls(fields), self.cls()


class StrictRequest(Request):
    """A request whose body is read by Parser."""

    form_data_parser_class = Parser


def init_app(app: Flask) -> None:
    """Read all bodies this way."""
    app.request_class = StrictRequest

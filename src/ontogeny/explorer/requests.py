"""What the page may ask of the server, with the bounds of every number: the models that each request has to fit."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .page_files import MOST_CELLS

MOST_NAMES = 2000  # items, or features
MOST_BYTES = 8_000_000  # of a request
LONGEST_NAME = 500

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]
Cell = Annotated[float, Field(allow_inf_nan=False, ge=-1e150, le=1e150)]


class Asked(BaseModel):
    """A request: nothing but what it names, and numbers that are numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(Asked):
    """A table of items and features, each item its own input."""

    items: Names = Field(min_length=2)
    features: Names = Field(min_length=1)
    values: list[list[Cell]] = Field(max_length=MOST_NAMES)

    @model_validator(mode="after")
    def _fits(self) -> Table:
        if len(self.items) * len(self.features) > MOST_CELLS:
            raise ValueError(f"has more than {MOST_CELLS} cells")
        if len(self.values) != len(self.items) or any(len(row) != len(self.features) for row in self.values):
            raise ValueError("has rows of other lengths than it has names")
        if len(set(self.items)) < len(self.items) or len(set(self.features)) < len(self.features):
            raise ValueError("has a name twice")
        return self


class Course(Asked):
    """The course of learning in a world."""

    world: Table
    depth: int = Field(ge=1, le=20)
    initial_strength: float = Field(gt=0, le=1e6, allow_inf_nan=False)
    until: float = Field(gt=0, le=1e9, allow_inf_nan=False)


class Training(Course):
    """Trained networks in the same world."""

    networks: int = Field(default=2, ge=1, le=4)


class SharedInputs(Course):
    """The same world, with inputs that any two items share."""

    overlap: float = Field(ge=0, le=0.99)


class Upload(Asked):
    """The name of a file, without a folder; its content is the body of the request."""

    name: Annotated[str, Field(min_length=1, max_length=200)]

    @field_validator("name")
    @classmethod
    def _is_plain(cls, name: str) -> str:
        if any(sign in name for sign in "/\\\0") or name.startswith(".") or not name.isprintable():
            raise ValueError("is no plain name of a file")
        return name


class Samples(Upload):
    """A file of samples, and the column that is to be predicted from the others."""

    target: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


def sentence(error: ValidationError) -> str:
    """The first thing that is wrong with a request.

    >>> try:
    ...     Upload(name="../zoo.csv")
    ... except ValidationError as error:
    ...     print(sentence(error))
    name is no plain name of a file
    """
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the request"
    words = first["msg"].removeprefix("Value error, ")
    return f"{where} {words}" if words.startswith(("is ", "has ")) else f"{where}: {words[:1].lower()}{words[1:]}"

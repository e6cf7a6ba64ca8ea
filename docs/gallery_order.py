"""The order of the gallery's figures: by their numbers, 2 before 10."""

from ontogeny._core.places import natural


class ByNumber:
    """A sort key of sphinx-gallery."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, file_name):
        """Key of one script."""
        return natural(file_name)

    def __repr__(self):
        return "<ByNumber>"

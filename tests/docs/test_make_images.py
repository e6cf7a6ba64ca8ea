"""The pictures of the README and of the first page: drawn from runs, and there."""

import make_images


def test_the_picture_is_drawn_from_a_run_and_is_the_one_that_is_shown(tmp_path):
    make_images.stages_and_beliefs(tmp_path)  # asserts what it claims
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert drawn == sorted(path.name for path in make_images.IMAGES.iterdir())
    for page in ("README.md", "docs/index.md"):
        text = (make_images.IMAGES.parents[1] / page).read_text(encoding="utf-8")
        assert all(f"images/{name})" in text for name in drawn)

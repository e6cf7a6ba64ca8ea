import re

import make_api


def test_pages_list_the_names_of_the_faces_and_each_page_says_what_its_room_is_for():
    for room in make_api.rooms():
        text = make_api.page(room)
        assert text.startswith(f"# `ontogeny.{room}`\n\n```{{eval-rst}}\n.. automodule:: ontogeny.{room}\n")
        described = re.findall(r"^\.\. auto(?:function|class):: (\S+)$", text, re.MULTILINE)
        assert described and len(set(described)) == len(described)
    assert 100 < len(make_api.doors()) < 400  # grows with the wings


def test_the_doors_that_matter_most_stand_first():
    listed = re.findall(r"^   ~ontogeny\.(\S+)$", make_api.face(), re.MULTILINE)
    assert listed[:3] == ["predict", "simulate", "networks.evolve"]


def test_what_is_defined_inside_a_room_is_known_by_the_name_at_its_door():
    doors = make_api.doors()
    assert doors["ontogeny.semantics.typical_items.typicality"] == "ontogeny.semantics.typicality"
    assert doors["ontogeny.workflows.prediction.predict"] == "ontogeny.predict"


def test_functions_for_other_laws_are_not_listed():
    from ontogeny.modes import deep

    assert "clock" not in make_api.public_names(deep) and "mode_strength" in make_api.public_names(deep)


def test_records_that_no_face_promises_are_described_beside_the_functions_that_return_them():
    assert "ontogeny.networks.evolution.Evolution" in make_api.returned("networks")

"""Newick strings: what is read, and the sentence that each malformed one gets."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import Taxonomy
from ontogeny.taxonomies.newick import read_newick


def test_labels_lengths_and_comments_are_read():
    tree = Taxonomy.from_newick("(('Mr. O''Robin':0.5,pale_canary:1e-1)[two of them]bird:2,\n salmon) animal :7;")
    assert tree.names == ("animal", "bird", "Mr. O'Robin", "pale canary", "salmon")
    np.testing.assert_array_equal(tree.branch_length, [7, 2, 0.5, 0.1, np.nan])
    assert tree.parent.tolist() == [-1, 0, 1, 1, 0]


def test_unnamed_groups_are_named_by_their_items():
    assert Taxonomy.from_newick("((a,b),(c,d,e));").names[:2] == ("a, b + 3", "a, b")
    assert Taxonomy.from_newick("((a),b);").names[:2] == ("a, b", "a alone")


def test_a_tree_a_thousand_branches_deep_is_read():
    text = "(" * 1500 + "a" + "".join(f",b{i})" for i in range(1500)) + ";"
    tree = Taxonomy.from_newick(text)
    assert (tree.depth, len(tree.items)) == (1500, 1501)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"does not end within its 0 characters.*write ';'"),
        ("(a,b)", r"does not end within its 5 characters.*write ';'"),
        ("(a,b;", r"ends at character 5 with 1 group\(s\) still open.*close each"),
        ("a,b;", r"text is not a tree in Newick format: there is a ',' at character 2, outside of all groups"),
        ("(a,b));", r"a '\)' at character 6, outside"),
        ("(a,,b);", r"an item without a name ends at character 4"),
        ("(a,b,);", r"an item without a name ends at character 6"),
        (";", r"an item without a name ends at character 1"),
        ("(a b,c);", r"a second name, 'b', at character 4.*comma"),
        ("(a:1 b,c);", r"a second name, 'b', at character 6"),
        ("x(a,b);", r"a group opens at character 2 where a name has already ended"),
        ("(a,b)(c,d);", r"a group opens at character 6"),
        ("(a:x,b);", r"colon at character 3 is followed by 'x'.*branch length"),
        ("(a:,b);", r"colon at character 3 is followed by ','"),
        ("(a:inf,b);", r"colon at character 3 is followed by 'inf'"),
        ("(a:1:2,b);", r"a second branch length at character 5"),
        ("(a,b):", r"colon at character 6 is followed by the end"),
        ("(a,b); (c,d);", r"more after the tree, at character 8"),
        ("('a,b);", r"a quoted name opens at character 2 without its counterpart"),
        ("(a[note,b);", r"a comment opens at character 3 without its counterpart"),
        ("(a]note,b);", r"a comment closes at character 3 without its counterpart"),
    ],
)
def test_what_is_no_tree_gets_a_sentence_with_the_position(text, sentence):
    with pytest.raises(InputError, match=sentence):
        read_newick(text)


def test_something_else_than_text_is_refused():
    with pytest.raises(InputError, match="text is of type int, but a str is needed"):
        read_newick(3)

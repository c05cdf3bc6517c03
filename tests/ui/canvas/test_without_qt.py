"""What the canvas decides without Qt: routes, places, wires, alignment, the way of the arrow keys."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnnstudio.core.network import Edge, Network
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import alignment, geometry, placing, returning, routing, walking, wiring
from cnnstudio.ui.canvas.diagram import Diagram
from cnnstudio.ui.canvas.geometry import Rect, card_rect, input_port, output_port
from cnnstudio.ui.canvas.quick_add import choices, matching
from cnnstudio.ui.canvas.spatial import SpatialIndex
from tests.ui.canvas.conftest import chain, node


@pytest.mark.parametrize(
    "name",
    ["diagram", "routing", "returning", "placing", "wiring", "walking", "alignment", "spatial", "clipboard"],
)
def test_the_decisions_need_no_qt(name: str) -> None:
    source = f"cnnstudio/ui/canvas/{name}.py"
    code = f"import ast; t = ast.parse(open({source!r}, encoding='utf-8').read()); print([n for n in ast.walk(t) if isinstance(n, (ast.Import, ast.ImportFrom)) and 'PySide6' in ast.unparse(n)])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_index_finds_what_was_put_where_it_is_now() -> None:
    index: SpatialIndex[str] = SpatialIndex()
    index.put("a", Rect(0, 0, 10, 10))
    index.put("b", Rect(5000, 5000, 5010, 5010))
    assert index.near(Rect(0, 0, 20, 20)) == ["a"]
    index.put("a", Rect(5000, 5000, 9000, 9000))
    assert index.near(Rect(0, 0, 20, 20)) == []
    assert index.near(Rect(5005, 5005, 5006, 5006)) == ["a", "b"]
    index.discard("a")
    assert index.near(Rect(-1e5, -1e5, 1e5, 1e5)) == ["b"]


def test_a_wire_straight_down_is_a_straight_line() -> None:
    course = routing.route((0, 0), (0, 300), [])
    assert routing.flattened(course)[0] == (0, 0)
    assert all(x == 0 for x, _ in routing.flattened(course))


def test_a_long_wire_goes_round_what_stands_in_its_way() -> None:
    obstacle = card_rect(-104, 200)
    course = routing.route((0, 64), (0, 500), [obstacle])
    assert routing.is_clear(course, [obstacle])
    assert (course[0], course[-1]) == ((0, 64), (0, 500))


def test_a_wire_to_a_card_above_still_leaves_downward_and_enters_from_above() -> None:
    course = routing.direct((0, 500), (300, 0))
    assert course[1][1] > 500
    assert course[2][1] < 0


def test_a_wire_to_a_card_above_runs_round_all_cards() -> None:
    column = [geometry.card_rect(0, 104 * row) for row in range(6)]
    beside = [geometry.card_rect(248, 104 * row) for row in range(1, 4)]
    for target in (column[0], beside[0], beside[1]):
        start, end = (104.0, column[5].bottom), ((target.left + target.right) / 2, target.top)
        course = returning.returning(start, end, [*column, *beside])
        assert routing.is_clear(course, [*column, *beside])
        points = routing.flattened(course)
        assert points[0] == start
        assert points[-1] == end
        assert points[1][1] > start[1], "it leaves downward"
        assert points[-2][1] < end[1], "it enters from above"


def test_a_wire_to_a_card_above_takes_the_nearest_side() -> None:
    lower, upper = geometry.card_rect(0, 400), geometry.card_rect(0, 0)
    course = returning.returning((104, 464), (104, 0), [lower, upper])
    assert max(x for x, _ in routing.flattened(course)) <= lower.right + 30


def test_a_point_is_as_far_from_a_wire_as_it_looks() -> None:
    points = routing.flattened(routing.direct((0, 0), (0, 100)))
    assert routing.distance(points, 7, 50) == pytest.approx(7)


@pytest.fixture
def diagram() -> Diagram:
    made = Diagram()
    made.put_card("a", 0, 0, 0)
    made.put_card("b", 0, 104, 2)
    made.put_wire(Edge(source="a", target="b"), 0)
    made.route([Edge(source="a", target="b")])
    return made


def test_ports_come_before_cards_and_cards_before_wires(diagram: Diagram) -> None:
    assert diagram.hit(*output_port(0, 0)).kind == "output"
    first = diagram.hit(*input_port(0, 104, 0, 2))
    assert (first.kind, first.port, first.edge) == ("input", 0, Edge(source="a", target="b"))
    second = diagram.hit(*input_port(0, 104, 1, 2))
    assert (second.kind, second.port, second.edge) == ("input", 1, None)
    assert diagram.hit(50, 10).kind == "name"
    assert diagram.hit(50, 50).kind == "card"
    assert diagram.hit(96, 84).kind == "wire"
    assert diagram.hit(300, 84).kind == "empty"


def test_a_removed_wire_is_not_hit(diagram: Diagram) -> None:
    diagram.remove_wire(Edge(source="a", target="b"))
    assert diagram.hit(96, 84).kind == "empty"
    assert not list(diagram.wires_in(Rect(-1000, -1000, 1000, 1000)))


def test_room_is_made_below_and_nothing_above_moves() -> None:
    places = {"a": (0.0, 0.0), "b": (0.0, 104.0), "c": (248.0, 104.0), "d": (0.0, 208.0)}
    moved = placing.room_for(places, 0, 104, keep=["a"])
    assert moved == {"b": (0.0, 208.0), "c": (248.0, 208.0), "d": (0.0, 312.0)}
    assert placing.room_for(places, 600, 104) == {}


def test_a_free_place_is_free() -> None:
    places = {str(number): (float(number % 4 * 248), float(number // 4 * 104)) for number in range(16)}
    x, y = placing.free_place(places, 3, 5)
    assert not any(card_rect(x, y).intersects(card_rect(*place)) for place in places.values())


def test_snapping_prefers_the_nearest_column_and_else_the_grid() -> None:
    found = alignment.snap(13, 57, [(10.0, 500.0), (16.0, 900.0)], 4)
    assert (found.x, found.y) == (10.0, 56.0)
    assert found.column == (10.0, 500.0)
    assert found.row is None


def test_what_a_layer_can_feed_leaves_out_its_feeders_and_inputs() -> None:
    network = chain()
    assert wiring.targets(network, catalogue(), "pool1") == {"flatten", "fc"}
    assert wiring.sources(network, "pool1") == {"image", "conv1"}


def test_a_layer_with_two_inputs_takes_no_third() -> None:
    network = Network.of(
        [*(node(name, "Input", 0, 0, shape=[4]) for name in "abc"), node("sub", "Subtract", 0, 200)]
    )
    known = catalogue()
    for source in "ab":
        network = wiring.connected(network, known, source=source, target="sub")
    assert [(e.source, e.slot) for e in network.inputs("sub")] == [("a", 0), ("b", 1)]
    spec = known["Subtract"]
    refusal = wiring.refusal(network, known, source="c", target="sub")
    assert (refusal is not None) == (spec.maximum_inputs == 2)


def test_quick_add_offers_what_fits_and_finds_by_any_word() -> None:
    every = choices(catalogue(), ((28, 28, 1),))
    names = [choice.type for choice in every]
    assert {"Conv2D", "Flatten", "MaxPooling2D"} <= set(names)
    assert not {"Input", "Add", "Conv1D"} & set(names)
    assert matching(every, "conv2d")[0].type == "Conv2D"
    assert all("pooling" in choice.words for choice in matching(every, "pool max"))
    assert matching(every, "no such layer") == []


def test_two_shapes_that_differ_leave_no_adding() -> None:
    names = [choice.type for choice in choices(catalogue(), ((28, 28, 1), (14, 14, 1)))]
    assert "Add" not in names
    same = [choice.type for choice in choices(catalogue(), ((28, 28, 1), (28, 28, 1)))]
    assert "Add" in same


def test_arrows_go_by_place_where_there_is_no_wire() -> None:
    network = Network.of([node("a", "Input", 0, 0), node("b", "Input", 248, 0), node("c", "Dense", 0, 104)])
    places = {"a": (0.0, 0.0), "b": (248.0, 0.0), "c": (0.0, 104.0)}
    assert walking.next_node(network, places, "a", "right") == "b"
    assert walking.next_node(network, places, "a", "down") == "c"
    assert walking.next_node(network, places, "a", "up") is None
    assert walking.next_node(network, places, "", "down") == "a"


def test_quick_add_offers_an_embedding_first_behind_words_and_last_behind_feature_maps() -> None:
    behind_words = [choice.type for choice in choices(catalogue(), ((40,),))]
    behind_maps = [choice.type for choice in choices(catalogue(), ((28, 28, 6),))]
    assert behind_words[0] == "Embedding"
    assert behind_maps[0] == "Conv2D"
    assert behind_maps[-1] == "Embedding"

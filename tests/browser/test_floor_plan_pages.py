"""The floor plan of an alarm: on a helper's phone of 390 px, and on the console's case page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WALLS = (
    '<rect x="20" y="20" width="960" height="560" style="fill:none;stroke:#222;stroke-width:8"/>'
    '<path d="M420 20V360M420 460V580M420 300H700M800 300H980" fill="none" stroke="#222" stroke-width="6"/>'
    '<g fill="#555" font-size="30"><text x="60" y="80">Store</text><text x="460" y="80">Boilers</text>'
    '<text x="460" y="380">Machines</text></g>'
    '<rect x="600" y="420" width="240" height="90" fill="#ddd" stroke="#222" stroke-width="3"/>'
)
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 600">{WALLS}</svg>'
MARKS = [
    {"kind": "workplace", "points": [[720, 380]], "workplace_id": 1},
    {"kind": "beacon", "points": [[560, 180]], "beacon": "boiler-1"},
    {"kind": "way", "points": [[60, 590], [60, 410], [520, 410], [700, 400]], "label": "from gate B"},
    {"kind": "assembly", "points": [[930, 550]], "label": "car park"},
]


def drawn(place):
    """Return what of the drawing is really there: its size and colours as computed by the browser."""
    script = """(svg) => {
      const of = (name) => getComputedStyle(svg.querySelector(name));
      return { width: svg.getBoundingClientRect().width, stroke: of(".plan-place circle").stroke,
        ground: of(".plan-ground").fill, dashes: of(".plan-way").strokeDasharray,
        text: svg.querySelector("text.plan-label").getBoundingClientRect().height };
    }"""
    return place.locator("svg.plan-map").first.evaluate(script)


@pytest.fixture
def alarmed(tmp_path, process):
    """A base station with a plan, whose helpers are called for Anna."""
    process.open(tmp_path)
    process.do("staff")
    process.do("beacon", name="boiler-1", zone="Boiler room")
    process.do("plan", svg=SVG, marks=MARKS)
    process.alarm = process.do("alarm", device="png-01", kind="fall")["alarm"]
    return process


def test_a_helper_sees_the_place_on_the_plan_on_their_phone_and_where_it_moves(chromium, alarmed):
    """Nothing lies beside the screen; styles count under the policy; a beacon that is heard takes over."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    path = alarmed.do("page", who="person/2", notice_id=2)["path"]
    page.goto(f"{alarmed.url.rstrip('/')}{path}", wait_until="networkidle")
    plan = page.locator("#plan")
    expect(plan.get_by_role("heading")).to_have_text("Plan: Hall 3, ground floor")
    found = drawn(plan)
    assert 340 <= found["width"] <= 390
    assert found["text"] >= 14
    assert (found["ground"], found["dashes"]) == ("rgb(255, 255, 255)", "12px, 7px")
    assert found["stroke"] == "rgb(163, 15, 28)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    alarmed.do("say", device="png-01", kind="place", alarm=alarmed.alarm, beacons={"boiler-1": -52}, age_s=2)
    expect(plan.locator("li").first).to_contain_text("Boiler room (boiler-1): most likely here")
    expect(plan.locator("li").first).to_contain_text("-52 dBm")
    expect(plan.locator("li").first).to_contain_text("ago)")
    expect(plan.locator(".plan-place polygon")).to_have_count(1)
    assert faults == []
    context.close()


def test_the_console_shows_the_same_drawing_and_counts_its_age_on(console, alarmed):
    """Beside the timeline; a plan that cannot be read says so."""
    alarmed.do("say", device="png-01", kind="place", alarm=alarmed.alarm, beacons={"boiler-1": -52}, age_s=2)
    page = console(alarmed)
    page.goto(alarmed.url + "#/case/1")
    plan = page.get_by_role("region", name="Floor plans")
    expect(plan.locator("li").first).to_contain_text("Boiler room (boiler-1): most likely here")
    expect(plan.locator("li").first).to_contain_text(" ago)")
    assert drawn_polygon(plan) == "rgb(163, 15, 28)"
    page.route("**/api/v1/cases/1/plans?*", lambda route: route.abort())
    expect(plan.get_by_role("alert")).to_contain_text("could not be read")
    expect(plan.locator("svg.plan-map")).to_have_count(1)


def test_a_safety_officer_brings_a_plan_and_places_by_mouse_and_by_keyboard(console, station):
    """Clicked, moved by arrow keys, drawn as a way, undone; what a file lost is told; retiring asks."""
    station.do("beacon", name="boiler-1", zone="Boiler room")
    page = console(station, "ada")
    page.goto(station.url + "#/plans")
    svg = SVG.replace("</svg>", "<script>alert(1)</script></svg>").encode()
    page.get_by_label("File").set_input_files({"name": "x.svg", "mimeType": "image/svg+xml", "buffer": svg})
    page.get_by_label("Name, as").fill("Hall 3")
    page.get_by_role("button", name="Add a plan").click()
    expect(page.locator("main")).to_contain_text("script. Look at the plan before you trust it.")
    page.get_by_role("link", name="Hall 3").click()
    field = page.get_by_role("application")
    expect(field.locator("svg.plan-map")).to_have_count(1)
    page.get_by_label("Which one").select_option("Hall 3")
    box = field.locator("svg.plan-map").bounding_box()
    field.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    marks = page.locator("section", has=page.get_by_role("heading", name="What stands on it"))
    expect(marks.get_by_role("listitem")).to_have_text(["Workplace: Hall 3Take off"])
    x, y = placed(page)
    assert abs(x - 250) < 5
    assert abs(y - 300) < 5
    page.locator(".plan-editor select").first.select_option("Beacon")
    page.get_by_label("Which one").select_option("boiler-1")
    field.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(marks.get_by_role("listitem")).to_have_count(2)
    assert placed(page) == (round(x + 40, 2), round(y - 18, 2))
    page.locator(".plan-editor select").first.select_option("Way in")
    page.get_by_label("Words for it").fill("from gate B")
    field.focus()
    for key in ("Enter", "ArrowLeft", "Enter", "ArrowLeft", "Enter", "Backspace"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Save the way (2 points)").click()
    expect(marks.get_by_role("listitem")).to_have_count(3)
    expect(field.locator(".plan-way")).to_have_count(1)
    marks.get_by_role("button", name="Take off: Beacon: boiler-1").click()
    expect(marks.get_by_role("listitem")).to_have_count(2)
    for count in (3, 2, 1, 0):
        page.get_by_role("button", name="Undo").click()
        expect(marks.get_by_role("listitem")).to_have_count(count)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Retire this plan").click()
    page.get_by_role("button", name="Yes, retire").click()
    expect(page.locator("main")).to_contain_text("No plan yet.")


def placed(page):
    """Return where the last thing stands, as the page says it."""
    status = page.locator(".plan-editor [role=status]")
    expect(status).to_contain_text(" stands at ")
    x, y = status.inner_text().split(" stands at ")[1].rstrip(".").split(", ")
    return float(x), float(y)


def drawn_polygon(plan):
    """Return the colour of the place's triangle."""
    return plan.locator(".plan-place polygon").evaluate("(shape) => getComputedStyle(shape).stroke")

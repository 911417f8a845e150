"""Contrast of texts in every view and of marks in figures, focus that is seen, and arrow keys in figures."""

import pytest

pytestmark = pytest.mark.slow

VIEWS = ("materials", "cages", "relation", "series", "ledger", "failures", "methods", "more", "id=CaKFe4As4")

# Each text that is seen, its colour against what is behind it, blended: success criterion 1.4.3, 4.5 : 1, and 3 : 1 for
# large text (24 px, or bold from 18.66 px).
TOO_FAINT = """() => {
  const parsed = (text) => (/^rgba?\\(/.test(text) ? text.match(/[\\d.]+/g).map(Number)
    : /^color\\(srgb/.test(text) ? text.match(/[\\d.]+/g).map(Number).map((x, k) => (k < 3 ? 255 * x : x)) : null);
  const over = (top, below) => [0, 1, 2].map((k) => top[k] * (top[3] ?? 1) + below[k] * (1 - (top[3] ?? 1)));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parsed(getComputedStyle(at).backgroundColor));
    return layers.reverse().filter(Boolean).reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = (c) => {
    const [r, g, b] = c.map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const out = [];
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!text || element.matches('script, style, noscript *, title, option') || !box.width || !box.height) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const ink = parsed(element instanceof SVGElement ? style.fill : style.color);
    if (!ink) { out.push(`no colour: ${element.outerHTML.slice(0, 80)}`); continue; }
    seen += 1;
    const [low, high] = [light(over(ink, ground)), light(ground)].sort((a, b) => a - b);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    const name = `${element.tagName}.${element.getAttribute('class')} ${element.textContent.trim().slice(0, 40)}`;
    if (ratio < (large ? 3 : 4.5)) out.push(`${ratio.toFixed(2)} ${name}`);
  }
  return { faint: [...new Set(out)], seen };
}"""

# Marks of figures against the paper: success criterion 1.4.11, 3 : 1. Filters, which make them lighter in the dark, are
# left out.
FAINT_MARKS = """() => {
  const light = (c) => {
    const [r, g, b] = c.map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const ground = light(numbers(getComputedStyle(document.body).backgroundColor));
  const marks = [...document.querySelectorAll('.figure > svg .mark *')];
  const strokes = new Set(marks.map((e) => getComputedStyle(e).stroke));
  return [...strokes].filter((stroke) => stroke.startsWith('rgb')).map((stroke) => {
    const [low, high] = [light(numbers(stroke)), ground].sort((a, b) => a - b);
    return [stroke, (high + 0.05) / (low + 0.05)];
  });
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_that_is_seen_has_contrast(opened, reference, theme):
    one = opened(reference, color_scheme=theme)
    for view in VIEWS:
        one.go(view)
        found = one.page.evaluate(TOO_FAINT)
        assert found["faint"] == [], view
        assert found["seen"] > 10, view


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_of_figures_have_contrast(opened, reference, theme):
    one = opened(reference, color_scheme=theme)
    for view in ("relation", "series", "cages"):
        one.go(view)
        marks = one.page.evaluate(FAINT_MARKS)
        assert marks, view
        assert [(colour, round(ratio, 2)) for colour, ratio in marks if ratio < 3] == [], view


@pytest.mark.parametrize("view", ["materials", "relation", "id=CaKFe4As4"])
def test_what_has_the_focus_is_seen(opened, reference, view):
    """Success criterion 2.4.7: each stop of the tab key has an outline of 2 pixels at least."""
    one = opened(reference)
    one.go(view)
    unseen, stops = [], 0
    for _ in range(45):
        one.page.keyboard.press("Tab")
        tag, style, width, text = one.page.evaluate("""() => {
          const e = document.activeElement;
          const s = getComputedStyle(e);
          return [e.tagName, s.outlineStyle, parseFloat(s.outlineWidth), e.outerHTML.slice(0, 90)];
        }""")
        if tag == "BODY":
            continue
        stops += 1
        if style == "none" or width < 2:
            unseen.append(text)
    assert unseen == []
    assert stops > 20


@pytest.mark.parametrize(("figure", "points"), [("figure", "svg a"), (".trial figure", "svg g[role=img]")])
def test_arrow_keys_go_through_the_points_of_a_figure(opened, reference, figure, points):
    """One stop of the tab key for each figure, and every point within reach, with its words below the figure."""
    one = opened(reference)
    one.go("relation")
    first = one.page.locator(figure).first
    stops = first.locator("svg [tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    names = []
    for _ in range(3):
        names.append(one.page.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert first.locator(".tip").inner_text() == names[-1]
        one.page.keyboard.press("ArrowRight")
    assert names == [e.get_attribute("aria-label") for e in first.locator(points).all()[:3]]
    assert len(set(names)) == 3
    assert stops.count() == 1


@pytest.mark.parametrize("key", ["altKey", "ctrlKey", "metaKey", "shiftKey"])
def test_arrow_keys_with_others_are_the_browsers(opened, reference, key):
    """Alt and an arrow go back in most browsers."""
    one = opened(reference)
    one.go("relation")
    pressed = """([selector, options]) => {
      const event = new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true, ...options });
      document.querySelector(selector).dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    stop = "figure svg [tabindex='0']"
    assert one.page.evaluate(pressed, [stop, {key: True}]) is False
    assert one.page.evaluate(pressed, [stop, {}]) is True

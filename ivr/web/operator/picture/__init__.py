"""The picture: every flow as a drawing, what stands behind each step, and how many calls took which way.

    ?version=live           the set: live, draft, mine, or a version
    ?flow=hotline           that flow alone; large sets are shown one flow at a time
    ?step=hotline/main      what is told of a step, beside the picture; `contact=polizei` of a contact
    ?numbers=28             counts of so many days up to today; `dates` with `from` and `to`
    ?find=TEXT              the steps in whose texts that stands

Everything works without JavaScript: steps are links to this page. `static/picture.js` fetches what is told of a step
(`/operator/picture/place`) into the page, and zooms. `/operator/picture/svg` is the drawing alone, for other pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, abort, g, render_template, request
from markupsafe import Markup

from ivr.graph.svg import Dress
from ivr.graph.words import kind_words
from ivr.source.problems import Sentence
from ivr.store import Away
from ivr.web.operator.guard import requires, who
from ivr.web.operator.picture.drawings import WHOLE, Drawings, NotDrawn
from ivr.web.operator.picture.heat import DATES, DAYS, NO_PERIOD, BadPeriod, heat_of, read_period
from ivr.web.operator.picture.place import told_contact, told_step
from ivr.web.operator.picture.words import WORDS
from ivr.web.operator.shelf import DRAFT, LIVE, MINE, NoSuchSet, label
from ivr.web.operator.words import in_language, told
from ivr.world import Clerk, Standing

if TYPE_CHECKING:
    from ivr.graph import Picture
    from ivr.graph.svg import Note
    from ivr.loader import Loaded
    from ivr.report import Period
    from ivr.web.operator.context import Context
    from ivr.web.operator.picture.heat import Heat
    from ivr.web.operator.picture.place import Told, ToldContact

PATH = "/operator/picture"
NAME = Sentence("Bild", "Picture")

_PROBLEMS = 8
_LONGEST = 200
"""Letters of what is looked for."""


class Asked(NamedTuple):
    """What the address asks for; nothing of it has been looked at yet."""

    version: str
    flow: str
    numbers: str
    first: str
    last: str
    step: str = ""
    contact: str = ""
    find: str = ""

    def address(self, context: Context, path: str = PATH, fragment: str = "", **changed: str) -> str:
        """The same page with something else."""
        names = {"first": "from", "last": "to"}
        query = {names.get(name, name): value for name, value in (self._asdict() | changed).items() if value}
        if query.get("version") == LIVE:
            del query["version"]
        return f"{context.prefix}{path}{'?' if query else ''}{urlencode(query)}{fragment}"


def asked() -> Asked:
    """Of the present request."""
    found = {name: request.args.get(name, "")[:_LONGEST] for name in ("flow", "numbers", "step", "contact")}
    dated = found["numbers"] == DATES
    return Asked(
        version=request.args.get("version", "")[:_LONGEST] or LIVE,
        first=request.args.get("from", "")[:_LONGEST] if dated else "",
        last=request.args.get("to", "")[:_LONGEST] if dated else "",
        find=" ".join(request.args.get("find", "")[:_LONGEST].split()),
        **found,
    )


def routes(context: Context) -> Blueprint:
    """The page, what is told of a place, and the drawing alone."""
    routes = Blueprint("picture", __name__)
    drawings = Drawings()

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        return _Page(context, drawings).whole()

    @routes.get(f"{PATH}/place", provide_automatic_options=False)
    @requires("view")
    def place() -> Any:
        return _Page(context, drawings).place()

    @routes.get(f"{PATH}/svg", provide_automatic_options=False)
    @requires("view")
    def svg() -> Any:
        return _Page(context, drawings).drawing()

    return routes


class _Page:
    """One request."""

    def __init__(self, context: Context, drawings: Drawings) -> None:
        self.context = context
        self.drawings = drawings
        self.not_drawn = ""
        self.asked = asked()
        self.language = g.language

    # --- what is answered

    def whole(self) -> Any:
        """The page; also when there is nothing to draw, with the reason."""
        shown: dict[str, Any] = {**self._frame(), "problems": [], "note": ""}
        try:
            loaded = self._loaded()
        except NoSuchSet as none:
            return render_template("picture/page.html", **shown | {"note": told(none.sentence)}), 404
        except Away:
            return render_template("picture/page.html", **shown | {"note": told(WORDS["set_away"])})
        if loaded.flows is None:
            errors = [each for each in loaded.problems if each.severity == "error"][:_PROBLEMS]
            shown["problems"] = [(self._edit(each.place.file, each.place.line), str(each.place), told(each.message))
                                 for each in errors]  # fmt: skip
            return render_template("picture/page.html", **shown | {"note": told(WORDS["set_wrong"])})
        picture = self.drawings.picture(loaded, self.language)
        heat, shown["trouble"], shown["period"] = self._heat(picture)
        flow = self._flow(picture)
        notes = heat.notes if heat else {}
        shown |= {
            "svg": self._svg(loaded, flow, notes),
            "drawn": True,
            "not_drawn": self.not_drawn,
            "flow": flow,
            "whole": len(picture.nodes) <= WHOLE,
            "steps": len(picture.nodes),
            "flows": [(each.flow, self._link(flow=each.flow)) for each in picture.clusters],
            "all": self._link(flow=""),
            "lists": self._lists(picture),
            "heat": heat,
            "kind": lambda kind: kind_words(kind, self.language),
            "place": self._told(loaded, picture, heat),
            "gone": False,
        }
        shown["gone"] = bool(self.asked.step or self.asked.contact) and shown["place"] is None
        return render_template("picture/page.html", **shown), 404 if shown["gone"] else 200

    def place(self) -> Any:
        """What is told of a step or a contact, as a part of the page."""
        try:
            loaded = self._loaded()
        except (NoSuchSet, Away):
            abort(404)
        if loaded.flows is None:
            abort(404)
        picture = self.drawings.picture(loaded, self.language)
        heat, _, _ = self._heat(picture)
        place = self._told(loaded, picture, heat)
        if place is None:
            abort(404)
        return render_template("picture/place.html", **self._frame(), place=place)

    def drawing(self) -> Any:
        """The drawing as a part of a page."""
        try:
            loaded = self._loaded()
        except (NoSuchSet, Away):
            abort(404)
        if loaded.flows is None:
            abort(404)
        flow = self._flow(self.drawings.picture(loaded, self.language))
        found = self._svg(loaded, flow, {})
        if found is None:
            abort(404)
        return str(found), {"Content-Type": "text/html; charset=utf-8"}

    # --- parts

    def _frame(self) -> dict[str, Any]:
        now = self.context.now().astimezone(self.context.zone)
        version = self.asked.version
        return {
            "w": in_language(WORDS),
            "asked": self.asked,
            "versions": [LIVE, DRAFT, MINE, *([] if version in (LIVE, DRAFT, MINE) else [version])],
            "set_label": label,
            "periods": DAYS,
            "today": now.date(),
            "link": self._link,
            "edit": self._edit,
            "closed": self._link(step="", contact=""),
            "phone": f"{self.context.prefix}/operator/phone?{urlencode({'version': version})}",
            "drawn": False,
            "trouble": "",
            "period": None,
        }

    def _loaded(self) -> Loaded:
        return self.context.loaded(self.asked.version, who().operator)

    def _link(self, fragment: str = "", **changed: str) -> str:
        return self.asked.address(self.context, fragment=fragment, **changed)

    def _edit(self, file: str, line: int) -> str:
        name = file.replace("\\", "/").rpartition("/")[2]
        seen = {} if self.asked.version == MINE else {"in": self.asked.version}
        return f"{self.context.prefix}/operator/edit?{urlencode({'file': name, 'line': line, **seen})}"

    def _flow(self, picture: Picture) -> str | None:
        """The flow that is drawn; None for all of them."""
        names = [cluster.flow for cluster in picture.clusters]
        if self.asked.flow in names:
            return self.asked.flow
        if len(picture.nodes) <= WHOLE or len(names) == 1:
            return None
        of_step = self.asked.step.partition("/")[0]
        return of_step if of_step in names else names[0]

    def _svg(self, loaded: Loaded, flow: str | None, notes: dict[str, Note] | Any) -> Markup | None:
        try:
            drawing = self.drawings.drawing(loaded, self.language, flow)
        except NotDrawn as why:
            self.not_drawn = told(WORDS[why.word])
            return None
        dress = Dress(
            step=lambda node: self._link("#place", step=f"{node.flow}/{node.step}", contact="", find=""),
            contact=lambda contact: self._link("#place", step="", contact=contact, find=""),
            flow=lambda name: self._link(flow=name, step="", contact="", find=""),
            notes=notes,
        )
        return Markup(drawing.fragment(dress))  # noqa: S704 - escaped where it is painted

    def _heat(self, picture: Picture) -> tuple[Heat | None, str, Period | None]:
        """The counts that were asked for, or why there are none."""
        today = self.context.now().astimezone(self.context.zone).date()
        try:
            period = read_period(self.asked.numbers, self.asked.first, self.asked.last, today)
        except BadPeriod:
            return None, told(NO_PERIOD), None
        if period is None:
            return None, "", None
        try:
            return heat_of(self.context.counting.report(period), picture), "", period
        except Away:
            return None, told(WORDS["counts_away"]), None

    def _lists(self, picture: Picture) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
        """The steps by flow: address, kind, name and opening words; those that are looked for."""
        wanted = self.asked.find.casefold()
        nodes = {node.id: node for node in picture.nodes}
        found = []
        for cluster in picture.clusters:
            steps = [
                (
                    self._link("#place", step=f"{node.flow}/{node.step}", contact=""),
                    kind_words(node.kind, self.language),
                    node.step,
                    " ".join(node.texts),
                )
                for node in (nodes[name] for name in cluster.nodes)
            ]
            steps = [each for each in steps if wanted in f"{each[1]} {each[2]} {each[3]}".casefold()]
            if steps:
                found.append((f"{told(WORDS['flow'])} {cluster.flow}", steps))
        contacts = [
            (self._link("#place", step="", contact=each.contact), "", each.name, each.phone)
            for each in picture.contacts
            if wanted in f"{each.name} {each.contact} {each.phone}".casefold()
        ]
        return [*found, *([(told(WORDS["contacts"]), contacts)] if contacts else [])]

    def _told(self, loaded: Loaded, picture: Picture, heat: Heat | None) -> dict[str, Any] | None:
        """What is told of the place that is asked for; None where there is none."""
        assert loaded.directory is not None
        step: Told | None = None
        contact: ToldContact | None = None
        clerk = Clerk(loaded.directory, Standing(self.context.told().instructions))
        now = self.context.now()
        node = next((each for each in picture.nodes if f"{each.flow}/{each.step}" == self.asked.step), None)
        office = next((each for each in picture.contacts if each.contact == self.asked.contact), None)
        if node is not None:
            step = told_step(loaded, picture, node, clerk, now)
        elif office is not None:
            contact = told_contact(loaded, picture, office, clerk, now)
        else:
            return None
        lines = heat.lines if heat else ()
        line = next((each for each in lines if node and (each.flow, each.step) == (node.flow, node.step)), None)
        return {"step": step, "contact": contact, "line": line}

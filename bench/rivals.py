"""What our turn is compared with: a hand-written view that says the same, and the least that Flask and WSGI can do.

Each factory makes its app for the reply in the file that BENCH_REPLY names, which is one of our own.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse
from werkzeug.middleware.proxy_fix import ProxyFix

REPLY = "BENCH_REPLY"

OFFICES = {"1": "nordstadt", "2": "nordmarkt", "3": "ordnungsamt", "4": "polizei", "5": "info"}


def hand_written() -> Flask:
    """The view that the provider's tutorials lead to: a validator, the form, a VoiceResponse, a count of misses.

    It speaks the same sentences as our reply in as many <Say>, but knows no other turn, language or hours, keeps no
    record and takes every form for well-formed.
    """
    app = Flask("hand_written")
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    public_url = os.environ["IVR_PUBLIC_URL"]
    sentences = [say.text for say in ET.fromstring(_reply()).iter("Say")]

    @app.post("/voice/menu")
    def menu() -> Response:
        if not validator.validate(request.url, request.form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)
        response = VoiceResponse()
        if office := OFFICES.get(request.form.get("Digits", "")):
            response.redirect(f"{public_url}/voice/{office}", method="POST")
            return Response(str(response), mimetype="text/xml")
        again = f"{public_url}/voice/menu?misses={request.args.get('misses', 0, type=int) + 1}"
        gather = Gather(
            action=again,
            method="POST",
            input="dtmf",
            num_digits=1,
            finish_on_key="",
            timeout=6,
            action_on_empty_result=True,
        )
        for sentence in sentences:
            gather.say(sentence, voice="Polly.Vicki-Neural", language="de-DE")
        response.append(gather)
        response.redirect(again, method="POST")
        return Response(str(response), mimetype="text/xml")

    return app


def behind_the_proxy() -> Flask:
    """The hand-written app as it is put into service: the proxy in front of it has taken the encryption off."""
    app = hand_written()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)  # type: ignore[method-assign]
    return app


def flask_constant() -> Flask:
    """Flask's "hello world": one route, which neither reads the webhook nor computes a word."""
    app = Flask("flask_constant")
    reply = _reply()

    @app.post("/voice/menu")
    def menu() -> Response:
        return Response(reply, mimetype="text/xml")

    return app


def wsgi_constant() -> Callable[..., Iterable[bytes]]:
    """A function, for what the server and the measuring cost by themselves."""
    reply = _reply()
    headers = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(reply)))]

    def app(_environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [reply]

    return app


def _reply() -> bytes:
    return Path(os.environ[REPLY]).read_bytes()

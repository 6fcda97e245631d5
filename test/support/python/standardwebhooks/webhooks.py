"""Stands in for the library standardwebhooks, which npm does not install."""

import base64
import hashlib
import hmac
import json
import time


class WebhookVerificationError(Exception):
    pass


class Webhook:
    def __init__(self, secret):
        self.key = base64.b64decode(secret.removeprefix("whsec_"))

    def verify(self, body, headers):
        sent = {name.lower(): value for name, value in headers.items()}
        stamp = sent["webhook-timestamp"]
        if abs(time.time() - float(stamp)) > 300:
            raise WebhookVerificationError("Message timestamp too old or too new")
        signed = f"{sent['webhook-id']}.{stamp}.".encode() + body
        digest = hmac.new(self.key, signed, hashlib.sha256).digest()
        expected = "v1," + base64.b64encode(digest).decode()
        if not any(hmac.compare_digest(expected, one) for one in sent["webhook-signature"].split(" ")):
            raise WebhookVerificationError("No matching signature found")
        return json.loads(body)

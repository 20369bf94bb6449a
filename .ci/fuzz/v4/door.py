"""`/api/v4`, without a token and as an owner."""

import json

from run import Caller
from workspace import Workspace


class Door:
    location = "/openapi.json"
    target = 20_000

    def __init__(self, service, folder):
        self.workspace = Workspace(service).fill()

    def callers(self):
        invites = {"ROSTER_FUZZ_INVITES": json.dumps(self.workspace.invites)}
        yield Caller("anonymous", {}, examples=60, environment=invites)
        yield Caller("owner", self.workspace.headers(), examples=240, environment=invites)

    def is_intact(self):
        return self.workspace.is_still_owned()

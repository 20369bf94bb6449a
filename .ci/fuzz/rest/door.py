"""`/rest` with an API key: two callers share the objects, and every object has rows."""

import json

import requests
from run import Caller
from workspace import Workspace

ROWS = 40
SCOPES = ["read", "write", "tokens", "admin"]


class Door:
    location = "/open-api/core"
    target = 30_000

    def __init__(self, service, folder):
        self.url, self.rows = service.url, folder / "rows.json"
        self.workspace = Workspace(service).fill()
        self.key = self.workspace.post("api_keys", {"api_key": {"name": "fuzz", "scopes": SCOPES}})["api_key"]
        document = self.get(self.location)
        self.objects = [tag["name"] for tag in document["tags"]]
        rows = {name: self.fill(name, document) for name in self.objects if f"/rest/{name}" in document["paths"]}
        self.rows.write_text(json.dumps(rows))

    def callers(self):
        own = {"ROSTER_FUZZ_ROWS": str(self.rows), "ROSTER_FUZZ_KEY": self.key["id"]}
        for number, share in enumerate([self.objects[::2], self.objects[1::2]], 1):
            options = [option for name in share for option in ("--include-tag", name)]
            yield Caller(f"program {number}", self.headers(), examples=10, options=options, environment=own)

    def is_intact(self):
        may_come_in = requests.get(f"{self.url}/rest/people", headers=self.headers()).ok
        return may_come_in and self.workspace.is_still_owned()

    def headers(self):
        return {"Authorization": f"Bearer {self.key['key']}"}

    def get(self, path):
        answer = requests.get(f"{self.url}{path}", headers=self.headers())
        answer.raise_for_status()
        return answer.json()

    def fill(self, name, document):
        """Ids of an object's rows, and a cursor. People and accounts exist already; a key must be created by a person."""
        if name not in ("workspaceMembers", "connectedAccounts"):
            batch = document["paths"][f"/rest/batch/{name}"]["post"]["requestBody"]["content"]["application/json"]
            schema = document["components"]["schemas"][batch["schema"]["items"]["$ref"].rsplit("/")[-1]]
            row = {field: schema["example"][field] for field in schema.get("required", [])}
            url = f"{self.url}/rest/batch/{name}"
            requests.post(url, json=[row] * ROWS, headers=self.workspace.headers()).raise_for_status()
        page = self.get(f"/rest/{name}?limit={ROWS // 2}")
        cursor = page["pageInfo"]["endCursor"]
        rest = self.get(f"/rest/{name}?limit={ROWS // 2}&starting_after={cursor}")
        kept, doomed = (self.ids(rows["data"][name]) for rows in (page, rest))
        return {"kept": kept, "doomed": doomed, "cursor": cursor}

    def ids(self, rows):
        """All keys except the one that the fuzzer itself uses."""
        return [row["id"] for row in rows if row["id"] != self.key["id"]]

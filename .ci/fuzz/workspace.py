"""A workspace with people, teams, accounts and invites, so that small ids name existing rows."""

import requests

# Different from the example password of the description, so that no generated request can end a session or erase the
# owner.
PASSWORD = "known to the seed alone"
ROWS = 25


class Workspace:
    """The service as its owner sees it. `invites` has the tokens of pending invites, by id."""

    def __init__(self, service):
        self.api = f"{service.url}/api/v4"
        self.token = self.register("owner@example.com")
        self.invites = {}

    def register(self, email, **with_invite):
        body = {"user": {"email": email, "password": PASSWORD}, **with_invite}
        return self.post("registrations", body, {})["user"]["auth_token"]

    def headers(self):
        """Sets both names of the header; otherwise schemathesis would generate a second token."""
        return {name: f"Bearer {self.token}" for name in ("Authentication", "Authorization")}

    def post(self, path, body, headers=None):
        answer = requests.post(f"{self.api}/{path}", json=body, headers=self.headers() if headers is None else headers)
        answer.raise_for_status()
        return answer.json()

    def fill(self):
        self.invites = {invite["id"]: invite["token"] for _, invite in self.invite("guest")}
        for email, invite in self.invite("colleague"):
            self.register(email, invite=invite)
        for row in range(ROWS):
            self.post("teams", {"team": {"name": f"Team {row}"}, "user_emails": [f"colleague{row}@example.com"]})
            self.post("twitter_accounts", {"twitter_account": account(f"p{row}")})
            self.post("workspaces/twitter_accounts", {"twitter_account": account(f"w{row}")})
        return self

    def invite(self, name):
        emails = [f"{name}{row}@example.com" for row in range(ROWS)]
        for link in self.post("invites", {"user_emails": emails})["links"]:
            number, token = link["url"].split("/")[-2:]
            yield link["email"], {"id": int(number), "token": token}

    def is_still_owned(self):
        """False if the fuzzer has lost its session, which makes most of its cases worthless."""
        caller = requests.get(f"{self.api}/users", headers=self.headers()).json()
        return caller.get("workspace_role", {}).get("name") == "owner"


def account(name):
    return {
        "twitter_token": "TWITTER_TOKEN",
        "twitter_uid": name,
        "screen_name": name,
        "logo_url": "LOGO_URL",
        "twitter_nickname": name,
    }

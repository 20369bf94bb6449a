"""A workspace full of people, teams, accounts and invites, so that small ids name something."""

import requests

# Not the password of the description's examples: nothing the fuzzer tries may end a session or erase its owner.
PASSWORD = "known to the seed alone"
ROWS = 25


class Workspace:
    """The service as its owner sees it. `invites` are tokens of pending invites, by id."""

    def __init__(self, service):
        self.api = f"{service.url}/api/v4"
        self.token = self.register("owner@example.com")
        self.invites = {}

    def register(self, email, **with_invite):
        body = {"user": {"email": email, "password": PASSWORD}, **with_invite}
        return self.post("registrations", body, {})["user"]["auth_token"]

    def headers(self):
        """Both names of the header, or schemathesis would make up a second token."""
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
        """False where the fuzzer lost its session, and most of its cases with it."""
        return requests.get(f"{self.api}/users", headers=self.headers()).json()["workspace_role"]["name"] == "owner"


def account(name):
    return {
        "twitter_token": "TWITTER_TOKEN",
        "twitter_uid": name,
        "screen_name": name,
        "logo_url": "LOGO_URL",
        "twitter_nickname": name,
    }

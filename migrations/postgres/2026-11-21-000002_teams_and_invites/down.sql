DROP TABLE presented_invites;
DROP TABLE invite_teams;
DROP TABLE invites;
DROP TABLE team_memberships;
DROP TABLE teams;

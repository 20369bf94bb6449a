-- Written from spec/objects.json: tests/integration/database/objects.rs says how, and holds one against the other.

CREATE TABLE attachments (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    note_id text,
    task_id text,
    author_id text,
    name text NOT NULL DEFAULT '',
    type text NOT NULL DEFAULT '',
    full_path text NOT NULL DEFAULT '',
    opportunity_id text,
    company_id text,
    person_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, author_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX attachments_workspace_id_note_id_id ON attachments (workspace_id, note_id, id);
CREATE INDEX attachments_workspace_id_task_id_id ON attachments (workspace_id, task_id, id);
CREATE INDEX attachments_workspace_id_author_id_id ON attachments (workspace_id, author_id, id);
CREATE INDEX attachments_workspace_id_opportunity_id_id ON attachments (workspace_id, opportunity_id, id);
CREATE INDEX attachments_workspace_id_company_id_id ON attachments (workspace_id, company_id, id);
CREATE INDEX attachments_workspace_id_person_id_id ON attachments (workspace_id, person_id, id);

CREATE TABLE blocklists (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    handle text NOT NULL DEFAULT '',
    workspace_member_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX blocklists_workspace_id_workspace_member_id_id ON blocklists (workspace_id, workspace_member_id, id);

CREATE TABLE calendar_channel_event_associations (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    recurring_event_external_id text NOT NULL DEFAULT '',
    calendar_event_id text,
    calendar_channel_id text,
    event_external_id text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, calendar_event_id) REFERENCES calendar_events (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, calendar_channel_id) REFERENCES calendar_channels (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX calendar_channel_event_associations_workspace_id_ca_888705ec ON calendar_channel_event_associations (workspace_id, calendar_event_id, id);
CREATE INDEX calendar_channel_event_associations_workspace_id_ca_25ba4253 ON calendar_channel_event_associations (workspace_id, calendar_channel_id, id);

CREATE TABLE calendar_channels (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    handle text NOT NULL DEFAULT '',
    sync_status text,
    sync_stage text,
    visibility text,
    is_contact_auto_creation_enabled boolean,
    contact_auto_creation_policy text,
    is_sync_enabled boolean,
    sync_cursor text NOT NULL DEFAULT '',
    synced_at timestamp,
    sync_stage_started_at timestamp,
    throttle_failure_count bigint,
    connected_account_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, connected_account_id) REFERENCES social_accounts (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX calendar_channels_workspace_id_connected_account_id_id ON calendar_channels (workspace_id, connected_account_id, id);

CREATE TABLE calendar_event_participants (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    person_id text,
    display_name text NOT NULL DEFAULT '',
    is_organizer boolean,
    calendar_event_id text,
    response_status text,
    handle text NOT NULL DEFAULT '',
    workspace_member_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, calendar_event_id) REFERENCES calendar_events (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX calendar_event_participants_workspace_id_person_id_id ON calendar_event_participants (workspace_id, person_id, id);
CREATE INDEX calendar_event_participants_workspace_id_calendar_e_b1546a94 ON calendar_event_participants (workspace_id, calendar_event_id, id);
CREATE INDEX calendar_event_participants_workspace_id_workspace__01cf25bc ON calendar_event_participants (workspace_id, workspace_member_id, id);

CREATE TABLE calendar_events (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    conference_link_primary_link_label text NOT NULL DEFAULT '',
    conference_link_primary_link_url text NOT NULL DEFAULT '',
    conference_link_secondary_links text,
    location text NOT NULL DEFAULT '',
    i_cal_uid text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    external_updated_at timestamp,
    external_created_at timestamp,
    ends_at timestamp,
    starts_at timestamp,
    is_full_day boolean,
    is_canceled boolean,
    title text NOT NULL DEFAULT '',
    conference_solution text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE companies (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    name text NOT NULL DEFAULT '',
    domain_name_primary_link_label text NOT NULL DEFAULT '',
    domain_name_primary_link_url text NOT NULL DEFAULT '',
    domain_name_secondary_links text,
    employees bigint,
    linkedin_link_primary_link_label text NOT NULL DEFAULT '',
    linkedin_link_primary_link_url text NOT NULL DEFAULT '',
    linkedin_link_secondary_links text,
    x_link_primary_link_label text NOT NULL DEFAULT '',
    x_link_primary_link_url text NOT NULL DEFAULT '',
    x_link_secondary_links text,
    annual_recurring_revenue_amount_micros bigint,
    annual_recurring_revenue_currency_code text NOT NULL DEFAULT '',
    address_address_street1 text NOT NULL DEFAULT '',
    address_address_street2 text NOT NULL DEFAULT '',
    address_address_city text NOT NULL DEFAULT '',
    address_address_postcode text NOT NULL DEFAULT '',
    address_address_state text NOT NULL DEFAULT '',
    address_address_country text NOT NULL DEFAULT '',
    address_address_lat real,
    address_address_lng real,
    ideal_customer_profile boolean,
    position real,
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    account_owner_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, account_owner_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX companies_workspace_id_domain_name_primary_link_url
    ON companies (workspace_id, domain_name_primary_link_url) WHERE domain_name_primary_link_url <> '';
CREATE INDEX companies_workspace_id_domain_name_primary_link_url_id
    ON companies (workspace_id, domain_name_primary_link_url, id);
CREATE INDEX companies_workspace_id_name_id
    ON companies (workspace_id, name, id);
CREATE INDEX companies_workspace_id_account_owner_id_id ON companies (workspace_id, account_owner_id, id);

CREATE TABLE favorite_folders (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    position bigint,
    name text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE favorites (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    view_id text,
    note_id text,
    workflow_run_id text,
    task_id text,
    workflow_version_id text,
    workflow_id text,
    opportunity_id text,
    favorite_folder_id text,
    company_id text,
    person_id text,
    for_workspace_member_id text,
    position bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_run_id) REFERENCES workflow_runs (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_version_id) REFERENCES workflow_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, favorite_folder_id) REFERENCES favorite_folders (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, for_workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX favorites_workspace_id_view_id_id ON favorites (workspace_id, view_id, id);
CREATE INDEX favorites_workspace_id_note_id_id ON favorites (workspace_id, note_id, id);
CREATE INDEX favorites_workspace_id_workflow_run_id_id ON favorites (workspace_id, workflow_run_id, id);
CREATE INDEX favorites_workspace_id_task_id_id ON favorites (workspace_id, task_id, id);
CREATE INDEX favorites_workspace_id_workflow_version_id_id ON favorites (workspace_id, workflow_version_id, id);
CREATE INDEX favorites_workspace_id_workflow_id_id ON favorites (workspace_id, workflow_id, id);
CREATE INDEX favorites_workspace_id_opportunity_id_id ON favorites (workspace_id, opportunity_id, id);
CREATE INDEX favorites_workspace_id_favorite_folder_id_id ON favorites (workspace_id, favorite_folder_id, id);
CREATE INDEX favorites_workspace_id_company_id_id ON favorites (workspace_id, company_id, id);
CREATE INDEX favorites_workspace_id_person_id_id ON favorites (workspace_id, person_id, id);
CREATE INDEX favorites_workspace_id_for_workspace_member_id_id ON favorites (workspace_id, for_workspace_member_id, id);

CREATE TABLE message_channel_message_associations (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    message_external_id text NOT NULL DEFAULT '',
    message_channel_id text,
    message_id text,
    direction text,
    message_thread_external_id text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, message_channel_id) REFERENCES message_channels (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX message_channel_message_associations_workspace_id_m_772fa584 ON message_channel_message_associations (workspace_id, message_channel_id, id);
CREATE INDEX message_channel_message_associations_workspace_id_m_8613891f ON message_channel_message_associations (workspace_id, message_id, id);

CREATE TABLE message_channels (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    synced_at timestamp,
    connected_account_id text,
    throttle_failure_count bigint,
    sync_stage_started_at timestamp,
    sync_stage text,
    sync_status text,
    sync_cursor text NOT NULL DEFAULT '',
    is_sync_enabled boolean,
    exclude_group_emails boolean,
    exclude_non_professional_emails boolean,
    contact_auto_creation_policy text,
    is_contact_auto_creation_enabled boolean,
    type text,
    handle text NOT NULL DEFAULT '',
    visibility text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, connected_account_id) REFERENCES social_accounts (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX message_channels_workspace_id_connected_account_id_id ON message_channels (workspace_id, connected_account_id, id);

CREATE TABLE message_folders (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    message_channel_id text,
    name text NOT NULL DEFAULT '',
    sync_cursor text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, message_channel_id) REFERENCES message_channels (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX message_folders_workspace_id_message_channel_id_id ON message_folders (workspace_id, message_channel_id, id);

CREATE TABLE message_participants (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    display_name text NOT NULL DEFAULT '',
    handle text NOT NULL DEFAULT '',
    role text,
    workspace_member_id text,
    person_id text,
    message_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX message_participants_workspace_id_workspace_member_id_id ON message_participants (workspace_id, workspace_member_id, id);
CREATE INDEX message_participants_workspace_id_person_id_id ON message_participants (workspace_id, person_id, id);
CREATE INDEX message_participants_workspace_id_message_id_id ON message_participants (workspace_id, message_id, id);

CREATE TABLE messages (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    header_message_id text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    message_thread_id text,
    received_at timestamp,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, message_thread_id) REFERENCES message_threads (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX messages_workspace_id_message_thread_id_id ON messages (workspace_id, message_thread_id, id);

CREATE TABLE message_threads (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE notes (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    position real,
    title text NOT NULL DEFAULT '',
    body text NOT NULL DEFAULT '',
    body_v2_blocknote text,
    body_v2_markdown text,
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE note_targets (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    note_id text,
    person_id text,
    company_id text,
    opportunity_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX note_targets_workspace_id_note_id_id ON note_targets (workspace_id, note_id, id);
CREATE INDEX note_targets_workspace_id_person_id_id ON note_targets (workspace_id, person_id, id);
CREATE INDEX note_targets_workspace_id_company_id_id ON note_targets (workspace_id, company_id, id);
CREATE INDEX note_targets_workspace_id_opportunity_id_id ON note_targets (workspace_id, opportunity_id, id);

CREATE TABLE opportunities (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    close_date timestamp,
    stage text,
    position real,
    name text NOT NULL DEFAULT '',
    company_id text,
    amount_amount_micros bigint,
    amount_currency_code text NOT NULL DEFAULT '',
    point_of_contact_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, point_of_contact_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX opportunities_workspace_id_company_id_id ON opportunities (workspace_id, company_id, id);
CREATE INDEX opportunities_workspace_id_point_of_contact_id_id ON opportunities (workspace_id, point_of_contact_id, id);

CREATE TABLE people (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    name_first_name text NOT NULL DEFAULT '',
    name_last_name text NOT NULL DEFAULT '',
    company_id text,
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    position real,
    avatar_url text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    phones_primary_phone_number text NOT NULL DEFAULT '',
    phones_primary_phone_country_code text NOT NULL DEFAULT '',
    phones_primary_phone_calling_code text NOT NULL DEFAULT '',
    phones_additional_phones text,
    job_title text NOT NULL DEFAULT '',
    x_link_primary_link_label text NOT NULL DEFAULT '',
    x_link_primary_link_url text NOT NULL DEFAULT '',
    x_link_secondary_links text,
    linkedin_link_primary_link_label text NOT NULL DEFAULT '',
    linkedin_link_primary_link_url text NOT NULL DEFAULT '',
    linkedin_link_secondary_links text,
    emails_primary_email text NOT NULL DEFAULT '',
    emails_additional_emails text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX people_workspace_id_emails_primary_email
    ON people (workspace_id, emails_primary_email) WHERE emails_primary_email <> '';
CREATE INDEX people_workspace_id_emails_primary_email_id
    ON people (workspace_id, emails_primary_email, id);
CREATE INDEX people_workspace_id_linkedin_link_primary_link_url_id
    ON people (workspace_id, linkedin_link_primary_link_url, id);
CREATE INDEX people_workspace_id_name_first_name_name_last_name_id
    ON people (workspace_id, name_first_name, name_last_name, id);
CREATE INDEX people_workspace_id_company_id_id ON people (workspace_id, company_id, id);

CREATE TABLE tasks (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    body text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    position real,
    assignee_id text,
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    status text,
    due_at timestamp,
    body_v2_blocknote text,
    body_v2_markdown text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX tasks_workspace_id_assignee_id_id ON tasks (workspace_id, assignee_id, id);

CREATE TABLE task_targets (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    opportunity_id text,
    company_id text,
    person_id text,
    task_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX task_targets_workspace_id_opportunity_id_id ON task_targets (workspace_id, opportunity_id, id);
CREATE INDEX task_targets_workspace_id_company_id_id ON task_targets (workspace_id, company_id, id);
CREATE INDEX task_targets_workspace_id_person_id_id ON task_targets (workspace_id, person_id, id);
CREATE INDEX task_targets_workspace_id_task_id_id ON task_targets (workspace_id, task_id, id);

CREATE TABLE timeline_activities (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    person_id text,
    properties text,
    name text NOT NULL DEFAULT '',
    happens_at timestamp,
    workspace_member_id text,
    linked_record_cached_name text NOT NULL DEFAULT '',
    company_id text,
    opportunity_id text,
    note_id text,
    task_id text,
    workflow_id text,
    workflow_version_id text,
    workflow_run_id text,
    linked_object_metadata_id text,
    linked_record_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_version_id) REFERENCES workflow_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_run_id) REFERENCES workflow_runs (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX timeline_activities_workspace_id_person_id_id ON timeline_activities (workspace_id, person_id, id);
CREATE INDEX timeline_activities_workspace_id_workspace_member_id_id ON timeline_activities (workspace_id, workspace_member_id, id);
CREATE INDEX timeline_activities_workspace_id_company_id_id ON timeline_activities (workspace_id, company_id, id);
CREATE INDEX timeline_activities_workspace_id_opportunity_id_id ON timeline_activities (workspace_id, opportunity_id, id);
CREATE INDEX timeline_activities_workspace_id_note_id_id ON timeline_activities (workspace_id, note_id, id);
CREATE INDEX timeline_activities_workspace_id_task_id_id ON timeline_activities (workspace_id, task_id, id);
CREATE INDEX timeline_activities_workspace_id_workflow_id_id ON timeline_activities (workspace_id, workflow_id, id);
CREATE INDEX timeline_activities_workspace_id_workflow_version_id_id ON timeline_activities (workspace_id, workflow_version_id, id);
CREATE INDEX timeline_activities_workspace_id_workflow_run_id_id ON timeline_activities (workspace_id, workflow_run_id, id);

CREATE TABLE view_fields (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    is_visible boolean,
    size bigint,
    field_metadata_id text,
    view_id text,
    position bigint,
    aggregate_operation text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX view_fields_workspace_id_view_id_id ON view_fields (workspace_id, view_id, id);

CREATE TABLE view_filter_groups (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    view_id text,
    parent_view_filter_group_id text,
    logical_operator text,
    position_in_view_filter_group bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX view_filter_groups_workspace_id_view_id_id ON view_filter_groups (workspace_id, view_id, id);

CREATE TABLE view_filters (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    view_filter_group_id text,
    view_id text,
    sub_field_name text NOT NULL DEFAULT '',
    position_in_view_filter_group bigint,
    display_value text NOT NULL DEFAULT '',
    value text NOT NULL DEFAULT '',
    operand text NOT NULL DEFAULT '',
    field_metadata_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX view_filters_workspace_id_view_id_id ON view_filters (workspace_id, view_id, id);

CREATE TABLE view_groups (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    field_metadata_id text,
    view_id text,
    position bigint,
    field_value text NOT NULL DEFAULT '',
    is_visible boolean,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX view_groups_workspace_id_view_id_id ON view_groups (workspace_id, view_id, id);

CREATE TABLE views (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    kanban_aggregate_operation text,
    key text,
    kanban_field_metadata_id text NOT NULL DEFAULT '',
    position real,
    is_compact boolean,
    open_record_in text,
    kanban_aggregate_operation_field_metadata_id text,
    object_metadata_id text,
    name text NOT NULL DEFAULT '',
    type text NOT NULL DEFAULT '',
    icon text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE view_sorts (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    view_id text,
    direction text NOT NULL DEFAULT '',
    field_metadata_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX view_sorts_workspace_id_view_id_id ON view_sorts (workspace_id, view_id, id);

CREATE TABLE webhooks (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    target_url text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    secret text CHECK (secret LIKE 'enc:v1:%'),
    operations text,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE workflow_automated_triggers (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    type text,
    settings text,
    workflow_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX workflow_automated_triggers_workspace_id_workflow_id_id ON workflow_automated_triggers (workspace_id, workflow_id, id);

CREATE TABLE workflow_runs (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    workflow_version_id text,
    workflow_id text,
    position real,
    output text,
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    status text,
    ended_at timestamp,
    name text NOT NULL DEFAULT '',
    started_at timestamp,
    context text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workflow_version_id) REFERENCES workflow_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX workflow_runs_workspace_id_workflow_version_id_id ON workflow_runs (workspace_id, workflow_version_id, id);
CREATE INDEX workflow_runs_workspace_id_workflow_id_id ON workflow_runs (workspace_id, workflow_id, id);

CREATE TABLE workflows (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    last_published_version_id text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    created_by_source text,
    created_by_workspace_member_id text,
    created_by_name text NOT NULL DEFAULT '',
    created_by_context text,
    position real,
    statuses text,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE workflow_versions (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    deleted_at timestamp,
    position real,
    status text,
    steps text,
    trigger text,
    name text NOT NULL DEFAULT '',
    workflow_id text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX workflow_versions_workspace_id_workflow_id_id ON workflow_versions (workspace_id, workflow_id, id);

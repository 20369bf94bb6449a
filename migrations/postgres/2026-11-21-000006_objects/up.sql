-- Written from spec/objects.json: tests/integration/database/objects.rs says how, and holds one against the other.

CREATE TABLE attachments (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    note_id uuid,
    task_id uuid,
    author_id uuid,
    name text COLLATE "C" NOT NULL DEFAULT '',
    type text COLLATE "C" NOT NULL DEFAULT '',
    full_path text COLLATE "C" NOT NULL DEFAULT '',
    opportunity_id uuid,
    company_id uuid,
    person_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX attachments_workspace_id_note_id_id ON attachments (workspace_id, note_id, id);
CREATE INDEX attachments_workspace_id_task_id_id ON attachments (workspace_id, task_id, id);
CREATE INDEX attachments_workspace_id_author_id_id ON attachments (workspace_id, author_id, id);
CREATE INDEX attachments_workspace_id_opportunity_id_id ON attachments (workspace_id, opportunity_id, id);
CREATE INDEX attachments_workspace_id_company_id_id ON attachments (workspace_id, company_id, id);
CREATE INDEX attachments_workspace_id_person_id_id ON attachments (workspace_id, person_id, id);

CREATE TABLE blocklists (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    handle text COLLATE "C" NOT NULL DEFAULT '',
    workspace_member_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX blocklists_workspace_id_workspace_member_id_id ON blocklists (workspace_id, workspace_member_id, id);

CREATE TABLE calendar_channel_event_associations (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    recurring_event_external_id text COLLATE "C" NOT NULL DEFAULT '',
    calendar_event_id uuid,
    calendar_channel_id uuid,
    event_external_id text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX calendar_channel_event_associations_workspace_id_ca_888705ec ON calendar_channel_event_associations (workspace_id, calendar_event_id, id);
CREATE INDEX calendar_channel_event_associations_workspace_id_ca_25ba4253 ON calendar_channel_event_associations (workspace_id, calendar_channel_id, id);

CREATE TABLE calendar_channels (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    handle text COLLATE "C" NOT NULL DEFAULT '',
    sync_status text COLLATE "C",
    sync_stage text COLLATE "C",
    visibility text COLLATE "C",
    is_contact_auto_creation_enabled boolean,
    contact_auto_creation_policy text COLLATE "C",
    is_sync_enabled boolean,
    sync_cursor text COLLATE "C" NOT NULL DEFAULT '',
    synced_at timestamp(3),
    sync_stage_started_at timestamp(3),
    throttle_failure_count bigint,
    connected_account_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX calendar_channels_workspace_id_connected_account_id_id ON calendar_channels (workspace_id, connected_account_id, id);

CREATE TABLE calendar_event_participants (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    person_id uuid,
    display_name text COLLATE "C" NOT NULL DEFAULT '',
    is_organizer boolean,
    calendar_event_id uuid,
    response_status text COLLATE "C",
    handle text COLLATE "C" NOT NULL DEFAULT '',
    workspace_member_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX calendar_event_participants_workspace_id_person_id_id ON calendar_event_participants (workspace_id, person_id, id);
CREATE INDEX calendar_event_participants_workspace_id_calendar_e_b1546a94 ON calendar_event_participants (workspace_id, calendar_event_id, id);
CREATE INDEX calendar_event_participants_workspace_id_workspace__01cf25bc ON calendar_event_participants (workspace_id, workspace_member_id, id);

CREATE TABLE calendar_events (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    conference_link_primary_link_label text COLLATE "C" NOT NULL DEFAULT '',
    conference_link_primary_link_url text COLLATE "C" NOT NULL DEFAULT '',
    conference_link_secondary_links text COLLATE "C",
    location text COLLATE "C" NOT NULL DEFAULT '',
    i_cal_uid text COLLATE "C" NOT NULL DEFAULT '',
    description text COLLATE "C" NOT NULL DEFAULT '',
    external_updated_at timestamp(3),
    external_created_at timestamp(3),
    ends_at timestamp(3),
    starts_at timestamp(3),
    is_full_day boolean,
    is_canceled boolean,
    title text COLLATE "C" NOT NULL DEFAULT '',
    conference_solution text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE companies (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    name text COLLATE "C" NOT NULL DEFAULT '',
    domain_name_primary_link_label text COLLATE "C" NOT NULL DEFAULT '',
    domain_name_primary_link_url text COLLATE "C" NOT NULL DEFAULT '',
    domain_name_secondary_links text COLLATE "C",
    employees bigint,
    linkedin_link_primary_link_label text COLLATE "C" NOT NULL DEFAULT '',
    linkedin_link_primary_link_url text COLLATE "C" NOT NULL DEFAULT '',
    linkedin_link_secondary_links text COLLATE "C",
    x_link_primary_link_label text COLLATE "C" NOT NULL DEFAULT '',
    x_link_primary_link_url text COLLATE "C" NOT NULL DEFAULT '',
    x_link_secondary_links text COLLATE "C",
    annual_recurring_revenue_amount_micros bigint,
    annual_recurring_revenue_currency_code text COLLATE "C" NOT NULL DEFAULT '',
    address_address_street1 text COLLATE "C" NOT NULL DEFAULT '',
    address_address_street2 text COLLATE "C" NOT NULL DEFAULT '',
    address_address_city text COLLATE "C" NOT NULL DEFAULT '',
    address_address_postcode text COLLATE "C" NOT NULL DEFAULT '',
    address_address_state text COLLATE "C" NOT NULL DEFAULT '',
    address_address_country text COLLATE "C" NOT NULL DEFAULT '',
    address_address_lat double precision,
    address_address_lng double precision,
    ideal_customer_profile boolean,
    position double precision,
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    account_owner_id uuid,
    PRIMARY KEY (workspace_id, id)
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
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    position bigint,
    name text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE favorites (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    view_id uuid,
    note_id uuid,
    workflow_run_id uuid,
    task_id uuid,
    workflow_version_id uuid,
    workflow_id uuid,
    opportunity_id uuid,
    favorite_folder_id uuid,
    company_id uuid,
    person_id uuid,
    for_workspace_member_id uuid,
    position bigint,
    PRIMARY KEY (workspace_id, id)
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
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    message_external_id text COLLATE "C" NOT NULL DEFAULT '',
    message_channel_id uuid,
    message_id uuid,
    direction text COLLATE "C",
    message_thread_external_id text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX message_channel_message_associations_workspace_id_m_772fa584 ON message_channel_message_associations (workspace_id, message_channel_id, id);
CREATE INDEX message_channel_message_associations_workspace_id_m_8613891f ON message_channel_message_associations (workspace_id, message_id, id);

CREATE TABLE message_channels (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    synced_at timestamp(3),
    connected_account_id uuid,
    throttle_failure_count bigint,
    sync_stage_started_at timestamp(3),
    sync_stage text COLLATE "C",
    sync_status text COLLATE "C",
    sync_cursor text COLLATE "C" NOT NULL DEFAULT '',
    is_sync_enabled boolean,
    exclude_group_emails boolean,
    exclude_non_professional_emails boolean,
    contact_auto_creation_policy text COLLATE "C",
    is_contact_auto_creation_enabled boolean,
    type text COLLATE "C",
    handle text COLLATE "C" NOT NULL DEFAULT '',
    visibility text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX message_channels_workspace_id_connected_account_id_id ON message_channels (workspace_id, connected_account_id, id);

CREATE TABLE message_folders (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    message_channel_id uuid,
    name text COLLATE "C" NOT NULL DEFAULT '',
    sync_cursor text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX message_folders_workspace_id_message_channel_id_id ON message_folders (workspace_id, message_channel_id, id);

CREATE TABLE message_participants (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    display_name text COLLATE "C" NOT NULL DEFAULT '',
    handle text COLLATE "C" NOT NULL DEFAULT '',
    role text COLLATE "C",
    workspace_member_id uuid,
    person_id uuid,
    message_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX message_participants_workspace_id_workspace_member_id_id ON message_participants (workspace_id, workspace_member_id, id);
CREATE INDEX message_participants_workspace_id_person_id_id ON message_participants (workspace_id, person_id, id);
CREATE INDEX message_participants_workspace_id_message_id_id ON message_participants (workspace_id, message_id, id);

CREATE TABLE messages (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    header_message_id text COLLATE "C" NOT NULL DEFAULT '',
    subject text COLLATE "C" NOT NULL DEFAULT '',
    text text COLLATE "C" NOT NULL DEFAULT '',
    message_thread_id uuid,
    received_at timestamp(3),
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX messages_workspace_id_message_thread_id_id ON messages (workspace_id, message_thread_id, id);

CREATE TABLE message_threads (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE notes (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    position double precision,
    title text COLLATE "C" NOT NULL DEFAULT '',
    body text COLLATE "C" NOT NULL DEFAULT '',
    body_v2_blocknote text COLLATE "C",
    body_v2_markdown text COLLATE "C",
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE note_targets (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    note_id uuid,
    person_id uuid,
    company_id uuid,
    opportunity_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX note_targets_workspace_id_note_id_id ON note_targets (workspace_id, note_id, id);
CREATE INDEX note_targets_workspace_id_person_id_id ON note_targets (workspace_id, person_id, id);
CREATE INDEX note_targets_workspace_id_company_id_id ON note_targets (workspace_id, company_id, id);
CREATE INDEX note_targets_workspace_id_opportunity_id_id ON note_targets (workspace_id, opportunity_id, id);

CREATE TABLE opportunities (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    close_date timestamp(3),
    stage text COLLATE "C",
    position double precision,
    name text COLLATE "C" NOT NULL DEFAULT '',
    company_id uuid,
    amount_amount_micros bigint,
    amount_currency_code text COLLATE "C" NOT NULL DEFAULT '',
    point_of_contact_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX opportunities_workspace_id_company_id_id ON opportunities (workspace_id, company_id, id);
CREATE INDEX opportunities_workspace_id_point_of_contact_id_id ON opportunities (workspace_id, point_of_contact_id, id);

CREATE TABLE people (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    name_first_name text COLLATE "C" NOT NULL DEFAULT '',
    name_last_name text COLLATE "C" NOT NULL DEFAULT '',
    company_id uuid,
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    position double precision,
    avatar_url text COLLATE "C" NOT NULL DEFAULT '',
    city text COLLATE "C" NOT NULL DEFAULT '',
    phones_primary_phone_number text COLLATE "C" NOT NULL DEFAULT '',
    phones_primary_phone_country_code text COLLATE "C" NOT NULL DEFAULT '',
    phones_primary_phone_calling_code text COLLATE "C" NOT NULL DEFAULT '',
    phones_additional_phones text COLLATE "C",
    job_title text COLLATE "C" NOT NULL DEFAULT '',
    x_link_primary_link_label text COLLATE "C" NOT NULL DEFAULT '',
    x_link_primary_link_url text COLLATE "C" NOT NULL DEFAULT '',
    x_link_secondary_links text COLLATE "C",
    linkedin_link_primary_link_label text COLLATE "C" NOT NULL DEFAULT '',
    linkedin_link_primary_link_url text COLLATE "C" NOT NULL DEFAULT '',
    linkedin_link_secondary_links text COLLATE "C",
    emails_primary_email text COLLATE "C" NOT NULL DEFAULT '',
    emails_additional_emails text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
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
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    body text COLLATE "C" NOT NULL DEFAULT '',
    title text COLLATE "C" NOT NULL DEFAULT '',
    position double precision,
    assignee_id uuid,
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    status text COLLATE "C",
    due_at timestamp(3),
    body_v2_blocknote text COLLATE "C",
    body_v2_markdown text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX tasks_workspace_id_assignee_id_id ON tasks (workspace_id, assignee_id, id);

CREATE TABLE task_targets (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    opportunity_id uuid,
    company_id uuid,
    person_id uuid,
    task_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX task_targets_workspace_id_opportunity_id_id ON task_targets (workspace_id, opportunity_id, id);
CREATE INDEX task_targets_workspace_id_company_id_id ON task_targets (workspace_id, company_id, id);
CREATE INDEX task_targets_workspace_id_person_id_id ON task_targets (workspace_id, person_id, id);
CREATE INDEX task_targets_workspace_id_task_id_id ON task_targets (workspace_id, task_id, id);

CREATE TABLE timeline_activities (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    person_id uuid,
    properties text COLLATE "C",
    name text COLLATE "C" NOT NULL DEFAULT '',
    happens_at timestamp(3),
    workspace_member_id uuid,
    linked_record_cached_name text COLLATE "C" NOT NULL DEFAULT '',
    company_id uuid,
    opportunity_id uuid,
    note_id uuid,
    task_id uuid,
    workflow_id uuid,
    workflow_version_id uuid,
    workflow_run_id uuid,
    linked_object_metadata_id uuid,
    linked_record_id uuid,
    PRIMARY KEY (workspace_id, id)
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
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    is_visible boolean,
    size bigint,
    field_metadata_id uuid,
    view_id uuid,
    position bigint,
    aggregate_operation text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX view_fields_workspace_id_view_id_id ON view_fields (workspace_id, view_id, id);

CREATE TABLE view_filter_groups (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    view_id uuid,
    parent_view_filter_group_id uuid,
    logical_operator text COLLATE "C",
    position_in_view_filter_group bigint,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX view_filter_groups_workspace_id_view_id_id ON view_filter_groups (workspace_id, view_id, id);

CREATE TABLE view_filters (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    view_filter_group_id uuid,
    view_id uuid,
    sub_field_name text COLLATE "C" NOT NULL DEFAULT '',
    position_in_view_filter_group bigint,
    display_value text COLLATE "C" NOT NULL DEFAULT '',
    value text COLLATE "C" NOT NULL DEFAULT '',
    operand text COLLATE "C" NOT NULL DEFAULT '',
    field_metadata_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX view_filters_workspace_id_view_id_id ON view_filters (workspace_id, view_id, id);

CREATE TABLE view_groups (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    field_metadata_id uuid,
    view_id uuid,
    position bigint,
    field_value text COLLATE "C" NOT NULL DEFAULT '',
    is_visible boolean,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX view_groups_workspace_id_view_id_id ON view_groups (workspace_id, view_id, id);

CREATE TABLE views (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    kanban_aggregate_operation text COLLATE "C",
    key text COLLATE "C",
    kanban_field_metadata_id text COLLATE "C" NOT NULL DEFAULT '',
    position double precision,
    is_compact boolean,
    open_record_in text COLLATE "C",
    kanban_aggregate_operation_field_metadata_id uuid,
    object_metadata_id uuid,
    name text COLLATE "C" NOT NULL DEFAULT '',
    type text COLLATE "C" NOT NULL DEFAULT '',
    icon text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE view_sorts (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    view_id uuid,
    direction text COLLATE "C" NOT NULL DEFAULT '',
    field_metadata_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX view_sorts_workspace_id_view_id_id ON view_sorts (workspace_id, view_id, id);

CREATE TABLE webhooks (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    target_url text COLLATE "C" NOT NULL DEFAULT '',
    description text COLLATE "C" NOT NULL DEFAULT '',
    secret text COLLATE "C" CHECK (secret LIKE 'enc:v1:%'),
    operations text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE workflow_automated_triggers (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    type text COLLATE "C",
    settings text COLLATE "C",
    workflow_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX workflow_automated_triggers_workspace_id_workflow_id_id ON workflow_automated_triggers (workspace_id, workflow_id, id);

CREATE TABLE workflow_runs (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    workflow_version_id uuid,
    workflow_id uuid,
    position double precision,
    output text COLLATE "C",
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    status text COLLATE "C",
    ended_at timestamp(3),
    name text COLLATE "C" NOT NULL DEFAULT '',
    started_at timestamp(3),
    context text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX workflow_runs_workspace_id_workflow_version_id_id ON workflow_runs (workspace_id, workflow_version_id, id);
CREATE INDEX workflow_runs_workspace_id_workflow_id_id ON workflow_runs (workspace_id, workflow_id, id);

CREATE TABLE workflows (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    last_published_version_id text COLLATE "C" NOT NULL DEFAULT '',
    name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_source text COLLATE "C",
    created_by_workspace_member_id uuid,
    created_by_name text COLLATE "C" NOT NULL DEFAULT '',
    created_by_context text COLLATE "C",
    position double precision,
    statuses text COLLATE "C",
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE workflow_versions (
    workspace_id bigint NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    deleted_at timestamp(3),
    position double precision,
    status text COLLATE "C",
    steps text COLLATE "C",
    trigger text COLLATE "C",
    name text COLLATE "C" NOT NULL DEFAULT '',
    workflow_id uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX workflow_versions_workspace_id_workflow_id_id ON workflow_versions (workspace_id, workflow_id, id);

ALTER TABLE attachments ADD FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments ADD FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments ADD FOREIGN KEY (workspace_id, author_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments ADD FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE blocklists ADD FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE calendar_channel_event_associations ADD FOREIGN KEY (workspace_id, calendar_event_id) REFERENCES calendar_events (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE calendar_channel_event_associations ADD FOREIGN KEY (workspace_id, calendar_channel_id) REFERENCES calendar_channels (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE calendar_channels ADD FOREIGN KEY (workspace_id, connected_account_id) REFERENCES social_accounts (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE calendar_event_participants ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE calendar_event_participants ADD FOREIGN KEY (workspace_id, calendar_event_id) REFERENCES calendar_events (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE calendar_event_participants ADD FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE companies ADD FOREIGN KEY (workspace_id, account_owner_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, workflow_run_id) REFERENCES workflow_runs (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, workflow_version_id) REFERENCES workflow_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, favorite_folder_id) REFERENCES favorite_folders (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE favorites ADD FOREIGN KEY (workspace_id, for_workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_channel_message_associations ADD FOREIGN KEY (workspace_id, message_channel_id) REFERENCES message_channels (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_channel_message_associations ADD FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_channels ADD FOREIGN KEY (workspace_id, connected_account_id) REFERENCES social_accounts (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_folders ADD FOREIGN KEY (workspace_id, message_channel_id) REFERENCES message_channels (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_participants ADD FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_participants ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_participants ADD FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE messages ADD FOREIGN KEY (workspace_id, message_thread_id) REFERENCES message_threads (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE note_targets ADD FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE note_targets ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE note_targets ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE note_targets ADD FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE opportunities ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE opportunities ADD FOREIGN KEY (workspace_id, point_of_contact_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE people ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE tasks ADD FOREIGN KEY (workspace_id, assignee_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task_targets ADD FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task_targets ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task_targets ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task_targets ADD FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, person_id) REFERENCES people (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, workspace_member_id) REFERENCES memberships (workspace_id, uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, note_id) REFERENCES notes (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, workflow_version_id) REFERENCES workflow_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE timeline_activities ADD FOREIGN KEY (workspace_id, workflow_run_id) REFERENCES workflow_runs (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE view_fields ADD FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE view_filter_groups ADD FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE view_filters ADD FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE view_groups ADD FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE view_sorts ADD FOREIGN KEY (workspace_id, view_id) REFERENCES views (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workflow_automated_triggers ADD FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workflow_runs ADD FOREIGN KEY (workspace_id, workflow_version_id) REFERENCES workflow_versions (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workflow_runs ADD FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workflow_versions ADD FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;

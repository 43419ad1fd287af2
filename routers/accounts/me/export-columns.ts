/**
 * The columns of each table that an account export contains, separated by spaces. A new column stays out until it is
 * listed here.
 */
export const EXPORT_COLUMNS: Readonly<Record<string, string>> = {
  access_tokens: 'session_id expires_at',
  activity_days: 'user_id kind name day events',
  activity_events: 'id user_id at event_type element_id page_name extra received_at',
  agent_metrics: 'id user_id agent_id name value model tool job_id created_at',
  agents: 'id user_id agent_id status agent_version capabilities current_job_id created_at last_seen_at',
  api_keys: 'id name user_id scopes prefix created_at last_used_at expires_at revoked_at',
  artifacts: 'id project_id file_id type commit_hash created_at',
  audit_log: 'id actor_id action target detail created_at',
  chat_logs:
    'id principal_id user_message bot_response intent_type tool_used engine topic_id flags response_time created_at',
  commits: 'id project_id commit_hash author_email message committed_at created_at',
  dataset_versions: 'dataset_id version source_url file_id schema row_count created_at',
  datasets: 'id principal_id dataset_name created_at',
  device_codes: 'user_id expires_at',
  device_grants: 'id client_id user_agent address status user_id interval asked_at created_at expires_at',
  diffs: 'commit_id content files additions deletions url_findings created_at',
  events: 'id type principal_id payload created_at',
  feed_items: 'id principal_id type payload created_at',
  files: 'id principal_id file_name size sha256 mime_type context_id description purpose created_at',
  gami_groups: 'id name join_code owner_id created_at',
  gami_ledger: 'id user_id rule key xp points verified_xp day event_id detail created_at',
  gami_members: 'group_id user_id joined_at',
  gami_profiles:
    'user_id xp points verified_xp logins commits quizzes perfect_quizzes code_generations scans dangerous_links longest_streak day_checked_until created_at updated_at',
  gami_redemptions: 'id user_id reward_id quantity points_spent status created_at settled_at',
  gami_scores: 'period first_day user_id score',
  gami_streaks: 'user_id first_day last_day',
  idempotency_keys: 'principal_id operation key answer expires_at',
  identities: 'provider subject user_id created_at',
  issues:
    'id project_id analyzer fingerprint file line column rule_id severity message status first_seen_at last_seen_at resolved_at',
  job_log: 'id job_id log_message percent_complete intermediate_artifact created_at',
  jobs: 'id project_id user_id status job_type payload required_capabilities priority attempts max_attempts run_at available_at released_by agent_id heartbeat_seconds lease_expires_at percent_complete summary final_result_url error_message created_at assigned_at started_at completed_at',
  llm_cost_days: 'user_id day model_name requests input_tokens output_tokens cost_nanos unpriced',
  llm_cost_months: 'user_id month requests input_tokens output_tokens cost_nanos unpriced',
  llm_costs:
    'id user_id run_id model_name input_tokens output_tokens cached_input_tokens cache_write_tokens reasoning_tokens reported_nanos computed_nanos created_at',
  llm_spans:
    'id user_id run_id span_id parent_span_id trace_id kind name failed error model session_id end_user input_tokens output_tokens cached_input_tokens cache_write_tokens reasoning_tokens started_us duration_us input output attributes created_at',
  llm_feedback: 'id trace_id user_id rating comment tags created_at',
  llm_trace_texts: 'trace_id prompt masked_prompt response tool_calls metadata',
  llm_traces:
    'id user_id run_id model prompt_excerpt response_excerpt url_findings policy_hits rating created_at',
  login_addresses: 'user_id expires_at',
  mobile_feedback: 'id principal_id rating comment screen_name device_info created_at',
  notifications: 'id principal_id type payload read created_at',
  principals: 'id kind guest_id created_at',
  projects:
    'id user_id name local_path remote_url remote_key remote_since webhook_rotations total_loc avg_complexity language_stats open_issues commit_count last_scan_at created_at updated_at',
  push_outbox: 'id notification_id token_id platform attempts due_at',
  push_tokens: 'id principal_id session_id platform language registered_at',
  quiz_cards: 'user_id question_id due_at stability difficulty scheduled_days reps lapses state reviewed_at',
  quiz_figures: 'user_id pool_id topic answered correct',
  quiz_items: 'session_id position question_id revision option_order selected_option_id answered_at took_ms',
  quiz_learners: 'user_id rating rated',
  quiz_pools:
    'id owner_id kept_by title description category difficulty tags question_count source metadata retired_at created_at updated_at',
  quiz_questions: 'id pool_id name revision topic difficulty rating rated retired_at',
  quiz_sessions:
    'id user_id pool_id mode status total answered correct score started_at expires_at finished_at last_answer_at event_id',
  quiz_wordings: 'question_id revision wording created_at',
  readme_drafts: 'id project_id version content created_at updated_at',
  refresh_tokens: 'session_id expires_at spent_at',
  scan_feedback:
    'id principal_id url_hash url analysis_result risk_score model_version verdict comment created_at outcome answer decided_at',
  scan_history: 'id principal_id url url_hash kind verdict analysis_result confidence scanned_at',
  scans: 'id project_id tree files total_loc avg_complexity language_stats created_at',
  sessions: 'id principal_id expires_at created_at last_used_at authenticated_at user_agent address',
  settings: 'principal_id notification_enabled ar_warning_enabled language preferences updated_at',
  tasks:
    'id user_id assigned_by type title description status payload due_at remind_at created_at completed_at',
  tool_calls: 'id user_id job_id run_id tool_name tool_input tool_output created_at',
  url_lists: 'value kind list entry note created_by created_at',
  users:
    'id user_id email email_verified_at username nickname display_name role locked_at created_at updated_at',
};

/** The columns that an export leaves out on purpose: secrets, hashes of secrets and contents, and other forms of names. */
export const OMITTED_COLUMNS: Readonly<Record<string, string>> = {
  access_tokens: 'token_hash',
  api_keys: 'key_hash',
  device_codes: 'code_hash',
  device_grants: 'device_code_hash user_code_hash',
  push_tokens: 'device_token',
  quiz_pools: 'content_hash',
  quiz_questions: 'content_hash',
  login_addresses: 'address_hash',
  refresh_tokens: 'token_hash',
  sessions: 'token_hash',
  users: 'email_key username_key password_hash',
};

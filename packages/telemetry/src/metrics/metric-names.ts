/** What is counted, measured or read off, and by which labels. Labels have few values: never an id, never free text. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * Every metric by its name in Prometheus. The seeds' names hold where they name a count or a latency; their ratios
 * are left to queries, as ratios of sums.
 */
export const METRICS = {
  decisions_total: counter('Verdicts given, at request and at release.', 'verdict'),
  decisions_per_tool_total: counter('Verdicts given, by declared tool.', 'tool'),
  decision_latency_seconds: histogram('From the request to the durable verdict.'),
  tool_calls_total: counter('Tool calls that have ended, by their last status.', 'status'),
  tool_latency_seconds: histogram('Run time of tools as their outcomes report it.', 'tool'),
  blocked_actions_total: counter('Calls that ended without execution, by reason code.', 'reason'),
  permission_denied_total: counter('Calls refused for a missing permission.'),
  unauthorized_outcomes_total: counter('Outcomes of executions that no valid permit covered.'),

  intents_taken_total: counter('Intents of agents taken from Kafka.', 'type'),
  intents_refused_total: counter('Intents of agents refused on Kafka.', 'code'),

  approvals_total: counter('Approvals that have ended, by state.', 'state'),
  approvals_pending: gauge('Approvals that wait for a human.'),
  approvals_oldest_age_seconds: gauge('Age of the oldest waiting approval; 0 without one.'),
  access_handler_answers_total: counter(
    'Answers of handlers of requests for access, or why there was none.',
    'outcome',
  ),
  approval_wait_seconds: histogram('From the question to the answer of a human.'),

  killswitch_active: gauge('Kill switches in force, drills included.', 'scope'),
  killswitch_propagation_seconds: histogram('From engaging a kill switch to its being effective.'),

  ledger_append_seconds: histogram('From an append to its acceptance by the ledger.'),
  ledger_durable_seconds: histogram('From an append to its being durable.'),
  projection_lag_events: gauge('Recorded events that a processor has not handled.', 'processor'),
  projection_lag_seconds: gauge('Age of the first event that a processor has not handled.', 'processor'),
  consumer_lag_records: gauge('Records that the share of a consumer group here has to go.', 'processor'),
  relay_lag_events: gauge('Events that an active relay has read and not published: some batches at most.'),
  parked_events: gauge('Events set aside because handling them fails.', 'processor'),

  unknown_data_keys_total: counter(
    'Data keys that events name and the vault never had: it is lost or older.',
  ),

  http_requests_total: counter('Answered requests.', 'route', 'status'),
  http_request_duration_seconds: histogram('From the headers of a request to its answer.', 'route'),
  http_refusals_total: counter('Requests answered with a problem.', 'code'),
  sse_clients: gauge('Open event streams.'),
} as const satisfies Record<string, MetricDefinition>;

/** Upper bounds of the buckets of every histogram, in seconds: from one fsync to a human's answer. */
export const SECONDS_BUCKETS: readonly number[] = [
  0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 5, 15, 60, 300,
];

function counter<const Labels extends readonly string[]>(help: string, ...labels: Labels) {
  return { kind: 'counter', help, labels } as const;
}

function gauge<const Labels extends readonly string[]>(help: string, ...labels: Labels) {
  return { kind: 'gauge', help, labels } as const;
}

function histogram<const Labels extends readonly string[]>(help: string, ...labels: Labels) {
  return { kind: 'histogram', help, labels } as const;
}

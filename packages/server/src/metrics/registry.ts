import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import type { Services } from "../use-cases/services.ts";
import { degradations, readiness } from "../use-cases/readiness.ts";
import type { RequestTally, RouteTally } from "../http/count-requests.ts";

// The metrics for Prometheus, collected when it scrapes. docs/metrics.md explains the names.

export type RegistryOptions = {
  readonly services: Pick<Services, "feed" | "keys" | "pools" | "store" | "tally" | "use">;
  readonly requests: RequestTally;
};

type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
};
type Sample = {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string | number>>;
  /** If it is not the family's: of a histogram's parts. */
  readonly metricName?: string;
};

export function metricsRegistry({ services, requests }: RegistryOptions): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { read, ...family } of families(services, requests)) {
    // Instead of prom-client's own counters: those cost a microsecond at each event, and can't be set to what was
    // counted elsewhere.
    const metric = { ...family, get: async () => ({ ...family, values: await read() }) };
    registry.registerMetric(metric as unknown as Metric);
  }
  return registry;
}

function families(
  { feed, keys, pools, store, tally, use }: RegistryOptions["services"],
  requests: RequestTally,
): readonly Family[] {
  return [
    {
      name: "latchkey_degraded",
      help: "1 for what keeps a part of the server from working.",
      type: "gauge",
      read: async () => {
        const { why } = await readiness({ store, feed });
        return degradations.map((one) => ({
          labels: { why: one },
          value: why.includes(one) ? 1 : 0,
        }));
      },
    },
    {
      name: "latchkey_verifications_total",
      help: "Checks of tokens by their outcome.",
      type: "counter",
      read: () => byLabel("outcome", Object.entries(tally.verifications)),
    },
    {
      name: "latchkey_cache_lookups_total",
      help: "Looks for a key's record in memory.",
      type: "counter",
      read: () => {
        const { hits, misses } = keys.statistics();
        return byLabel("result", Object.entries({ hit: hits, miss: misses }));
      },
    },
    {
      name: "latchkey_cache_entries",
      help: "Keys' records in memory, and digests known to belong to no key.",
      type: "gauge",
      read: () => {
        const { records, unknown } = keys.statistics();
        return byLabel("kind", Object.entries({ record: records, unknown }));
      },
    },
    {
      name: "latchkey_feed_state",
      help: "1 for the state that the following of the log is in.",
      type: "gauge",
      read: () =>
        FEED_STATES.map((state) => ({
          labels: { state },
          value: feed.state() === state ? 1 : 0,
        })),
    },
    {
      name: "latchkey_feed_lag_seconds",
      help: "How long ago the log was last known to be followed to its end.",
      type: "gauge",
      read: () => {
        const at = feed.lastBeatAt();
        return at === null ? [] : [{ value: (performance.now() - at) / 1000 }];
      },
    },
    {
      name: "latchkey_feed_seq",
      help: "The last event that was followed.",
      type: "gauge",
      read: () => {
        const seq = feed.seq();
        return seq === null ? [] : [{ value: seq }];
      },
    },
    {
      name: "latchkey_database_connections",
      help: "Connections to PostgreSQL.",
      type: "gauge",
      read: () =>
        pools().flatMap(({ pool, inUse, idle }) => [
          { labels: { pool, state: "in_use" }, value: inUse },
          { labels: { pool, state: "idle" }, value: idle },
        ]),
    },
    {
      name: "latchkey_database_connections_max",
      help: "How many connections to PostgreSQL there may be.",
      type: "gauge",
      read: () => pools().map(({ pool, max }) => ({ labels: { pool }, value: max })),
    },
    {
      name: "latchkey_database_waiting",
      help: "Statements and transactions that wait for a connection.",
      type: "gauge",
      read: () => pools().map(({ pool, waiting }) => ({ labels: { pool }, value: waiting })),
    },
    {
      name: "latchkey_ssh_sessions_total",
      help: "Sessions over SSH that were begun.",
      type: "counter",
      read: () => [{ value: tally.ssh.started }],
    },
    {
      name: "latchkey_ssh_sessions",
      help: "Sessions over SSH that are open.",
      type: "gauge",
      read: () => [{ value: tally.ssh.open }],
    },
    {
      name: "latchkey_ssh_refused_total",
      help: "Attempts over SSH that were refused, by why.",
      type: "counter",
      read: () => byLabel("why", Object.entries(tally.ssh.refused)),
    },
    {
      name: "latchkey_ssh_restarts_total",
      help: "Times that the SSH server's process ended by itself, and was started again.",
      type: "counter",
      read: () => [{ value: tally.ssh.restarts }],
    },
    {
      name: "latchkey_http_requests_total",
      help: "HTTP requests by route and status.",
      type: "counter",
      read: () =>
        requests
          .read()
          .flatMap(({ route, statuses }) =>
            Array.from(statuses, ([status, value]) => ({ labels: { route, status }, value })),
          ),
    },
    {
      name: "latchkey_http_request_duration_seconds",
      help: "How long HTTP requests took.",
      type: "histogram",
      read: () => requests.read().flatMap(histogram),
    },
    {
      name: "latchkey_login_failures_total",
      help: "Logins with a wrong email or password, and those refused for coming too often.",
      type: "counter",
      read: () => byLabel("reason", Object.entries(tally.failedLogins)),
    },
    {
      name: "latchkey_events_appended_total",
      help: "Events that this server appended to the log.",
      type: "counter",
      read: () => byLabel("type", [...tally.events]),
    },
    {
      name: "latchkey_use_flushes_total",
      help: "Times that counted use was to be written.",
      type: "counter",
      read: () => byLabel("result", Object.entries(use.statistics().flushes)),
    },
    {
      name: "latchkey_use_waiting",
      help: "Hours of keys whose use waits to be written.",
      type: "gauge",
      read: () => [{ value: use.statistics().waiting }],
    },
    {
      name: "latchkey_use_dropped_total",
      help: "Uses of keys that were not counted, since too much waited.",
      type: "counter",
      read: () => [{ value: use.statistics().dropped }],
    },
  ];
}

const FEED_STATES = ["off", "connecting", "live", "polling", "down"] as const;

function byLabel(label: string, counts: readonly (readonly [string, number])[]): Sample[] {
  return counts.map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function histogram({ route, buckets, seconds, count }: RouteTally): Sample[] {
  const name = "latchkey_http_request_duration_seconds";
  const upTo = (le: number | string, value: number): Sample => ({
    metricName: `${name}_bucket`,
    labels: { route, le },
    value,
  });
  return [
    ...buckets.map(([bound, value]) => upTo(bound, value)),
    upTo("+Inf", count),
    { metricName: `${name}_sum`, labels: { route }, value: seconds },
    { metricName: `${name}_count`, labels: { route }, value: count },
  ];
}

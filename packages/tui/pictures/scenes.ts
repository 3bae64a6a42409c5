import { type ApiKey, type EventItem, LocalFailure } from "@latchkey/client";
import type { DomainError } from "@latchkey/core";
import {
  createDemonstration,
  type Demonstration,
  overHttp,
} from "@latchkey/testing/demonstration/demonstration";
import {
  ago,
  busyLog,
  DEMONSTRATION_PASSWORD,
  demoMara,
  eventOf,
  everybodysKeys,
  exampleKeys,
  exampleSessions,
} from "@latchkey/testing/demonstration/examples";
import type { Scene } from "./scene.ts";

// Every screen and dialog, as it stands in its usual and in its awkward moments.

/** A server that an admin of a team is signed in to, with a log of several people. */
function team(): Demonstration {
  const demonstration = createDemonstration(everybodysKeys());
  demonstration.events = busyLog();
  demonstration.sessions = exampleSessions();
  demonstration.principal = { ...demonstration.principal, kind: "session" };
  return demonstration;
}

/** The same as one's own installation, with the same log, and a key that saw more than others. */
function own(): Demonstration {
  const keys = exampleKeys();
  return Object.assign(createDemonstration(keys), { events: [...busyLog(), ...longLife(keys[2])] });
}

function longLife(key: ApiKey | undefined): EventItem[] {
  if (key === undefined) return [];
  const days = 86_400_000;
  const life: readonly [string, number, object][] = [
    ["key.revocation_canceled", 4.2 * days, {}],
    ["key.revocation_scheduled", 5 * days, { revokedAt: ago(-2 * days) }],
    ["key.renamed", 61.1 * days, { from: "Backup" }],
    ["key.created", 90 * days, {}],
  ];
  return life.map(([type, before, data], index) => ({
    ...eventOf(-index, type, key, { ...data }),
    at: ago(before),
  }));
}

/** What somebody else does to a key meanwhile. */
const elsewhere =
  (type: string, title: string, change: Partial<ApiKey> | null) =>
  (shown: Demonstration): void => {
    const key = shown.keys.find((candidate) => candidate.title.startsWith(title));
    if (key === undefined) throw new Error("there is no such key");
    const next = { ...key, ...change };
    shown.keys = shown.keys.flatMap((other) =>
      other !== key ? [other] : change === null ? [] : [next],
    );
    const by = { ...eventOf(0, type, key).actor, userId: demoMara.id };
    const data = { from: key.title, to: next.title };
    shown.happen({ ...eventOf(99, type, next, data), actor: by });
  };

const revokedElsewhere = elsewhere("key.revoked", "CI deploy", {
  status: "revoked",
  revokedAt: ago(0),
  revokedBy: demoMara.id,
});

function unreachable(shown: Demonstration): void {
  shown.before = () => Promise.reject(new Error("nobody answers"));
}

const refusing =
  (procedure: string, refused: DomainError, demonstration = own) =>
  (): Demonstration =>
    Object.assign(demonstration(), {
      before: async (call: { readonly procedure: string }) => {
        if (call.procedure === procedure) throw new LocalFailure(refused);
      },
    });

const pages: readonly Scene[] = [
  { name: "opening", connect: () => new Promise(() => {}), first: "Opening…", steps: [] },
  {
    name: "opening-failed",
    connect: async () => {
      throw new Error(
        "Another program holds /home/ops/.local/share/latchkey and does not answer. End it, then press r.",
      );
    },
    first: "does not answer",
    steps: [],
  },
  { name: "sign-in", demonstration: () => overHttp(team()), first: "Sign in to", steps: [] },
  {
    name: "sign-in-refused",
    demonstration: () => overHttp(team(), "ops@example.com"),
    first: "Sign in to",
    steps: [[["not this one", "enter"], "don't match"]],
  },
  { name: "list", demonstration: own, steps: [] },
  {
    name: "list-empty",
    demonstration: () => createDemonstration([]),
    first: "No secret",
    steps: [],
  },
  { name: "list-everybody", demonstration: team, steps: [[["o"], "mara@example.com"]] },
  { name: "list-search", demonstration: own, steps: [[["/", "sync"], "1 key ·"]] },
  {
    name: "list-no-match",
    demonstration: own,
    steps: [[["/", "nowhere", "enter"], "No key matches."]],
  },
  {
    name: "list-filtered",
    demonstration: own,
    steps: [[["f", "right", "right", "right", "ctrl-s"], "status: revoked"]],
  },
  { name: "list-jump", demonstration: own, steps: [[[","], "esc stay"]] },
  {
    name: "list-reconnecting",
    demonstration: own,
    steps: [[["j"], "reconnecting since", (shown) => shown.cut()]],
  },
  {
    name: "list-offline",
    demonstration: own,
    steps: [[["j"], "reconnecting since", (shown) => shown.cut()]],
    thenMilliseconds: 5 * 60_000,
  },
  {
    name: "list-unreachable",
    demonstration: own,
    steps: [[["r"], "can't be reached", unreachable]],
  },
  {
    name: "created-key",
    demonstration: own,
    steps: [[["n", "Release robot", "ctrl-s"], "This is the only time"]],
  },
  {
    name: "created-key-copied",
    demonstration: own,
    steps: [
      [["n", "Release robot", "ctrl-s"], "This is the only time"],
      [["c"], "Sent to your"],
    ],
  },
  {
    name: "rotated-key",
    demonstration: own,
    steps: [
      [["t"], "Rotate CI deploy?"],
      [["tab", "enter"], "which it replaces"],
    ],
  },
  { name: "key-detail", demonstration: own, steps: [[["enter"], "Used in the last 30 days"]] },
  {
    name: "key-detail-used",
    demonstration: own,
    steps: [[["j", "j", "enter"], "renamed from"]],
  },
  {
    name: "key-detail-scheduled",
    demonstration: own,
    steps: [[["j", "enter"], "Used in the last 30 days"]],
  },
  { name: "key-detail-revoked", demonstration: own, steps: [[["G", "enter"], "○ revoked"]] },
  {
    name: "key-detail-revoked-elsewhere",
    demonstration: own,
    steps: [
      [["enter"], "Used in the last 30 days"],
      [[], "Revoked by mara@example.com just now.", revokedElsewhere],
    ],
  },
  {
    name: "key-detail-deleted",
    demonstration: refusing("keys.get", { code: "NOT_FOUND" }),
    steps: [[["enter"], "✕ deleted"]],
  },
  { name: "key-json", demonstration: own, steps: [[["enter", "v"], '"redacted"']] },
  { name: "help", demonstration: own, steps: [[["?"], "This help"]] },
  { name: "help-form", demonstration: own, steps: [[["enter", "?"], "This help"]] },
  { name: "audit", demonstration: team, steps: [[[",", "a"], "following"]] },
  {
    name: "audit-filtered",
    demonstration: team,
    steps: [
      [[",", "a"], "following"],
      [["T"], "1–1"],
    ],
  },
  {
    name: "event",
    demonstration: team,
    steps: [
      [[",", "a"], "following"],
      [["enter"], "In UTC"],
    ],
  },
  { name: "users", demonstration: team, steps: [[[",", "u"], "theodora"]] },
  {
    name: "users-search",
    demonstration: team,
    steps: [
      [[",", "u"], "theodora"],
      [["/", "mar"], "1 of 3"],
    ],
  },
  {
    name: "user",
    demonstration: team,
    steps: [
      [[",", "u"], "theodora"],
      [["enter"], "Did lately"],
    ],
  },
  {
    name: "ssh-keys",
    demonstration: team,
    steps: [
      [[",", "p"], "Sessions"],
      [["s"], "SHA256"],
    ],
  },
  {
    name: "ssh-keys-none",
    demonstration: team,
    steps: [
      [[",", "u"], "theodora"],
      [["s"], "No SSH keys yet."],
    ],
  },
  { name: "profile", demonstration: team, steps: [[[",", "p"], "this one"]] },
  { name: "profile-operator", demonstration: own, steps: [[[",", "p"], "nobody has to sign in"]] },
];

const onUsers = [[",", "u"], "theodora"] as const;
const onProfile = [[",", "p"], "this one"] as const;

const dialogs: readonly Scene[] = [
  { name: "create-key", demonstration: own, steps: [[["n"], "Create secret API key"]] },
  {
    name: "create-key-scopes",
    demonstration: own,
    steps: [[["n", "Release robot", "tab", "or"], "→ orders:read"]],
  },
  {
    name: "create-key-other-expiry",
    demonstration: own,
    steps: [
      [
        [
          "n",
          "Release robot",
          "tab",
          "tab",
          "right",
          "right",
          "right",
          "right",
          "right",
          "tab",
          "36h",
        ],
        "Works until",
      ],
    ],
  },
  {
    name: "create-key-refused",
    demonstration: refusing("keys.create", { code: "TITLE_INVALID", problem: { kind: "empty" } }),
    steps: [[["n", "ctrl-s"], "Give the key a title"]],
  },
  {
    name: "create-key-unreachable",
    demonstration: refusing("keys.create", { code: "UNAVAILABLE", why: "outcome_unknown" }),
    steps: [[["n", "Release robot", "ctrl-s"], "connection was lost"]],
  },
  { name: "edit-key", demonstration: own, steps: [[["e"], "Edit secret API key"]] },
  {
    name: "edit-key-conflict",
    demonstration: refusing("keys.rename", { code: "CONFLICT", revision: 2 }),
    steps: [[["e", " 2", "ctrl-s"], "Somebody changed this key"]],
  },
  {
    name: "edit-key-elsewhere",
    demonstration: own,
    steps: [
      [["e", " 2"], "CI deploy 2"],
      [[], "Save puts yours", elsewhere("key.renamed", "CI deploy", { title: "CI" })],
    ],
  },
  { name: "rotate-key", demonstration: own, steps: [[["t"], "Rotate CI deploy?"]] },
  {
    name: "rotate-key-other",
    demonstration: own,
    steps: [
      [["t"], "Rotate CI deploy?"],
      [["shift-tab", "right", "right", "tab", "36h"], "36h▏"],
    ],
  },
  { name: "revoke-key", demonstration: own, steps: [[["x"], "Revoke CI deploy?"]] },
  { name: "revoke-key-scheduled", demonstration: own, steps: [[["j", "x"], "not at all"]] },
  {
    name: "revoke-key-other",
    demonstration: own,
    steps: [
      [
        [
          "x",
          "shift-tab",
          "right",
          "right",
          "right",
          "right",
          "tab",
          "soon",
          "tab",
          "tab",
          "enter",
        ],
        "Write something",
      ],
    ],
  },
  {
    name: "revoke-key-refused",
    demonstration: refusing("keys.revoke", { code: "UNAVAILABLE", why: "outcome_unknown" }),
    steps: [[["x", "tab", "enter"], "connection was lost"]],
  },
  {
    name: "revoke-key-elsewhere",
    demonstration: own,
    steps: [
      [["x"], "Revoke CI deploy?"],
      [[], "Revoked by mara@example.com just now.", revokedElsewhere],
    ],
  },
  { name: "delete-key", demonstration: own, steps: [[["G", "X"], "Delete Old laptop?"]] },
  { name: "key-actions", demonstration: own, steps: [[["a"], "Edit title"]] },
  { name: "key-actions-revoked", demonstration: own, steps: [[["G", "a"], "Edit title"]] },
  { name: "filter", demonstration: own, steps: [[["f"], "Apply"]] },
  {
    name: "filter-days",
    demonstration: own,
    steps: [[["f", "tab", "tab", "left", "tab", "2026", "ctrl-s"], "Write the day"]],
  },
  { name: "sort", demonstration: own, steps: [[["s"], "newest first ›"]] },
  { name: "palette", demonstration: own, steps: [[[":"], "Create a key"]] },
  { name: "palette-typed", demonstration: team, steps: [[[":", "sy"], "Warehouse sync"]] },
  { name: "palette-nothing", demonstration: own, steps: [[[":", "zzz"], "Nothing matches."]] },
  {
    name: "audit-filter",
    demonstration: team,
    steps: [
      [[",", "a"], "following"],
      [["f"], "What happened"],
    ],
  },
  { name: "add-user", demonstration: team, steps: [onUsers, [["n"], "Add user"]] },
  {
    name: "add-user-refused",
    demonstration: refusing("users.add", { code: "EMAIL_TAKEN" }, team),
    steps: [onUsers, [["n", demoMara.email, "ctrl-s"], "A user with this email"]],
  },
  { name: "set-role", demonstration: team, steps: [onUsers, [["e"], "Make member"]] },
  { name: "set-password", demonstration: team, steps: [onUsers, [["p"], "Their sessions"]] },
  { name: "disable-user", demonstration: team, steps: [onUsers, [["x"], "Disable mara"]] },
  { name: "own-password", demonstration: team, steps: [onProfile, [["p"], "Your other sessions"]] },
  {
    name: "own-password-differs",
    demonstration: team,
    steps: [onProfile, [["p", "one", "tab", "two", "tab", "three", "ctrl-s"], "differ"]],
  },
  {
    name: "end-session",
    demonstration: team,
    steps: [onProfile, [["j", "x"], "End this session?"]],
  },
  {
    name: "add-ssh-key",
    demonstration: team,
    steps: [onProfile, [["s"], "SHA256"], [["n"], "Public key"]],
  },
  {
    name: "add-ssh-key-refused",
    demonstration: team,
    steps: [onProfile, [["s"], "SHA256"], [["n", "ssh-rsa what", "ctrl-s"], "damaged or cut off"]],
  },
  {
    name: "remove-ssh-key",
    demonstration: team,
    steps: [onProfile, [["s"], "SHA256"], [["x"], "Remove ops@laptop?"]],
  },
  {
    name: "discard-changes",
    demonstration: own,
    steps: [[["n", "Release robot", "escape"], "Discard"]],
  },
  {
    name: "leave-token",
    demonstration: own,
    steps: [
      [["n", "Release robot", "ctrl-s"], "This is the only time"],
      [["enter"], "Leave without the token?"],
    ],
  },
  {
    name: "quit-with-token",
    demonstration: own,
    steps: [
      [["n", "Release robot", "ctrl-s"], "This is the only time"],
      [["c", "ctrl-c"], "Quit?"],
    ],
  },
  {
    name: "sign-in-again",
    demonstration: () => overHttp(team(), "ops@example.com"),
    first: "Sign in to",
    steps: [
      [[DEMONSTRATION_PASSWORD, "enter"], "CI deploy"],
      [[",", "p"], "this one"],
      [
        ["r"],
        "Your session has ended.",
        (shown) => {
          shown.signedIn = false;
        },
      ],
    ],
  },
];

export const scenes: readonly Scene[] = [...pages, ...dialogs];

import {
  type ApiKey,
  type EventItem,
  type EventPage,
  type KeyPage,
  LocalFailure,
} from "@latchkey/client";
import { ago, DEMONSTRATION_TOKEN, demoKey, demoOps, eventOf } from "./examples.ts";
import { happened, type Held, type Input } from "./held.ts";
import { sshKeysClient, usersClient } from "./people-client.ts";
import { usageOf } from "./usage.ts";

// The procedures of a server in memory. Filters, pages and rules go just as far as screens need them.

export function demonstrationClient(state: Held) {
  const procedure =
    (name: string, answer: (input: Input) => unknown) =>
    async (input: Input = {}): Promise<unknown> => {
      const call = { procedure: name, input };
      state.calls.push(call);
      await state.before(call);
      if (!state.signedIn) throw new LocalFailure({ code: "UNAUTHENTICATED" });
      return answer(input);
    };
  const find = (id: unknown): ApiKey => {
    const key = state.keys.find((candidate) => candidate.id === id);
    if (key === undefined) throw new Error("no such key");
    return key;
  };
  const change = (id: unknown, type: string, next: Partial<ApiKey>): ApiKey => {
    const before = find(id);
    const key = { ...before, ...next, revision: before.revision + 1 };
    state.keys = state.keys.map((candidate) => (candidate.id === id ? key : candidate));
    const data = { from: before.title, to: key.title };
    state.happen(eventOf(state.events.length + 1, type, key, data));
    return key;
  };
  const create = (title: string, extra: Partial<ApiKey> = {}): ApiKey => {
    const key = demoKey({ title, redacted: "sk_DEMO…Fake", createdAt: ago(0), ...extra });
    state.keys = [key, ...state.keys];
    state.happen(eventOf(state.events.length + 1, "key.created", key));
    return key;
  };
  return {
    users: usersClient(state, procedure),
    sshKeys: sshKeysClient(state, procedure),
    auth: {
      whoami: { query: procedure("auth.whoami", () => state.principal) },
      setPassword: { mutate: procedure("auth.setPassword", () => ({})) },
      sessions: { query: procedure("auth.sessions", () => ({ items: state.sessions })) },
      endSession: {
        mutate: procedure("auth.endSession", ({ id }) => {
          state.sessions = state.sessions.filter((session) => session.id !== id);
          happened(state, "session.ended");
          return {};
        }),
      },
    },
    events: {
      list: {
        query: procedure("events.list", (input) => eventPage(state.events, input)),
      },
    },
    keys: {
      list: { query: procedure("keys.list", (input) => page(ownedFor(state, input), input)) },
      get: {
        query: procedure("keys.get", async ({ id }) => {
          if (state.keys.some((key) => key.id === id)) return find(id);
          throw new LocalFailure({ code: "NOT_FOUND" });
        }),
      },
      usage: { query: procedure("keys.usage", ({ id }) => usageOf(find(id))) },
      create: {
        mutate: procedure("keys.create", ({ title }) => ({
          key: create(String(title)),
          token: DEMONSTRATION_TOKEN,
        })),
      },
      rename: {
        mutate: procedure("keys.rename", ({ id, title }) =>
          change(id, "key.renamed", { title: String(title) }),
        ),
      },
      revoke: {
        mutate: procedure("keys.revoke", ({ id, inSeconds }) => {
          const seconds = Number(inSeconds ?? 0);
          return change(id, seconds === 0 ? "key.revoked" : "key.revocation_scheduled", {
            status: seconds === 0 ? "revoked" : "active",
            revokedAt: ago(-seconds * 1000),
            revokedBy: demoOps.id,
          });
        }),
      },
      cancelRevocation: {
        mutate: procedure("keys.cancelRevocation", ({ id }) =>
          change(id, "key.revocation_canceled", { revokedAt: null, revokedBy: null }),
        ),
      },
      rotate: {
        mutate: procedure("keys.rotate", ({ id, graceSeconds }) => {
          const successor = create(find(id).title, {
            id: "key_successor00000000000000000",
            rotatedFrom: find(id).id,
          });
          const previous = change(id, "key.rotated", {
            revokedAt: ago(-Number(graceSeconds) * 1000),
            rotatedTo: successor.id,
          });
          return { key: successor, token: DEMONSTRATION_TOKEN, previous };
        }),
      },
      delete: {
        mutate: procedure("keys.delete", ({ id }) => {
          const key = find(id);
          state.keys = state.keys.filter((other) => other !== key);
          state.happen(eventOf(state.events.length + 1, "key.deleted", key));
          return { id };
        }),
      },
    },
  };
}

function ownedFor({ keys, principal }: Held, { owner }: Input): ApiKey[] {
  if (owner === "all") return keys;
  const wanted = owner === "me" || owner === undefined ? principal.userId : owner;
  return keys.filter(({ ownerId }) => ownerId === wanted);
}

function page(keys: readonly ApiKey[], { search, status, cursor, limit = 20 }: Input): KeyPage {
  const wanted = typeof search === "string" ? search.toLowerCase() : "";
  const matching = keys.filter(
    (key) =>
      key.title.toLowerCase().includes(wanted) && (status === undefined || key.status === status),
  );
  const from = Number(cursor ?? 0);
  const to = from + Number(limit);
  return {
    items: matching.slice(from, to),
    nextCursor: to < matching.length ? String(to) : null,
    total: Math.min(1_000, matching.length),
    totalIsCapped: matching.length > 1_000,
  };
}

function eventPage(events: readonly EventItem[], input: Input): EventPage {
  const { keyId, actorId, type, before, limit = 20 } = input;
  const matching = events.filter(
    (event) =>
      (keyId === undefined || event.keyId === keyId) &&
      (actorId === undefined || event.actor.userId === actorId) &&
      (type === undefined || event.type === type) &&
      (before === undefined || event.seq < Number(before)),
  );
  const items = matching.slice(0, Number(limit));
  const more = matching.length > items.length;
  return { items, nextBefore: more ? (items.at(-1)?.seq ?? null) : null };
}

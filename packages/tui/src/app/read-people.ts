import type { EventItem, User } from "@latchkey/client";
import type { News } from "../connection/news.ts";
import { seesEverybody } from "../format/people.ts";
import type { State } from "./state.ts";
import type { Reply } from "../kit/request.ts";
import { APPLICATION, ask, type AppUpdate } from "./commands.ts";

// When the users are read: at the start, for an unknown id, and again with a key's page.

/** How stale they may be when a key's page shows whether its owner is disabled. */
const FRESH_MILLISECONDS = 30_000;

/** Reads the users, unless that is under way or not allowed for this person. */
export function readPeople(state: State): AppUpdate {
  if (state.people.asking || !seesEverybody(state.principal)) return [state, []];
  const people = { ...state.people, asking: true };
  return [{ ...state, people }, [ask(state, APPLICATION, 0, { procedure: "users.list" })]];
}

/** Reads the users again if an answer contains an unknown one. */
export function readStrangers(state: State, answer: Reply): AppUpdate {
  const { asking, readAt } = state.people;
  if (asking || readAt === null) return [state, []];
  const strangers = strangersAmong(state, idsIn(answer));
  const old = state.now.getTime() - readAt.getTime() > FRESH_MILLISECONDS;
  if (strangers.length === 0 && !(old && answer.procedure === "keys.get")) return [state, []];
  return seek(state, strangers);
}

/** Reads the users again if they changed, or if an unknown one acted. */
export function readNewPeople(state: State, news: readonly News[]): AppUpdate {
  const { asking, readAt } = state.people;
  if (asking || readAt === null) return [state, []];
  const ids = news.flatMap((item) => (item.kind === "event" ? actorsOf([item]) : []));
  const strangers = strangersAmong(state, ids);
  const isOld = news.some(({ type }) => type.startsWith("user."));
  return isOld || strangers.length > 0 ? seek(state, strangers) : [state, []];
}

function strangersAmong({ people: { byId, requested } }: State, ids: readonly string[]): string[] {
  return ids.filter((id) => byId[id] === undefined && !requested.includes(id));
}

function seek(state: State, strangers: readonly string[]): AppUpdate {
  const people = { ...state.people, requested: [...state.people.requested, ...strangers] };
  return readPeople({ ...state, people });
}

export function peopleAnswered(state: State, answer: Reply<"users.list">): State {
  const people = { ...state.people, asking: false };
  if (answer.ok) return withPeople({ ...state, people }, answer.value.items);
  // A permanent refusal is not retried: the ids are shown instead.
  const lasting = answer.failure.code === "FORBIDDEN";
  return { ...state, people: lasting ? { ...people, readAt: state.now } : people };
}

export function withPeople(state: State, users: readonly User[]): State {
  const byId = Object.fromEntries(users.map((user) => [user.id, user]));
  return { ...state, people: { ...state.people, byId, readAt: state.now } };
}

function idsIn(answer: Reply): string[] {
  if (!answer.ok) return [];
  switch (answer.procedure) {
    case "keys.list":
      return answer.value.items.map(({ ownerId }) => ownerId);
    case "keys.get": {
      const { ownerId, createdBy, revokedBy } = answer.value;
      return [ownerId, createdBy, ...(revokedBy === null ? [] : [revokedBy])];
    }
    case "sshKeys.list":
      return answer.value.items.map(({ addedBy }) => addedBy);
    case "events.list":
      return actorsOf(answer.value.items);
    default:
      return [];
  }
}

function actorsOf(events: readonly EventItem[]): string[] {
  return events.flatMap(({ actor }) => (actor.userId === null ? [] : [actor.userId]));
}

import { type Failure, mayRecover } from "../format/failure.ts";
import type { News } from "../connection/news.ts";
import type { Effect } from "./message.ts";
import { placement, screenOf } from "./layers.ts";
import type { Link } from "./link.ts";
import { readNewPeople, readPeople } from "./read-people.ts";
import type { Reply } from "../kit/request.ts";
import { afterRefusal } from "./sign-in.ts";
import { contextOf, type Layer, type State, topLayer } from "./state.ts";
import { APPLICATION, ask, readEach, type AppUpdate, withKey, withLayer } from "./commands.ts";

// Changes by others, as they happen: the log is followed, and whatever an event concerns is read again.

/** How often everything is read again if nothing can be followed. */
const UNFOLLOWED_MILLISECONDS = 10_000;

/**
 * Starts to follow once there is a picture with its first answers in it, so that neither is delayed; and stops
 * while nobody is signed in.
 */
export function following([state, effects]: AppUpdate): AppUpdate {
  const isFollowing = state.link.kind !== "none";
  if (isFollowing === wantsFollowing(state)) return [state, effects];
  return isFollowing
    ? [{ ...state, link: { kind: "none" } }, [...effects, { type: "unfollow" }]]
    : [{ ...state, link: { kind: "joining" } }, [...effects, { type: "follow" }]];
}

function wantsFollowing({ phase, signingIn, link, painted, layers }: State): boolean {
  if (phase.kind !== "open" || signingIn !== null) return false;
  return link.kind !== "none" || (painted && layers[0]?.asking === 0);
}

/** From here on nothing is missed. What happened before, or was allowed meanwhile, is unknown. */
export function joined(state: State): AppUpdate {
  return foundAgain(state, { kind: "live" });
}

/** There are no events until it has joined again, which happens automatically. */
export function lost(state: State, failure: Failure): AppUpdate {
  switch (failure.code) {
    case "UNAUTHENTICATED":
      if (state.signIn !== null) return [afterRefusal(state), []];
      break;
    // It joins again at once, and then everything is read again.
    case "LOG_RESTARTED":
      return [logRestarted(state), []];
    case "UNAVAILABLE":
    case "INTERNAL": {
      const { link } = state;
      return [
        { ...state, link: link.kind === "lost" ? link : { kind: "lost", since: state.now } },
        [],
      ];
    }
    default:
  }
  return foundAgain(state, { kind: "refused", readAt: state.now });
}

/** Its numbers are reused for other events: nothing that was seen counts as older than what comes. */
function logRestarted(state: State): State {
  const anew = (layer: Layer): Layer =>
    layer.state.kind === "audit" ? { ...layer, state: { ...layer.state, newestShown: 0 } } : layer;
  const text = "The log was cut, as by a restore. What you see is read again.";
  const [layers, resting] = [state.layers.map(anew), state.resting.map(anew)];
  return { ...state, layers, resting, notice: { tone: "error", text } };
}

function foundAgain(state: State, link: Link): AppUpdate {
  const isFirst = state.link.kind === "joining";
  const [reading, effects] = readEach({ ...state, link });
  const [next, more] = isFirst ? askMissing(reading) : [reading, [askWhoami(reading)]];
  return [next, [...effects, ...more]];
}

/** The clock moved. What could not be read is requested again; otherwise nothing is. */
export function ticked(state: State): AppUpdate {
  const { link, now } = state;
  switch (link.kind) {
    case "none":
    case "joining":
    case "lost":
      return [state, []];
    case "refused":
      if (now.getTime() - link.readAt.getTime() >= UNFOLLOWED_MILLISECONDS) {
        return readEach({ ...state, link: { kind: "refused", readAt: now } });
      }
      return caughtUp(state);
    case "live":
      return caughtUp(state);
  }
}

/** Reads again what could not be read the last time. */
export function caughtUp(state: State): AppUpdate {
  const [next, effects] = readEach(
    state,
    ({ state: layer, again }) => again || screenOf(layer).isBehind?.(layer) === true,
  );
  const [asking, missing] = askMissing(next);
  return [asking, [...missing, ...effects]];
}

/** Reads who is signed in, and the users, if they could not be read so far. */
function askMissing(state: State): AppUpdate {
  if (state.principal === null) return [state, [askWhoami(state)]];
  return state.people.readAt === null ? readPeople(state) : [state, []];
}

export function askWhoami(state: State): Effect {
  return ask(state, APPLICATION, 0, { procedure: "auth.whoami" });
}

/** Layers that show something of it read again; those about a key show what was done to it. */
export function happened(state: State, news: readonly News[]): AppUpdate {
  let updated = state;
  for (const { number, state: layer } of state.layers) {
    const key = screenOf(layer).about?.(layer);
    const event = news.findLast(
      (item) => item.kind === "event" && item.keyId === key?.id && !isOwn(item, state),
    );
    if (event?.kind === "event") {
      updated = withLayer(updated, number, { news: { event, receivedAt: state.now } });
    }
  }
  const [reading, effects] = readEach(updated, (layer) => concerns(layer, news, state));
  // Whichever screen reads the users, all of them get the result.
  const isAsked = effects.some(
    (effect) => effect.type === "ask" && effect.request.procedure === "users.list",
  );
  if (isAsked) return [reading, effects];
  const [next, users] = readNewPeople(reading, news);
  return [next, [...effects, ...users]];
}

function concerns({ state: layer }: Layer, news: readonly News[], state: State): boolean {
  const screen = screenOf(layer);
  const key = screen.about?.(layer);
  const context = contextOf(state);
  return news.some(
    (item) =>
      (key !== undefined && item.keyId === key.id) ||
      screen.concerns?.(layer, item, context) === true,
  );
}

/** One's own actions are known, and those of one's other terminals are visible anyway. */
function isOwn({ actor }: Extract<News, { kind: "event" }>, { principal }: State): boolean {
  return actor.userId === principal?.userId;
}

/** The current state of the key that a layer is about. */
export function aboutAnswered(state: State, layer: Layer, answer: Reply): AppUpdate {
  if (answer.procedure !== "keys.get") return [state, []];
  if (answer.ok) return [withKey(state, answer.value), []];
  if (answer.failure.code === "NOT_FOUND")
    return [withLayer(state, layer.number, { gone: true }), []];
  return [withLayer(state, layer.number, { again: mayRecover(answer.failure) }), []];
}

/** After a key press on the top layer its news counts as read. That a key is gone stays. */
export function newsRead(state: State): State {
  const { number, state: layer, news } = topLayer(state);
  if (placement[layer.kind] !== "page" || news === null) return state;
  return news.event.type === "key.deleted" ? state : withLayer(state, number, { news: null });
}

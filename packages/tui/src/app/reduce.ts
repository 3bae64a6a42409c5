import { copiedText } from "../format/copied.ts";
import { isWrongPassword, mayRecover, SESSION_ENDED } from "../format/failure.ts";
import { actionFor, everywhere } from "../kit/keymap.ts";
import type { Message } from "./message.ts";
import type { Press } from "../kit/press.ts";
import { pressedAnywhere, jumped } from "./jump.ts";
import { screenOf } from "./layers.ts";
import {
  aboutAnswered,
  askWhoami,
  caughtUp,
  following,
  happened,
  joined,
  lost,
  newsRead,
  ticked,
} from "./live.ts";
import { overText } from "./over.ts";
import { quit } from "./quit.ts";
import { peopleAnswered, readStrangers, withPeople } from "./read-people.ts";
import type { Reply } from "../kit/request.ts";
import { afterRefusal, pressedSigningIn, recognized, signedIn, signInFailed } from "./sign-in.ts";
import { contextOf, type State, topLayer } from "./state.ts";
import {
  ABOUT,
  APPLICATION,
  layerBy,
  readAgain,
  type AppUpdate,
  startAt,
  take,
  withLayer,
} from "./commands.ts";

const UNAVAILABLE_EXIT_CODE = 3;

type AnsweredMessage = Extract<Message, { type: "answered" }>;
type Copied = Extract<Message, { type: "copied" }>;

/** The whole application in one pure step. */
export function reduce(state: State, message: Message): AppUpdate {
  return following(after(state, message));
}

function after(state: State, message: Message): AppUpdate {
  switch (message.type) {
    case "pressed":
      return pressed(state, message.press);
    case "answered":
      return answered(state, message);
    case "signed-in":
      return signedIn(state, message.number);
    case "sign-in-failed":
      return [signInFailed(state, message.number, message.failure), []];
    case "elapsed": {
      const layer = layerBy(state, message.layer);
      if (layer === undefined) return [state, []];
      const update = screenOf(layer.state).elapsed?.(layer.state, message.number, contextOf(state));
      return update === undefined ? [state, []] : take(state, layer.number, update);
    }
    case "copied":
      return [copied(state, message), []];
    case "connected": {
      const { place, signIn } = message;
      const open: State = { ...state, phase: { kind: "open" }, place, signIn };
      const [loading, effects] = startAt(open, "key-list");
      return [loading, [askWhoami(open), ...effects]];
    }
    case "connect-failed":
      return [{ ...state, phase: { kind: "failed", message: message.message } }, []];
    case "resized":
      return [{ ...state, columns: message.columns, rows: message.rows }, []];
    case "painted":
      return [{ ...state, painted: true }, []];
    case "ticked":
      return ticked(state);
    case "joined":
      return joined(state);
    case "lost":
      return lost(state, message.failure);
    case "happened":
      return happened(state, message.news);
    case "notified":
      return [{ ...state, notice: message.notice }, []];
  }
}

function copied(state: State, { layer: number, what, by }: Copied): State {
  if (what !== undefined) return { ...state, notice: { tone: "info", text: copiedText(by, what) } };
  const layers = state.layers.map((layer) =>
    layer.number === number
      ? { ...layer, state: screenOf(layer.state).copied?.(layer.state, by) ?? layer.state }
      : layer,
  );
  return { ...state, layers };
}

function pressed(state: State, press: Press): AppUpdate {
  const action = everywhere.find(({ keys }) => keys.some((key) => key === press.name))?.action;
  if (action === "suspend") return [state, [{ type: "suspend" }]];
  if (action === "quit") return quit(state);
  switch (state.phase.kind) {
    case "opening":
      return press.name === "q" ? [state, [{ type: "quit", exitCode: 0 }]] : [state, []];
    case "failed":
      return pressedWhenFailed(state, press);
    case "open": {
      if (state.signingIn !== null) return pressedSigningIn(state, press);
      if (state.jumping) return jumped(state, press);
      const anywhere = pressedAnywhere(state, press);
      if (anywhere !== null) return anywhere;
      const top = topLayer(state);
      if (overText(top, state) !== null) return pressedWhenOver(state, press);
      const cleared = newsRead({ ...state, notice: null });
      const update = screenOf(top.state).press(top.state, press, contextOf(state));
      return take(cleared, top.number, update);
    }
  }
}

function pressedWhenOver(state: State, press: Press): AppUpdate {
  if (actionFor("over", press) === null) return [state, []];
  const { number, state: layer } = topLayer(state);
  return take({ ...state, notice: null }, number, [layer, [{ command: "close" }]]);
}

function pressedWhenFailed(state: State, press: Press): AppUpdate {
  switch (actionFor("failed", press)) {
    case "retry":
      return [{ ...state, phase: { kind: "opening" } }, [{ type: "connect" }]];
    case "quit":
      return [state, [{ type: "quit", exitCode: UNAVAILABLE_EXIT_CODE }]];
    case null:
      return [state, []];
  }
}

function answered(state: State, message: AnsweredMessage): AppUpdate {
  const [next, effects] = settled(arrived(state, message), message);
  const layer = next.layers.find(({ number }) => number === message.layer);
  if (layer?.again !== true || !mayReadAgain(message.answer)) return [next, effects];
  const [reading, more] = readAgain(next, layer.number);
  return [reading, [...effects, ...more]];
}

/** A failed read is repeated later. */
function mayReadAgain(answer: Reply): boolean {
  return answer.ok || !mayRecover(answer.failure);
}

function arrived(state: State, { layer: number, answer }: AnsweredMessage): State {
  const asking = layerBy(state, number)?.asking ?? 0;
  const change = answer.ask === ABOUT ? { reading: false } : { asking: Math.max(0, asking - 1) };
  return withLayer(state, number, change);
}

function settled(state: State, { layer, session, answer }: AnsweredMessage): AppUpdate {
  // The user of an earlier session is not the current one.
  if (answer.procedure === "auth.whoami" && session !== state.session) return [state, []];
  const refused =
    !answer.ok &&
    answer.failure.code === "UNAUTHENTICATED" &&
    !isWrongPassword(answer.failure) &&
    state.signIn !== null;
  if (!refused) return delivered(state, layer, answer);
  const [next, effects] = delivered(state, layer, { ...answer, failure: SESSION_ENDED });
  if (session === state.session) return [afterRefusal(next), effects];
  // It was requested before signing in: what was to be read is read now.
  const [reloaded, more] = caughtUp(next);
  return [reloaded, [...effects, ...more]];
}

function delivered(state: State, number: number, answer: Reply): AppUpdate {
  if (number === APPLICATION) return applicationAnswered(state, answer);
  const layer = layerBy(state, number);
  if (layer === undefined) return [state, []];
  if (answer.ask === ABOUT) return aboutAnswered(state, layer, answer);
  const known =
    answer.procedure === "users.list" && answer.ok ? withPeople(state, answer.value.items) : state;
  const update = screenOf(layer.state).answer?.(layer.state, answer, contextOf(known));
  if (update === undefined) return [known, []];
  const [next, effects] = take(known, number, update);
  const [reading, users] = readStrangers(next, answer);
  return [reading, [...effects, ...users]];
}

function applicationAnswered(state: State, answer: Reply): AppUpdate {
  switch (answer.procedure) {
    case "auth.whoami":
      if (answer.ok) return recognized(state, answer.value);
      if (state.signingIn?.working !== true) return [state, []];
      return [signInFailed(state, state.signingIn.asked, answer.failure), []];
    case "users.list":
      return [peopleAnswered(state, answer), []];
    default:
      return [state, []];
  }
}

import { copiedText } from "../format/copied.ts";
import { isWrongPassword } from "../format/failure.ts";
import { commandFor, everywhere } from "../keymap.ts";
import type { Action, Effect } from "./action.ts";
import type { Press } from "./input.ts";
import { heardAnywhere, jumped } from "./jump.ts";
import { screenOf } from "./layers.ts";
import { quit } from "./quit.ts";
import { peopleAnswered, readPeople, readStrangers, withPeople } from "./read-people.ts";
import { caughtUp, refreshed } from "./refresh.ts";
import type { Answer } from "./request.ts";
import {
  afterRefusal,
  pressedSigningIn,
  recognized,
  signedIn,
  signInFailed,
  soften,
} from "./sign-in.ts";
import { contextOf, type State, topLayer } from "./state.ts";
import { APPLICATION, ask, askHead, layerBy, type Step, startAt, take } from "./wishes.ts";

const UNAVAILABLE_EXIT_CODE = 3;

type Answered = Extract<Action, { type: "answered" }>;
type Copied = Extract<Action, { type: "copied" }>;

/** The whole application in one pure step. */
export function reduce(state: State, action: Action): Step {
  switch (action.type) {
    case "pressed":
      return pressed(state, action.press);
    case "answered":
      return answered(state, action);
    case "signed-in":
      return signedIn(state, action.number);
    case "sign-in-failed":
      return [signInFailed(state, action.number, action.failure), []];
    case "elapsed": {
      const layer = layerBy(state, action.layer);
      if (layer === undefined) return [state, []];
      const turn = screenOf(layer.state).elapsed?.(layer.state, action.number, contextOf(state));
      return turn === undefined ? [state, []] : take(state, layer.number, turn);
    }
    case "copied":
      return [copied(state, action), []];
    case "connected": {
      const { place, status, signIn } = action;
      const open: State = { ...state, phase: { kind: "open" }, place, connection: status, signIn };
      const [loading, effects] = startAt(open, "key-list");
      const [asking, head] = askHead(loading);
      return [asking, [askWhoami(open), ...effects, ...head]];
    }
    case "connect-failed":
      return [{ ...state, phase: { kind: "failed", message: action.message } }, []];
    case "status-changed": {
      const next = { ...state, connection: action.status };
      return action.status.kind === "live" && state.phase.kind === "open" && !state.signingIn
        ? reconnected(next)
        : [next, []];
    }
    case "resized":
      return [{ ...state, columns: action.columns, rows: action.rows }, []];
    case "beat":
      return state.phase.kind === "open" && !state.askingHead ? beat(state) : [state, []];
    case "notified":
      return [{ ...state, notice: action.notice }, []];
  }
}

function copied(state: State, { layer: number, what, by }: Copied): State {
  if (what !== undefined) return { ...state, notice: { tone: "info", text: copiedText(by, what) } };
  const layers = state.layers.map((layer) =>
    layer.number === number
      ? { number, state: screenOf(layer.state).copied?.(layer.state, by) ?? layer.state }
      : layer,
  );
  return { ...state, layers };
}

function askWhoami(state: State): Effect {
  return ask(state, APPLICATION, 0, { kind: "whoami" });
}

function beat(state: State): Step {
  // Nothing can be asked while nobody is signed in, but whether the server is back.
  if (state.signingIn !== null)
    return state.connection.kind === "live" ? [state, []] : askHead(state);
  const [next, effects] = askHead(state);
  const [asking, missing] = askMissing(next);
  return [asking, [...missing, ...effects]];
}

function pressed(state: State, press: Press): Step {
  const command = everywhere.find(({ keys }) => keys.some((key) => key === press.name))?.command;
  if (command === "suspend") return [state, [{ type: "suspend" }]];
  if (command === "quit") return quit(state);
  switch (state.phase.kind) {
    case "opening":
      return press.name === "q" ? [state, [{ type: "quit", exitCode: 0 }]] : [state, []];
    case "failed":
      return pressedWhenFailed(state, press);
    case "open": {
      if (state.signingIn !== null) return pressedSigningIn(state, press);
      if (state.jumping) return jumped(state, press);
      const anywhere = heardAnywhere(state, press);
      if (anywhere !== null) return anywhere;
      const { number, state: layer } = topLayer(state);
      const cleared = { ...state, notice: null };
      return take(cleared, number, screenOf(layer).press(layer, press, contextOf(state)));
    }
  }
}

function pressedWhenFailed(state: State, press: Press): Step {
  switch (commandFor("failed", press)) {
    case "retry":
      return [{ ...state, phase: { kind: "opening" } }, [{ type: "connect" }]];
    case "quit":
      return [state, [{ type: "quit", exitCode: UNAVAILABLE_EXIT_CODE }]];
    case null:
      return [state, []];
  }
}

function answered(state: State, { layer, session, answer }: Answered): Step {
  // Who an earlier session was says nothing of who works here now.
  if (answer.kind === "whoami" && session !== state.session) return [state, []];
  const refused =
    !answer.ok &&
    answer.failure.code === "UNAUTHENTICATED" &&
    !isWrongPassword(answer.failure) &&
    state.signIn !== null;
  if (!refused) return heard(state, layer, answer);
  const [next, effects] = heard(state, layer, soften(answer));
  if (session === state.session) return [afterRefusal(next), effects];
  // It was asked before somebody signed in: what was to be read is read now.
  const [reloaded, more] = caughtUp(next);
  return [reloaded, [...effects, ...more]];
}

function heard(state: State, number: number, answer: Answer): Step {
  if (number === APPLICATION) return applicationAnswered(state, answer);
  const layer = layerBy(state, number);
  if (layer === undefined) return [state, []];
  const known = answer.kind === "users" && answer.ok ? withPeople(state, answer.value) : state;
  const turn = screenOf(layer.state).answer?.(layer.state, answer, contextOf(known));
  if (turn === undefined) return [known, []];
  const [next, effects] = take(known, number, turn);
  const [reading, users] = readStrangers(next, answer);
  return [reading, [...effects, ...users]];
}

function applicationAnswered(state: State, answer: Answer): Step {
  switch (answer.kind) {
    case "whoami":
      if (answer.ok) return recognized(state, answer.value);
      if (state.signingIn?.working !== true) return [state, []];
      return [signInFailed(state, state.signingIn.asked, answer.failure), []];
    case "users":
      return [peopleAnswered(state, answer), []];
    case "head":
      return headAnswered({ ...state, askingHead: false }, answer);
    default:
      return [state, []];
  }
}

function headAnswered(state: State, answer: Extract<Answer, { kind: "head" }>): Step {
  if (!answer.ok) return [state, []];
  const next = { ...state, headSeq: answer.value };
  if (state.headSeq === null || answer.value === state.headSeq) return caughtUp(next);
  return refreshed(next);
}

/** Back after a break: nothing is known of what happened meanwhile. */
function reconnected(state: State): Step {
  const [next, effects] = refreshed(state);
  const [asking, missing] = askMissing(next);
  return [asking, [...missing, ...effects]];
}

/** Who works here, and who the others are, where that could not be read so far. */
function askMissing(state: State): Step {
  if (state.principal === null) return [state, [askWhoami(state)]];
  return state.people.readAt === null ? readPeople(state) : [state, []];
}

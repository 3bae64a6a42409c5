import { copiedText } from "../format/copied.ts";
import { isWrongPassword, mayMend } from "../format/failure.ts";
import { commandFor, everywhere } from "../kit/keymap.ts";
import type { Action } from "./action.ts";
import type { Press } from "../kit/press.ts";
import { heardAnywhere, jumped } from "./jump.ts";
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
import type { Answer } from "../kit/request.ts";
import {
  afterRefusal,
  pressedSigningIn,
  recognized,
  signedIn,
  signInFailed,
  soften,
} from "./sign-in.ts";
import { contextOf, type State, topLayer } from "./state.ts";
import {
  ABOUT,
  APPLICATION,
  layerBy,
  readAgain,
  type Step,
  startAt,
  take,
  withLayer,
} from "./wishes.ts";

const UNAVAILABLE_EXIT_CODE = 3;

type Answered = Extract<Action, { type: "answered" }>;
type Copied = Extract<Action, { type: "copied" }>;

/** The whole application in one pure step. */
export function reduce(state: State, action: Action): Step {
  return following(after(state, action));
}

function after(state: State, action: Action): Step {
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
      const { place, signIn } = action;
      const open: State = { ...state, phase: { kind: "open" }, place, signIn };
      const [loading, effects] = startAt(open, "key-list");
      return [loading, [askWhoami(open), ...effects]];
    }
    case "connect-failed":
      return [{ ...state, phase: { kind: "failed", message: action.message } }, []];
    case "resized":
      return [{ ...state, columns: action.columns, rows: action.rows }, []];
    case "painted":
      return [{ ...state, painted: true }, []];
    case "ticked":
      return ticked(state);
    case "joined":
      return joined(state);
    case "lost":
      return lost(state, action.failure);
    case "happened":
      return happened(state, action.news);
    case "notified":
      return [{ ...state, notice: action.notice }, []];
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
      const top = topLayer(state);
      if (overText(top, state) !== null) return pressedWhenOver(state, press);
      const cleared = newsRead({ ...state, notice: null });
      const turn = screenOf(top.state).press(top.state, press, contextOf(state));
      return take(cleared, top.number, turn);
    }
  }
}

function pressedWhenOver(state: State, press: Press): Step {
  if (commandFor("over", press) === null) return [state, []];
  const { number, state: layer } = topLayer(state);
  return take({ ...state, notice: null }, number, [layer, [{ wish: "close" }]]);
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

function answered(state: State, action: Answered): Step {
  const [next, effects] = settled(arrived(state, action), action);
  const layer = next.layers.find(({ number }) => number === action.layer);
  if (layer?.again !== true || !mayReadAgain(action.answer)) return [next, effects];
  const [reading, more] = readAgain(next, layer.number);
  return [reading, [...effects, ...more]];
}

/** What failed is asked for again a while later. */
function mayReadAgain(answer: Answer): boolean {
  return answer.ok || !mayMend(answer.failure);
}

function arrived(state: State, { layer: number, answer }: Answered): State {
  const asking = layerBy(state, number)?.asking ?? 0;
  const change = answer.ask === ABOUT ? { reading: false } : { asking: Math.max(0, asking - 1) };
  return withLayer(state, number, change);
}

function settled(state: State, { layer, session, answer }: Answered): Step {
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
  if (answer.ask === ABOUT) return aboutAnswered(state, layer, answer);
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
    default:
      return [state, []];
  }
}

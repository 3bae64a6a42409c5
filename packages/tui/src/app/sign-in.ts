import type { PrincipalInfo } from "@latchkey/client";
import { nobodyKnown, seesEverybody } from "../format/people.ts";
import type { Failure } from "../format/failure.ts";
import { credentialsOf, failSignIn, openSignIn, pressSignIn } from "../screens/sign-in/state.ts";
import type { Press } from "../kit/press.ts";
import { quit } from "./quit.ts";
import { readPeople } from "./read-people.ts";
import type { State } from "./state.ts";
import { APPLICATION, ask, readEach, type AppUpdate, startAt } from "./commands.ts";

// The sign-in form covers the stack of layers and leaves it as it is, so that one is back where one was.

/** Opens the form if an answer says that nobody is signed in (any more). */
export function afterRefusal(state: State): State {
  if (state.signIn === null || state.signingIn !== null) return state;
  const reason = state.principal === null ? "first" : "ended";
  const email = state.principal?.email ?? state.signIn.lastEmail;
  return { ...state, notice: null, jumping: false, signingIn: openSignIn(reason, email) };
}

export function pressedSigningIn(state: State, press: Press): AppUpdate {
  if (state.signingIn === null) return [state, []];
  const [next, outcome] = pressSignIn(state.signingIn, press);
  const updated: State = { ...state, notice: null, signingIn: next };
  switch (outcome) {
    case "stay":
      return [updated, []];
    case "quit":
      return quit({ ...updated, notice: state.notice });
    case "sign-in":
      return [updated, [{ type: "sign-in", number: next.asked, ...credentialsOf(next) }]];
  }
}

/** The server accepted the password. What may be shown depends on the user, so the form waits for that. */
export function signedIn(state: State, number: number): AppUpdate {
  if (state.signingIn?.asked !== number) return [state, []];
  const next = { ...state, session: state.session + 1 };
  return [next, [ask(next, APPLICATION, 0, { procedure: "auth.whoami" })]];
}

export function signInFailed(state: State, number: number, failure: Failure): State {
  const { signingIn } = state;
  if (signingIn === null || signingIn.asked !== number) return state;
  return { ...state, signingIn: failSignIn(signingIn, failure) };
}

/** It is known who is signed in now: at the start, after signing in, and after every outage. */
export function recognized(state: State, principal: PrincipalInfo): AppUpdate {
  const signedInNow = state.signingIn !== null;
  const known: State = { ...state, principal, signingIn: null };
  const isFresh = isFreshStart(state, principal);
  if (!signedInNow && !isFresh) return readPeople(known);
  const people = isFresh ? nobodyKnown : { ...nobodyKnown, byId: state.people.byId };
  const [reloaded, effects] = isFresh
    ? startAt({ ...known, people }, "key-list")
    : readEach({ ...known, people });
  const [reading, users] = readPeople(reloaded);
  return [reading, [...effects, ...users]];
}

/** Somebody else, or somebody who may no longer see what is shown. */
function isFreshStart({ principal: before }: State, principal: PrincipalInfo): boolean {
  if (before === null) return false;
  return before.userId !== principal.userId || (seesEverybody(before) && !seesEverybody(principal));
}

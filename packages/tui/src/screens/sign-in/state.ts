import type { Redacted } from "@latchkey/core";
import type { Press } from "../../kit/press.ts";
import { editSecret, isBlank, type SecretField, secretField } from "../../kit/secret-field.ts";
import { editText, type TextField, textField } from "../../kit/text-field.ts";
import { stepIn } from "../../kit/movement.ts";
import type { Failure } from "../../format/failure.ts";
import { actionFor } from "../../kit/keymap.ts";

export type SignInState = {
  /** `ended`: it covers what somebody was doing. */
  readonly reason: "first" | "ended";
  readonly email: TextField;
  readonly password: SecretField;
  readonly focus: "email" | "password" | "quit" | "sign-in";
  /** Under way: keys are ignored until it is decided. */
  readonly working: boolean;
  readonly failure: Failure | null;
  readonly asked: number;
};

export type Credentials = { readonly email: string; readonly password: Redacted<string> };

const ring = ["email", "password", "quit", "sign-in"] as const;

export function openSignIn(reason: SignInState["reason"], lastEmail: string): SignInState {
  return {
    reason,
    email: textField(lastEmail),
    password: secretField(),
    focus: lastEmail === "" ? "email" : "password",
    working: false,
    failure: null,
    asked: 0,
  };
}

/** The form after a key, and what the key requests. On `sign-in` it is already working. */
export function pressSignIn(
  state: SignInState,
  press: Press,
): readonly [SignInState, "stay" | "sign-in" | "quit"] {
  if (state.working) return [state, "stay"];
  const edited = edit(state, press);
  if (edited !== null) return [edited, "stay"];
  switch (actionFor("sign-in", press)) {
    case "next":
    case "right":
      return [{ ...state, focus: stepIn(ring, state.focus, 1) }, "stay"];
    case "previous":
    case "left":
      return [{ ...state, focus: stepIn(ring, state.focus, -1) }, "stay"];
    case "press":
      if (state.focus === "quit") return [state, "quit"];
      return state.focus === "email" ? [{ ...state, focus: "password" }, "stay"] : signIn(state);
    case "quit":
      // Not at once: what is below may be unsaved.
      return state.focus === "quit" ? [state, "quit"] : [{ ...state, focus: "quit" }, "stay"];
    case "quit-now":
      return [state, "quit"];
    case null:
      return [state, "stay"];
  }
}

/** A wrong password is retyped; one that the server only delayed can be sent again as it is. */
export function failSignIn(state: SignInState, failure: Failure): SignInState {
  const again = failure.code === "UNAVAILABLE" || failure.code === "RATE_LIMITED";
  const aboutEmail = failure.fields.some(({ field }) => field === "email");
  return {
    ...state,
    working: false,
    failure,
    password: again ? state.password : secretField(),
    focus: aboutEmail ? "email" : "password",
  };
}

export function credentialsOf({ email, password }: SignInState): Credentials {
  return { email: email.text.trim(), password: password.text };
}

/** `null` if the key belongs to no field. */
function edit(state: SignInState, press: Press): SignInState | null {
  // Also inside a chunk: fast typing means Enter, and neither field has lines.
  if (press.name === "enter") return null;
  if (state.focus === "email") {
    const email = editText(state.email, press);
    return email && { ...state, email, failure: changed(state, email.text !== state.email.text) };
  }
  if (state.focus !== "password") return null;
  const password = editSecret(state.password, press);
  return password && { ...state, password, failure: changed(state, press.text !== null) };
}

/** The error is shown until something else is typed. */
function changed({ failure }: SignInState, isOther: boolean): Failure | null {
  return isOther ? null : failure;
}

function signIn(state: SignInState): readonly [SignInState, "stay" | "sign-in"] {
  if (state.email.text.trim() === "") return [{ ...state, focus: "email" }, "stay"];
  if (isBlank(state.password)) return [{ ...state, focus: "password" }, "stay"];
  return [{ ...state, working: true, failure: null, asked: state.asked + 1 }, "sign-in"];
}

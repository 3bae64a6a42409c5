import type { EventItem } from "@latchkey/client";
import type { Reply } from "../../kit/request.ts";
import { readFailure } from "../../format/failure.ts";
import type { Notice, Update } from "../../kit/screen.ts";

// From an event to the page of the key that it is about. The key is read first: it may be gone.

type AsksForKey = { readonly keyAsked: number };

export function askForKey<State extends AsksForKey>(
  state: State,
  event: EventItem | null,
): Update<State> {
  const id = event?.keyId ?? null;
  if (id === null)
    return [state, [{ command: "notify", notice: about("This event is about no key.") }]];
  const keyAsked = state.keyAsked + 1;
  return [
    { ...state, keyAsked },
    [{ command: "ask", ask: keyAsked, request: { procedure: "keys.get", input: { id } } }],
  ];
}

export function keyAnswered<State extends AsksForKey>(
  state: State,
  answer: Reply<"keys.get">,
): Update<State> {
  if (answer.ask !== state.keyAsked) return [state];
  if (answer.ok) {
    return [state, [{ command: "open", route: { to: "key-detail", key: answer.value } }]];
  }
  const gone = answer.failure.code === "NOT_FOUND";
  const text = gone
    ? "That key was deleted. What happened to it stays here."
    : readFailure(answer.failure);
  return [state, [{ command: "notify", notice: about(text) }]];
}

function about(text: string): Notice {
  return { tone: "error", text };
}

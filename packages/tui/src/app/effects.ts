import { Redacted } from "@latchkey/core";
import { errorOf } from "@latchkey/client";
import type { Message, Effect } from "./message.ts";
import { createClipboard } from "./clipboard.ts";
import { followNews } from "../connection/news.ts";
import type { Connection, TerminalOptions } from "../connection/connection.ts";
import { call } from "./call.ts";
import type { Reply, Request } from "../kit/request.ts";

/** Until what was just dispatched is on the screen. */
const DRAWN_MILLISECONDS = 40;

type EffectOf<Type extends Effect["type"]> = Extract<Effect, { type: Type }>;

type EffectsOptions = Pick<TerminalOptions, "connect" | "stdin" | "stdout" | "env"> & {
  readonly dispatch: (message: Message) => void;
  readonly suspend: () => void;
  readonly quit: (exitCode: number) => void;
};

export type Effects = {
  run(effect: Effect): void;
  /** Ends timers and the connection, even one that is still being opened. */
  close(): Promise<void>;
};

/** Runs effects: calls the server, waits, writes to the clipboard. Results are dispatched. */
export function createEffects(options: EffectsOptions): Effects {
  const { connect, dispatch, suspend, quit } = options;
  const writeClipboard = createClipboard(options);
  const timers = new Set<NodeJS.Timeout>();
  let connecting: Promise<Connection | null> = Promise.resolve(null);
  let connection: Connection | null = null;
  let unfollow = () => {};
  let closed = false;

  const open = async (): Promise<Connection | null> => {
    try {
      const made = await connect();
      if (closed) return made;
      connection = made;
      const { place, lastEmail = "" } = made;
      const signInHere = made.signIn === undefined ? null : { lastEmail };
      dispatch({ type: "connected", place, signIn: signInHere });
      return made;
    } catch (error) {
      const message = error instanceof Error ? error.message : "The server can't be reached.";
      if (!closed) dispatch({ type: "connect-failed", message });
      return null;
    }
  };

  const ask = async ({ layer, session, ...asked }: EffectOf<"ask">): Promise<void> => {
    const answer = await answerTo(connection, asked.ask, asked.request);
    if (!closed) dispatch({ type: "answered", layer, session, answer });
  };

  const follow = (): void => {
    unfollow();
    const timer = setTimeout(() => {
      if (connection === null) return;
      unfollow = followNews(connection.follow, {
        joined: () => dispatch({ type: "joined" }),
        lost: (error) => dispatch({ type: "lost", failure: error }),
        news: (news) => dispatch({ type: "happened", news }),
      });
    }, DRAWN_MILLISECONDS);
    unfollow = () => clearTimeout(timer);
  };

  const signIn = async ({ number, email, password }: EffectOf<"sign-in">): Promise<void> => {
    try {
      await connection?.signIn?.({ email, password });
      if (!closed) dispatch({ type: "signed-in", number });
    } catch (error) {
      if (!closed) dispatch({ type: "sign-in-failed", number, failure: errorOf(error) });
    }
  };

  const copy = async ({ layer, text, what }: EffectOf<"copy">): Promise<void> => {
    const by = await writeClipboard(text instanceof Redacted ? text.reveal() : text);
    if (!closed) dispatch({ type: "copied", layer, what, by });
  };

  return {
    run(effect) {
      switch (effect.type) {
        case "connect":
          connecting = open();
          return;
        case "ask":
          void ask(effect);
          return;
        case "sign-in":
          void signIn(effect);
          return;
        case "wait": {
          const { layer, number } = effect;
          const timer = setTimeout(() => {
            timers.delete(timer);
            dispatch({ type: "elapsed", layer, number });
          }, effect.milliseconds);
          timers.add(timer);
          return;
        }
        case "copy":
          void copy(effect);
          return;
        case "follow":
          follow();
          return;
        case "unfollow":
          unfollow();
          return;
        case "suspend":
          suspend();
          return;
        case "quit":
          quit(effect.exitCode);
          return;
      }
    },
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      unfollow();
      await (await connecting)?.close();
    },
  };
}

async function answerTo(
  connection: Connection | null,
  ask: number,
  request: Request,
): Promise<Reply> {
  const { procedure } = request;
  try {
    if (connection === null) throw new Error("not connected");
    const value = await call(connection.client, request);
    return { procedure, ask, ok: true, value } as Reply;
  } catch (error) {
    return { procedure, ask, ok: false, failure: errorOf(error) } as Reply;
  }
}

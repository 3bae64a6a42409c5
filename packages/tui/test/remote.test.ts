import { describe, expect, test } from "vitest";
import { type Failure, SESSION_ENDED } from "../src/format/failure.ts";
import {
  answered,
  asking,
  failureOf,
  isAwaited,
  isBehind,
  type Remote,
  unread,
  withKnown,
} from "../src/kit/remote.ts";

const request = { procedure: "auth.sessions" } as const;
const away: Failure = { code: "UNAVAILABLE", message: "Away.", fields: [] };
const refused: Failure = { code: "FORBIDDEN", message: "Not yours.", fields: [] };

const ask = (remote: Remote<string>, how?: "silently") => asking(remote, request, how)[0];
const gets = (remote: Remote<string>, value: string, number = remote.asked) =>
  answered(remote, { ask: number, ok: true, value }, (output) => output);
const fails = (remote: Remote<string>, failure: Failure) =>
  answered(remote, { ask: remote.asked, ok: false, failure }, (output: string) => output);

describe("what is read from a server", () => {
  test("is asked for under a number of its own each time", () => {
    const [first, command] = asking(unread, request);
    expect(command).toEqual({ command: "ask", ask: 1, request });
    expect(isAwaited(first)).toBe(true);
    expect(ask(first).asked).toBe(2);
  });

  test("is not what an older question was answered", () => {
    const twice = ask(ask(unread));
    expect(gets(twice, "old", 1)).toBe(twice);
    expect(gets(twice, "new", 2)).toEqual({ phase: "ready", asked: 2, known: "new" });
  });

  test("stays known while it loads and where that fails, with why", () => {
    const loading = ask(gets(ask(unread), "known"));
    expect(loading.known).toBe("known");
    const failed = fails(loading, away);
    expect(failed.known).toBe("known");
    expect(failureOf(failed)).toBe(away);
    expect(failureOf(ask(failed, "silently"))).toBe(away);
    expect(failureOf(gets(ask(failed), "newer"))).toBeNull();
  });

  test("fails silently where it was asked for silently, and is behind all the same", () => {
    const failed = fails(ask(gets(ask(unread), "known"), "silently"), away);
    expect(failureOf(failed)).toBeNull();
    expect(isBehind(failed)).toBe(true);
    expect(isBehind(ask(failed, "silently"))).toBe(false);
  });

  test("is not behind where no time helps", () => {
    expect(isBehind(fails(ask(unread), refused))).toBe(false);
    expect(failureOf(fails(ask(unread), refused))).toBe(refused);
  });

  test("is no longer told as refused to a session that has ended, once it is asked for again", () => {
    expect(failureOf(ask(fails(ask(unread), SESSION_ENDED), "silently"))).toBeNull();
  });

  test("changes in another way only where it is known", () => {
    const change = (known: string): string => `${known}!`;
    expect(withKnown(unread as Remote<string>, change).known).toBeNull();
    expect(withKnown(gets(ask(unread), "known"), change).known).toBe("known!");
  });
});

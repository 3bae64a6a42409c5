import { LocalFailure } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { createDemonstration, overHttp } from "@latchkey/testing/demonstration/demonstration";
import {
  DEMONSTRATION_PASSWORD,
  demoOps,
  exampleSessions,
  exampleSshKeys,
} from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { selectedSession, type ProfileState } from "../src/screens/profile/state.ts";
import type { SshKeysState } from "../src/screens/ssh-keys/state.ts";
import { sshKeyVectors } from "../../core/test/vectors/read.ts";
import { application, failed } from "./application.ts";
import { lineWith, startOnScreen } from "./harness.ts";
import { OBEYED, ODD_TEXTS } from "./odd-text.ts";

const OLD = "theOneSoFarWhichNobodySees";
const NEW = "theNextOneWhichNobodySees";
const me = createDemonstration([]).principal;
const [ed25519] = sshKeyVectors.valid;

/** The application on the profile of somebody who signed in, with three sessions. */
function onProfile() {
  const app = application([], {}, { lastEmail: me.email });
  app.answer(app.last("auth.whoami"), { ...me, kind: "session" });
  app.press(",", "p");
  app.answer(app.last("auth.sessions"), exampleSessions());
  const profile = () => app.store.getState().layers[0]?.state as ProfileState;
  return { ...app, profile };
}

describe("the profile", () => {
  test("ends the session under the cursor, after a question", () => {
    const app = onProfile();
    app.press("j", "x", "enter");
    expect(app.asks("auth.endSession")).toHaveLength(0);
    app.press("x", "tab", "enter");
    const { id } = exampleSessions()[1] ?? {};
    expect(app.last("auth.endSession").request.input).toMatchObject({ id });
    app.answer(app.last("auth.endSession"), {});
    expect(app.top().kind).toBe("profile");
    const asked = app.asks("auth.sessions").length;
    app.happens("session.ended", { keyId: null, userId: me.userId });
    expect(app.asks("auth.sessions")).toHaveLength(asked + 1);
    expect(app.last("auth.sessions").ask).toBe(app.profile().sessions.asked);
  });

  test("keeps the cursor on its session when another one ends", () => {
    const app = onProfile();
    app.press("j", "j", "r");
    const [first, , third] = exampleSessions();
    app.answer(app.last("auth.sessions"), [first, third]);
    expect(selectedSession(app.profile())).toEqual(third);
  });

  test("asks for the password so far, and says beside it that it is wrong, without signing out", () => {
    const app = onProfile();
    app.press("p", ...OLD, "enter", ...NEW, "enter", ...NEW, "enter");
    expect(app.last("auth.setPassword").request).toMatchObject({ procedure: "auth.setPassword" });
    app.fail(app.last("auth.setPassword"), failed({ code: "UNAUTHENTICATED", why: "password" }));
    expect(app.store.getState().signingIn).toBeNull();
    expect(app.top()).toMatchObject({ kind: "set-password", form: { focus: "current" } });
    expect(JSON.stringify([app.store.getState(), app.effects])).not.toMatch(/NobodySees/);
  });

  test("asks an operator for none: the machine is the proof", () => {
    const app = application();
    app.press(",", "p", "p", ...NEW, "enter", ...NEW, "enter");
    expect(app.last("users.setPassword").request.input).toMatchObject({ id: me.userId });
  });
});

describe("one's SSH keys", () => {
  const onKeys = () => {
    const app = onProfile();
    app.press("s");
    app.answer(app.last("sshKeys.list"), exampleSshKeys());
    return { ...app, keys: () => app.top() as SshKeysState };
  };

  test("are added by pasting a public key, with its comment for a label unless one is given", () => {
    const app = onKeys();
    app.press("n");
    const text = `${ed25519?.line}\n`;
    app.store.dispatch({ type: "pressed", press: { name: "paste", text } });
    app.press("enter", "enter");
    expect(app.asks("sshKeys.add")).toHaveLength(1);
    expect(app.last("sshKeys.add").request.input).toMatchObject({
      publicKey: ed25519?.line,
      label: undefined,
      userId: demoOps.id,
    });
    app.answer(app.last("sshKeys.add"), exampleSshKeys()[0]);
    expect(app.top().kind).toBe("ssh-keys");
  });

  test("that are none, or private, are refused before anything is sent", () => {
    const app = onKeys();
    const text = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END";
    app.press("n");
    app.store.dispatch({ type: "pressed", press: { name: "paste", text } });
    app.press("ctrl-s");
    expect(app.asks("sshKeys.add")).toHaveLength(0);
    expect(app.top()).toMatchObject({
      form: { problem: { id: "publicKey", text: expect.stringContaining("private key") } },
    });
    // It does not stay on the screen either.
    expect(JSON.stringify(app.top())).not.toContain("b3BlbnNzaC1rZXk");
  });

  test("are removed after a question", () => {
    const app = onKeys();
    app.press("j", "x", "enter");
    expect(app.asks("sshKeys.remove")).toHaveLength(0);
    app.press("x", "tab", "enter");
    const { fingerprint } = exampleSshKeys()[1] ?? {};
    expect(app.last("sshKeys.remove").request.input).toMatchObject({ fingerprint });
  });
});

describe.each(SIZES)("the profile at %i×%i", (columns, rows) => {
  const signedIn = () => {
    const demonstration = overHttp(createDemonstration(), demoOps.email);
    demonstration.sessions = exampleSessions();
    return demonstration;
  };
  const start = async (demonstration = signedIn()) => {
    const screen = startOnScreen(columns, rows, demonstration);
    await screen.after("Password", `${DEMONSTRATION_PASSWORD}\r`);
    await screen.after("▌ CI deploy", ",p");
    return screen;
  };

  test("tells who one is and by which sessions, the own one marked", async () => {
    const { shows } = await start();
    const lines = await shows("this one");
    expect(lineWith(lines, "Email")).toContain("ops@example.com");
    expect(lineWith(lines, "Here")).toContain("keys.example.com, by a session");
    expect(lineWith(lines, "▌")).toMatch(/▌ 12 Nov 2026, 13:43 +just now +http +this one/);
    expect(lines.at(-1)).toMatch(/p password .*3 sessions$/);
  });

  test("leads to the SSH keys, their labels drawn and not obeyed", async () => {
    const demonstration = signedIn();
    const [some] = exampleSshKeys();
    demonstration.sshKeys = ODD_TEXTS.flatMap((label, index) =>
      some === undefined
        ? []
        : [{ ...some, label, fingerprint: `SHA256:${index}${"x".repeat(42)}` }],
    );
    const { after, shows, terminal } = await start(demonstration);
    await after("this one", "s");
    const lines = await shows("evil");
    expect(lineWith(lines, "LABEL")).toContain("FINGERPRINT");
    terminal.type("Gx");
    await shows("Remove evil");
    for (const sequence of OBEYED) expect(terminal.written()).not.toContain(sequence);
  });

  test("keeps the form for a key inside the window, and what is wrong beside its field", async () => {
    const { after, shows } = await start();
    await after("this one", "s");
    await after("ops@laptop", "nssh-dss AAAA\u0013");
    const dialog = (await shows("DSA keys are too weak.")).join("\n");
    for (const part of ["╭", "╯", "Public key", "Label", "Add"]) expect(dialog).toContain(part);
  });
});

test("to end one's own session leads to signing in, and back", async () => {
  const demonstration = overHttp(createDemonstration(), demoOps.email);
  demonstration.sessions = exampleSessions();
  demonstration.before = ({ procedure }) => {
    if (procedure === "auth.endSession") demonstration.signedIn = false;
  };
  const { after, shows } = startOnScreen(80, 24, demonstration);
  await after("Password", `${DEMONSTRATION_PASSWORD}\r`);
  await after("▌ CI deploy", ",p");
  await after("this one", "x");
  await after("Sign out here?", "\t\r");
  await after("Your session has ended.", `${DEMONSTRATION_PASSWORD}\r`);
  await shows("Sessions");
});

test("a key that may not manage people says so", async () => {
  const demonstration = createDemonstration();
  demonstration.before = async ({ procedure }) => {
    if (procedure !== "auth.sessions") return;
    throw new LocalFailure({ code: "FORBIDDEN", why: { kind: "people_only" } });
  };
  const { after, shows } = startOnScreen(80, 24, demonstration);
  await after("· live", ",p");
  await shows("A key can't do this. Sign in as a person.");
});

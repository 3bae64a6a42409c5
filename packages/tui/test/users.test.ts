import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import {
  busyLog,
  demoMara,
  demoOps,
  demoUser,
  everybodysKeys,
} from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { hintsFor } from "../src/app/hints.ts";
import { selectedUser, type UsersState } from "../src/screens/users/state.ts";
import { application, failed } from "./application.ts";
import { columnOf, lineWith, startOnScreen } from "./harness.ts";
import { OBEYED, ODD_TEXTS } from "./odd-text.ts";

const PASSWORD = "neverToBeSeenInAnyState";
const robot = demoUser({ email: "robot@example.com", role: "service" });

/** The application on its users, the cursor on the first: mara, ops, robot. */
function onUsers() {
  const app = application();
  app.press(",", "u");
  app.answer(app.last("users.list"), [demoMara, demoOps, robot]);
  const users = () => app.store.getState().layers[0]?.state as UsersState;
  const words = () => hintsFor(app.store.getState()).map(({ word }) => word);
  return { ...app, users, words };
}

describe("the users", () => {
  test("are for admins alone: to a member the letter leads nowhere", () => {
    const app = application();
    app.answer(app.last("auth.whoami"), {
      ...createDemonstration([]).principal,
      role: "member",
      kind: "session",
    });
    app.press(",");
    const words = hintsFor(app.store.getState()).map(({ word }) => word);
    expect(words).not.toContain("users");
    app.press("u");
    expect(app.top().kind).toBe("key-list");
  });

  test("are searched by email and name while one types, and the cursor stays on its user", () => {
    const app = onUsers();
    app.press("G", "/", ..."ro");
    expect(selectedUser(app.users())).toEqual(robot);
    app.press("escape");
    expect(app.users()).toMatchObject({ searching: false, selected: 2 });
  });

  test("stay under the cursor when somebody else comes in between", () => {
    const app = onUsers();
    app.press("j");
    app.happens("user.created", { keyId: null, userId: "user_ada" });
    app.answer(app.last("users.list"), [demoUser({ email: "ada@example.com" }), demoMara, demoOps]);
    expect(selectedUser(app.users())).toEqual(demoOps);
  });

  test("are disabled only after a question whose focus is on Cancel", () => {
    const app = onUsers();
    app.press("x", "enter");
    expect(app.asks("users.disable")).toHaveLength(0);
    app.press("x", "tab", "enter", "enter");
    expect(app.asks("users.disable")).toHaveLength(1);
    expect(app.last("users.disable").request.input).toMatchObject({ id: demoMara.id });
    app.answer(app.last("users.disable"), { ...demoMara, disabled: true });
    expect(selectedUser(app.users())).toMatchObject({ disabled: true });
    expect(app.words()).toContain("enable");
  });

  test("show why one was not disabled, and stay", () => {
    const app = onUsers();
    app.press("j", "x", "tab", "enter");
    app.fail(app.last("users.disable"), failed({ code: "LAST_ADMIN" }));
    expect(app.top()).toMatchObject({ kind: "question", confirm: { working: false } });
  });

  test("get the role that was chosen, and nothing is asked for the one they have", () => {
    const app = onUsers();
    app.press("e", "enter", "enter");
    expect(app.top().kind).toBe("users");
    expect(app.asks("users.setRole")).toHaveLength(0);
    app.press("e", "right", "enter", "enter");
    expect(app.last("users.setRole").request.input).toMatchObject({
      id: demoMara.id,
      role: "admin",
    });
    app.answer(app.last("users.setRole"), { ...demoMara, role: "admin" });
    expect(selectedUser(app.users())).toMatchObject({ role: "admin" });
  });

  test("lead to their keys, and back by a comma to where one was", () => {
    const app = onUsers();
    app.press("o");
    expect(app.list().query.filter.owner).toBe(demoMara.id);
    expect(app.last("keys.list").request).toMatchObject({ input: { owner: demoMara.id } });
    app.press(",", "u");
    expect(selectedUser(app.users())).toEqual(demoMara);
  });

  test("that are a service have neither password nor SSH keys", () => {
    const app = onUsers();
    app.press("G");
    expect(app.words()).not.toContain("password");
    expect(app.words()).not.toContain("SSH keys");
    app.press("p", "s");
    expect(app.top().kind).toBe("users");
    expect(app.store.getState().notice?.text).toContain("signs in nowhere");
  });
});

describe("adding a user", () => {
  test("goes from field to field by Enter, and sends what was typed", () => {
    const app = onUsers();
    app.press("n", ..."nina@example.com", "enter", ..."Nina", "enter", "right", "enter");
    app.press(...PASSWORD, "enter", ...PASSWORD, "enter");
    expect(app.last("users.add").request.input).toMatchObject({
      email: "nina@example.com",
      name: "Nina",
      role: "admin",
    });
    app.answer(app.last("users.add"), demoUser({ email: "nina@example.com", role: "admin" }));
    expect(app.top().kind).toBe("users");
    expect(app.users().users.known?.map(({ email }) => email)).toContain("nina@example.com");
  });

  test("keeps passwords out of every printed state and effect", () => {
    const app = onUsers();
    app.press("n", ..."nina@example.com", "enter", "enter", "enter", ...PASSWORD, "enter");
    app.press(...PASSWORD, "enter");
    const all = [app.store.getState(), app.effects];
    const printed = inspect(all, { depth: null, showHidden: true }) + JSON.stringify(all);
    expect(printed).not.toContain(PASSWORD);
  });

  test("asks for no password where there is none, and sends none that is empty", () => {
    const app = onUsers();
    app.press("n", ..."bot@example.com", "enter", "enter", "right", "right", "enter");
    expect(app.asks("users.add")).toHaveLength(1);
    expect(app.last("users.add").request.input).toMatchObject({
      role: "service",
      password: undefined,
    });
  });

  test("sends nothing while the two passwords differ", () => {
    const app = onUsers();
    app.press("n", ..."nina@example.com", "enter", "enter", "enter", "a", "enter", "b", "enter");
    expect(app.asks("users.add")).toHaveLength(0);
    expect(app.top()).toMatchObject({
      form: { focus: "again", problem: { id: "again", text: expect.any(String) } },
    });
  });

  test("says beside the field what the server refused, and asks before it is left", () => {
    const app = onUsers();
    app.press("n", ..."mara@example.com", "ctrl-s");
    app.fail(app.last("users.add"), failed({ code: "EMAIL_TAKEN" }));
    expect(app.top()).toMatchObject({ form: { focus: "email", working: false } });
    app.press("escape");
    expect(app.top().kind).toBe("discard-changes");
  });
});

describe.each(SIZES)("the users at %i×%i", (columns, rows) => {
  const people = () => {
    const demonstration = createDemonstration(everybodysKeys());
    demonstration.events = busyLog();
    return demonstration;
  };

  test("stand in columns as there is room, disabled ones told by word", async () => {
    const { after, shows } = startOnScreen(columns, rows, people());
    await after("ops@example.com · ", ",u");
    const lines = await shows("mara@example.com");
    const head = lineWith(lines, "EMAIL");
    for (const name of ["EMAIL", "ROLE", "STATE"]) expect(head).toContain(name);
    expect(head.includes("ADDED")).toBe(columns >= 80);
    expect(lineWith(lines, "theodora")).toContain("○ disabled");
    expect(lines.at(-1)).toMatch(/^ n add .*\? help .*1–3 of 3$/);
  });

  test("have a page each, with SSH keys and what they did lately", async () => {
    const { after, shows, terminal } = startOnScreen(columns, rows, people());
    await after("ops@example.com · ", ",u");
    await after("mara@example.com", "j\r");
    const lines = await shows("ops@laptop");
    expect(lineWith(lines, "Role")).toContain("admin (sees and manages everybody's");
    terminal.type("G");
    await shows("Old laptop");
  });

  test.each([
    ["n", "Add user", ["Email", "Name", "Role", "Password", "Cancel"]],
    ["e", "Role of mara@example.com", ["member", "admin", "service", "Make member"]],
    ["p", "Password of mara@example.com", ["New password", "Set password"]],
    ["x", "Disable mara@example.com?", ["▌Cancel▐", "Disable user"]],
  ])("have everything of what %s opens inside the window", async (key, title, parts) => {
    const { after, shows } = startOnScreen(columns, rows, people());
    await after("ops@example.com · ", ",u");
    await after("mara@example.com", key);
    const dialog = (await shows(title)).join("\n");
    for (const part of ["╭", "╮", "╰", "╯", ...parts]) expect(dialog).toContain(part);
  });

  test("keep their columns under any name, and obey none", async () => {
    const demonstration = createDemonstration();
    demonstration.users = ODD_TEXTS.map((name, index) =>
      demoUser({ email: `user${index}@example.com`, id: `user_${index}`, name }),
    );
    const { after, shows, terminal } = startOnScreen(columns, rows, demonstration);
    await after("ops@example.com · ", ",u");
    const lines = await shows("user6@example.com");
    const head = lines.findIndex((line) => line.includes("EMAIL"));
    for (const index of ODD_TEXTS.keys()) {
      const row = head + 1 + index;
      expect(columnOf(terminal, row, "● enabled")).toBe(columnOf(terminal, head, "STATE"));
    }
    terminal.type("G\r");
    await shows("SSH keys");
    for (const sequence of OBEYED) expect(terminal.written()).not.toContain(sequence);
  });
});

test("200 keys that come at once move the cursor 200 times", async () => {
  const demonstration = createDemonstration();
  demonstration.users = Array.from({ length: 250 }, (_, index) =>
    demoUser({ email: `user${String(index).padStart(3, "0")}@example.com`, id: `user_${index}` }),
  );
  const { after, shows } = startOnScreen(120, 40, demonstration);
  await after("ops@example.com · ", ",u");
  await after("▌ user000@example.com", "j".repeat(200));
  await shows("▌ user200@example.com");
});

test("a disabled user is shown as such at once, and the log has it", async () => {
  const { after, shows, terminal } = startOnScreen(80, 24, createDemonstration());
  await after("ops@example.com · ", ",u");
  await after("mara@example.com", "x");
  await after("Disable mara@example.com?", "\t\r");
  const lines = await shows("mara@example.com is disabled.");
  expect(lineWith(lines, "▌ mara@example.com")).toContain("○ disabled");
  terminal.type(",a");
  await shows("user disabled");
});

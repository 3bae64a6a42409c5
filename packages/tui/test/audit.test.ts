import type { EventItem } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import {
  createDemonstration,
  type Demonstration,
} from "@latchkey/testing/demonstration/demonstration";
import {
  busyLog,
  demoKey,
  demoMara,
  demoOps,
  eventOf,
} from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { failureOf } from "../src/kit/remote.ts";
import { type AuditState, isFollowing } from "../src/screens/audit/state.ts";
import { application, failed, times } from "./application.ts";
import { columnOf, lineWith, startOnScreen } from "./harness.ts";
import { OBEYED, ODD_TEXTS } from "./odd-text.ts";

const key = demoKey({ title: "CI deploy" });

/** Events of one key, the newest first; the last has the number `from`. */
function log(count: number, from = 1): EventItem[] {
  return Array.from({ length: count }, (_, index) =>
    eventOf(from + count - 1 - index, index === count - 1 ? "key.created" : "key.renamed", key),
  );
}

const page = (items: EventItem[], nextBefore: number | null = null) => ({ items, nextBefore });

/** The application on its audit screen, with a page of 50 of which there are older ones. */
function onAudit(first = page(log(50, 51), 51)) {
  const app = application();
  app.press(",", "a");
  app.answer(app.last("events.list"), first);
  const audit = () => app.store.getState().layers[0]?.state as AuditState;
  const seqs = () => audit().page.known?.items.map(({ seq }) => seq) ?? [];
  /** Somebody changed something. */
  const happens = (newest: ReturnType<typeof page>) => {
    app.happens("key.renamed", { keyId: key.id });
    app.answer(app.last("events.list"), newest);
  };
  return { ...app, audit, seqs, happens };
}

describe("the log", () => {
  test("follows what happens while the cursor is on the newest event", () => {
    const app = onAudit();
    app.happens(page(log(50, 54), 54));
    expect(app.seqs()[0]).toBe(103);
    expect(app.audit()).toMatchObject({ selected: 0, newer: null });
    expect(isFollowing(app.audit())).toBe(true);
  });

  test("holds still while the cursor is elsewhere, says how much came, and g shows it", () => {
    const app = onAudit();
    app.press("j", "j");
    app.happens(page(log(50, 54), 54));
    expect(app.seqs()[app.audit().selected]).toBe(98);
    expect(app.audit().newer?.items).toHaveLength(50);
    app.press("g");
    expect(app.seqs()[0]).toBe(103);
    expect(app.audit()).toMatchObject({ selected: 0, newer: null });
  });

  test("that was cut is told of, and what comes in the place of what was seen counts as new", () => {
    const app = onAudit();
    app.press("j", "j");
    app.lost(failed({ code: "LOG_RESTARTED", head: { seq: 1, mac: "00".repeat(32) } }));
    expect(app.store.getState().notice?.text).toContain("The log was cut");
    app.store.dispatch({ type: "joined" });
    app.answer(app.last("events.list"), page(log(7)));
    expect(app.audit().newer?.items).toHaveLength(7);
  });

  test("goes on to older events by the last one's number, and back", () => {
    const app = onAudit();
    app.press("]");
    expect(app.last("events.list").request).toMatchObject({ input: { before: 51, limit: 50 } });
    app.answer(app.last("events.list"), page(log(50, 1)));
    expect(app.audit()).toMatchObject({ pageIndex: 1, selected: 0 });
    app.press("]");
    expect(app.audit().page.phase).not.toBe("loading");
    app.press("[");
    expect(app.last("events.list").request).not.toHaveProperty("input.before");
  });

  test("stays on an older page when something happens", () => {
    const app = onAudit();
    app.press("]");
    app.answer(app.last("events.list"), page(log(50, 1)));
    app.happens(page(log(50, 54), 54));
    expect(app.audit().pageIndex).toBe(1);
    expect(app.seqs()[0]).toBe(50);
    app.press("g");
    expect(app.audit()).toMatchObject({ pageIndex: 0, selected: 0 });
    expect(app.seqs()[0]).toBe(103);
  });

  test.each([
    ["A", { actorId: demoOps.id }],
    ["T", { type: "key.renamed" }],
    ["K", { keyId: key.id }],
  ])("is narrowed by %s to what is like this event, and widened by it again", (press, input) => {
    const app = onAudit();
    app.press("j", press);
    expect(app.last("events.list").request).toMatchObject({ input });
    app.answer(app.last("events.list"), page(log(2)));
    expect(app.audit()).toMatchObject({ selected: 0, pageIndex: 0 });
    app.press(press);
    const [name] = Object.keys(input);
    expect(app.last("events.list").request).not.toHaveProperty(`input.${name}`);
  });

  test("loses its filters to esc, and asks nothing where there are none", () => {
    const app = onAudit();
    app.press("T", "escape");
    expect(app.last("events.list").request).not.toHaveProperty("input.type");
    const before = app.asks("events.list").length;
    app.press("escape");
    expect(app.asks("events.list")).toHaveLength(before);
  });

  test("keeps its rows while it loads and when that fails", () => {
    const app = onAudit();
    app.press("r");
    app.fail(app.last("events.list"));
    expect(app.seqs()).toHaveLength(50);
    expect(failureOf(app.audit().page)?.code).toBe("UNAVAILABLE");
    app.store.dispatch({ type: "ticked" });
    app.answer(app.last("events.list"), page(log(50, 51), 51));
    expect(failureOf(app.audit().page)).toBeNull();
  });

  test("opens the key of an event, and says so where that is gone", () => {
    const app = onAudit();
    app.press("o");
    app.fail(app.last("keys.get"), failed({ code: "NOT_FOUND" }));
    expect(app.store.getState().notice?.text).toContain("deleted");
    app.press("o");
    app.answer(app.last("keys.get"), key);
    expect(app.top().kind).toBe("key-detail");
    app.press("escape");
    expect(app.top().kind).toBe("audit");
  });

  test("loses no key of many in one chunk", () => {
    const app = onAudit();
    app.press(...times(200, "j"));
    expect(app.audit().selected).toBe(49);
  });
});

describe("its filters", () => {
  test("take a type, a person and a key from what is offered", () => {
    const app = onAudit();
    app.press("f", ..."key.rev", "right", "tab", ..."op", "right", "tab", ..."ci");
    for (const wait of app.effects.filter((effect) => effect.type === "wait")) {
      app.store.dispatch({ ...wait, type: "elapsed" });
    }
    app.answer(app.last("keys.list"), app.pageOf([key]));
    app.press("right", "ctrl-s");
    expect(app.top().kind).toBe("audit");
    expect(app.last("events.list").request).toMatchObject({
      input: { type: "key.revoked", actorId: demoOps.id, keyId: key.id },
    });
  });

  test("say what is wrong beside its field, and stay", () => {
    const app = onAudit();
    app.press("f", "tab", ..."nobody", "ctrl-s");
    expect(app.top()).toMatchObject({
      kind: "audit-filter",
      form: {
        focus: "actorId",
        problem: { id: "actorId", text: "Nobody with this email is known." },
      },
    });
  });

  test("are cleared by their button", () => {
    const app = onAudit();
    app.press("T", "f", "shift-tab", "shift-tab", "enter");
    expect(app.top().kind).toBe("audit");
    expect(app.last("events.list").request).not.toHaveProperty("input.type");
  });
});

describe("an event", () => {
  test("leads to its neighbours and back to the row it was opened from", () => {
    const app = onAudit();
    app.press("j", "enter", "]", "]", "[");
    expect(app.top()).toMatchObject({ kind: "event", at: 2 });
    app.press("escape");
    expect(app.audit().selected).toBe(1);
  });
});

function busy(): Demonstration {
  return Object.assign(createDemonstration(), { events: busyLog() });
}

describe.each(SIZES)("the audit screen at %i×%i", (columns, rows) => {
  test("tells when what happened to what, and by whom from where as there is room", async () => {
    const { after, shows } = startOnScreen(columns, rows, busy());
    await after("· live", ",a");
    const lines = await shows("revocation scheduled");
    const head = lineWith(lines, "WHEN");
    for (const name of ["WHEN", "WHAT", "ABOUT"]) expect(head).toContain(name);
    expect(head.includes("BY")).toBe(columns >= 80);
    expect(head.includes("FROM")).toBe(columns >= 120);
    expect(lineWith(lines, "revocation scheduled")).toContain("Warehouse sync");
    expect(lineWith(lines, "signed in")).toContain(demoMara.email);
    expect(lines[0]).toContain("Latchkey › Audit log");
    expect(lines.at(-1)).toMatch(/enter open .*\? help .*1–8 of 8$/);
  });

  test("tells everything about one event", async () => {
    const { after, shows } = startOnScreen(columns, rows, busy());
    await after("· live", ",a");
    await after("following", "\r");
    const lines = await shows("Revocation set for");
    expect(lineWith(lines, "From")).toContain("10.0.0.7 by HTTP");
    expect(lineWith(lines, "Type")).toContain("key.revocation_scheduled");
  });

  test("keeps its filters inside the window, with every field and both buttons", async () => {
    const { after, shows } = startOnScreen(columns, rows, busy());
    await after("· live", ",a");
    await after("following", "f");
    const dialog = (await shows("Filter the log")).join("\n");
    for (const part of ["╭", "╰", "What happened", "By whom", "To which key", "Apply"]) {
      expect(dialog).toContain(part);
    }
  });

  test("says that nothing matches, and how to see everything again", async () => {
    const demonstration = busy();
    const { after, shows } = startOnScreen(columns, rows, demonstration);
    await after("· live", ",a");
    await after("following", "fuser.enabled\u0013");
    await shows("No event matches.");
    await after("esc clears the filters.", "\u001B");
    await shows("revocation scheduled");
  });

  test("draws whatever titles there were in their column, and obeys none", async () => {
    const demonstration = createDemonstration();
    demonstration.events = ODD_TEXTS.map((title, index) =>
      eventOf(ODD_TEXTS.length - index, "key.revoked", demoKey({ title })),
    );
    const { after, shows, terminal } = startOnScreen(columns, rows, demonstration);
    await after("· live", ",a");
    const lines = await shows("evil");
    const head = lines.findIndex((line) => line.includes("WHEN"));
    for (const index of ODD_TEXTS.keys()) {
      const row = head + 1 + index;
      expect(columnOf(terminal, row, "revoked")).toBe(columnOf(terminal, head, "WHAT"));
      if (columns < 80) continue;
      expect(columnOf(terminal, row, demoOps.email)).toBe(columnOf(terminal, head, "BY"));
    }
    terminal.type("G\r");
    await shows("Event 1");
    for (const sequence of OBEYED) expect(terminal.written()).not.toContain(sequence);
  });
});

test("what happens elsewhere appears on top by itself", async () => {
  const demonstration = busy();
  const { after, shows } = startOnScreen(80, 24, demonstration);
  await after("· live", ",a");
  await shows("following");
  demonstration.happen(eventOf(9, "key.deleted", demoKey({ title: "Gone meanwhile" })));
  const lines = await shows("Gone meanwhile");
  expect(lineWith(lines, "Gone meanwhile")).toContain("▌");
});

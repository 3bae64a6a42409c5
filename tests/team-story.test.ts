import type { ApiKey } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { liveByCommand } from "./support/life-by-command.ts";
import {
  createOnScreen,
  deleteOnScreen,
  ENTER,
  ESCAPE,
  renameOnScreen,
  revokeOnScreen,
  rotateOnScreen,
  scheduleOnScreen,
  signInOnScreen,
} from "./support/life-on-screen.ts";
import { seatOf, withTeam } from "./support/team.ts";

// The whole story of a key again, over HTTP on a real PostgreSQL. Two servers stand before it
// throughout: what is done at one is seen at the other.

const team = withTeam();

describe.each(["admin", "member"] as const)("as %s", (role) => {
  test("the whole life of a key by command, acting at one server and looking at the other", async () => {
    const { join, one, two, operator } = team();
    const { user, signedInAt } = await join(role);
    const [here, there] = await Promise.all([signedInAt(one), signedInAt(two)]);
    const { key } = await liveByCommand(here, there, user.email);
    expect(key.ownerId).toBe(user.id);

    const { items } = await there.events("--key", key.id);
    expect(new Set(items.map(({ actor }) => `${actor.kind} ${actor.via}`))).toEqual(
      new Set(["session http"]),
    );
    // The proof of the log is for admins; the operator is one.
    const prover = role === "admin" ? here : operator;
    expect((await prover.run(["audit", "verify"])).stdout).toMatch(/^The log holds: \d+ events\./);
    if (role === "member") expect((await here.run(["audit", "verify"])).code).toBe(4);
  });

  test("the whole life of a key in the terminal at one server, watched in one at the other", async () => {
    const { join, one, two } = team();
    const { user, password, signedInAt } = await join(role);
    const there = await signedInAt(two);

    // A machine that knows the server's address alone: signing in comes first.
    const here = await seatOf({ LATCHKEY_URL: one.url });
    const shown = here.terminal();
    await shown.shows(`Sign in to ${new URL(one.url).host}.`);
    signInOnScreen(shown, user.email, password);
    const token = await createOnScreen(shown, "CI depl\u00f6y 🚀");
    await shown.shows("Latchkey › Secret API keys › CI depl\u00f6y 🚀");
    await shown.shows(`${user.email} · ${new URL(one.url).host} · live`);
    await shown.shows(new RegExp(`created +${user.email}`));
    expect(await there.verdict(token)).toBe("VALID");

    // The other terminal shows the same key, and every change of it without a key being pressed.
    const watching = there.terminal({ columns: 80, rows: 24 });
    await watching.shows("1 key · mine");
    watching.type(ENTER);
    await watching.shows("› CI depl\u00f6y 🚀");
    const title = "CI depl\u00f6y 2";
    await renameOnScreen(shown, " 2");
    await watching.shows(`› ${title}`);

    await scheduleOnScreen(shown, there, token);
    await watching.shows("revocation canceled");
    const successor = await rotateOnScreen(shown, there, token);
    await shown.shows("created by rotation");
    await watching.shows(/◐ revokes (in 23 h|\d)/);

    // Both keys stand in the list; the old one is ended ahead of its schedule by the other terminal.
    shown.type(ESCAPE);
    await shown.shows("2 keys · mine");
    await revokeOnScreen(watching, here, { title, token });
    await shown.shows(/CI depl\u00f6y 2 .*○ revoked/);
    expect(await there.verdict(successor)).toBe("VALID");
    await deleteOnScreen(watching, here, { title, token });
    await shown.shows("1 key · mine");

    // The successor goes the same way here; the other terminal's list is empty again.
    shown.type(ENTER);
    await shown.shows("created by rotation");
    await revokeOnScreen(shown, there, { title, token: successor });
    await deleteOnScreen(shown, there, { title, token: successor });
    await watching.shows("No secret API keys yet.");

    for (const terminal of [shown, watching]) {
      terminal.type("q");
      expect(await terminal.ended()).toBe(0);
    }
    const log = await there.events("--actor", "me", "--limit", "100");
    expect(log.items.map(({ type }) => type).filter((type) => type.startsWith("key."))).toEqual([
      "key.deleted",
      "key.revoked",
      "key.deleted",
      "key.revoked",
      "key.rotated",
      "key.created",
      "key.revocation_canceled",
      "key.revocation_scheduled",
      "key.revocation_scheduled",
      "key.renamed",
      "key.created",
    ]);
  });
});

test("an admin works on a member's key in the terminal; the member sees it happen, and who did it", async () => {
  const { join, one, two } = team();
  const [admin, member] = await Promise.all([join("admin"), join("member")]);
  const [ada, max] = await Promise.all([admin.signedInAt(one), member.signedInAt(two)]);
  const { key, token } = await max.create("Max's own");
  await max.create("Max's second");
  await ada.create("Ada's own");

  const mine = max.terminal();
  await mine.shows("2 keys · mine");
  mine.type("o");
  const all = ada.terminal();
  await all.shows("1 key · mine");
  all.type("o");
  await all.shows(new RegExp(`Max's own +${member.user.email}`));
  await all.shows(new RegExp(`Ada's own +${admin.user.email}`));
  all.type("o");
  await all.hides("Max's own");
  await all.shows("1 key · mine");
  all.type("o");
  await all.shows("Max's own");

  // By search the key is found among everybody's, and ended.
  all.type("/Max's own\r");
  await all.hides("Ada's own");
  all.type(ENTER);
  await all.shows(new RegExp(`Owner +${member.user.email}`));
  // The member, with a question open on the same key, has nothing left to answer. A member may not know
  // others' emails: theirs is told by its id.
  mine.type("j");
  mine.type(ENTER);
  await mine.shows("› Max's own");
  mine.type("x");
  await mine.shows("Revoke Max's own?");
  await revokeOnScreen(all, max, { title: "Max's own", token });
  await mine.shows(`Revoked by ${admin.user.id} just now.`);
  await mine.shows("▌Close▐");
  mine.type(ENTER);
  await mine.hides("▌Close▐");
  await mine.shows("○ revoked");
  await mine.shows(new RegExp(`revoked +${admin.user.id}`));

  // What a member sees holds nothing of others: no list, no search, no owner. The cursor stays on its key
  // while another one appears above it.
  mine.type(ESCAPE);
  await mine.shows("2 keys · mine");
  await max.create("Max's third");
  await mine.shows("3 keys · mine");
  expect(mine.screen()).toMatch(/▌ Max's own/);
  expect(mine.screen()).not.toMatch(/Ada's own|OWNER/);
  for (const owner of ["all", "me"]) {
    const { items } = await max.keys("--owner", owner, "--limit", "100");
    expect(new Set(items.map(({ ownerId }) => ownerId))).toEqual(new Set([member.user.id]));
  }
  expect((await max.keys("--search", "Ada")).items).toEqual([]);
  const everybodys = (await ada.keys("--owner", "all", "--limit", "100")).items;
  const ownTitles = (keys: ApiKey[], owner: string) =>
    keys.filter(({ ownerId }) => ownerId === owner).map(({ title }) => title);
  expect(ownTitles(everybodys, member.user.id)).toEqual([
    "Max's third",
    "Max's second",
    "Max's own",
  ]);

  // The log says so to whoever may know: to the admin by email.
  const observer = await ada.run(["audit", "list", "--key", key.id]);
  expect(observer.stdout).toMatch(new RegExp(`key\\.revoked\\t${key.id}\\t${admin.user.email}\\t`));
  expect(observer.stdout).toMatch(
    new RegExp(`key\\.created\\t${key.id}\\t${member.user.email}\\t`),
  );
  const seen = await max.events("--key", key.id);
  expect(seen.items.map(({ actor }) => actor.userId)).toEqual([admin.user.id, member.user.id]);

  // Deleted while the member looks at its page, it says so; the list is without it.
  mine.type(ENTER);
  await mine.shows("› Max's own");
  await deleteOnScreen(all, max, { title: "Max's own", token });
  await mine.shows(`Deleted by ${admin.user.id} just now.`);
  await mine.shows("✕ deleted");
  mine.type(ESCAPE);
  await mine.shows("2 keys · mine");
});

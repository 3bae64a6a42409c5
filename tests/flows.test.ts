import { createClient } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { sshKeyVectors } from "../packages/core/test/vectors/read.ts";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { filterLogOnScreen, openEventOnScreen } from "./support/audit-on-screen.ts";
import { HARD_TITLES } from "./support/hard-titles.ts";
import {
  filterOnScreen,
  findOnScreen,
  pageOnScreen,
  searchOnScreen,
  sortOnScreen,
} from "./support/list-on-screen.ts";
import { changePasswordOnScreen, endSessionOnScreen } from "./support/profile-on-screen.ts";
import { signedInOnScreen } from "./support/sign-in-on-screen.ts";
import { seatOf, type Team, withTeam } from "./support/team.ts";
import {
  addUserOnScreen,
  changeUserOnScreen,
  setPasswordOnScreen,
  sshKeysOnScreen,
} from "./support/users-on-screen.ts";

// Every flow beside the life of a key, over HTTP, in windows from the smallest to a large one, with words
// that are hard on columns.

const team = withTeam();

const REVOKED = "Old laptop";
/** On three pages. */
const KEYS = 44;

/** A member with many keys, each row of which can be told from the others. */
async function keeper({ join, one, two }: Team) {
  const { user, password, signedInAt } = await join("member");
  const { email } = user;
  const { sessionToken } = await createClient({ url: one.url }).auth.login.mutate({
    email,
    password,
  });
  const { keys } = createClient({ url: one.url, token: sessionToken });
  const others = Array.from({ length: KEYS - 1 - HARD_TITLES.length }, (_, index) => index + 10);
  for (const title of [...HARD_TITLES, ...others.map((number) => `Warehouse ${number}`)]) {
    await keys.create.mutate({ title });
  }
  const { key } = await keys.create.mutate({ title: REVOKED });
  await keys.revoke.mutate({ id: key.id });
  return { email, password, elsewhere: await signedInAt(two) };
}

describe.each(SIZES.map((size, index) => ({ size, title: HARD_TITLES[index] as string })))(
  "in a window of $size",
  ({ size: [columns, rows], title }) => {
    const size = { columns, rows };

    test("keys are searched, filtered, sorted, paged and found", async () => {
      const { elsewhere, ...person } = await keeper(team());
      const shown = await signedInOnScreen(team().one, person, size);
      await shown.shows(`${KEYS} keys · mine`);
      for (const hard of HARD_TITLES) await searchOnScreen(shown, hard, KEYS);
      await filterOnScreen(shown, REVOKED, KEYS);
      await sortOnScreen(shown, elsewhere);
      await pageOnScreen(shown, elsewhere);
      for (const hard of HARD_TITLES) await findOnScreen(shown, hard);
      shown.type("q");
      expect(await shown.ended()).toBe(0);
    });

    test("the log is filtered, and an event opened", async () => {
      const { user, password, signedInAt } = await team().join("member");
      const elsewhere = await signedInAt(team().two);
      const { key } = await elsewhere.create(title);
      const renamed = `${title} 2`;
      await elsewhere.json(["keys", "rename", key.id, "--title", renamed]);
      const shown = await signedInOnScreen(team().one, { email: user.email, password }, size);
      await filterLogOnScreen(shown, title, renamed);
      await openEventOnScreen(shown, elsewhere);
      shown.type("q");
      expect(await shown.ended()).toBe(0);
    });

    test("a user is added, changed, shut out and let in, and their SSH key comes and goes", async () => {
      const { one, two, join } = team();
      const { user, password, signedInAt } = await join("admin");
      const elsewhere = await signedInAt(two);
      const email = `new-${columns}@example.com`;
      const shown = await signedInOnScreen(one, { email: user.email, password }, size);
      await addUserOnScreen(shown, elsewhere, { email, name: title, password: "their first one" });
      await changeUserOnScreen(shown, elsewhere, email);
      await setPasswordOnScreen(shown, email, "their second one");
      const login = async (theirs: string) =>
        (await (await seatOf()).run(["login", two.url, "--email", email], theirs)).code;
      expect(await Promise.all([login("their first one"), login("their second one")])).toEqual([
        4, 0,
      ]);
      const [vector] = sshKeyVectors.valid;
      if (vector === undefined) throw new Error("there is no SSH key to add");
      await sshKeysOnScreen(shown, elsewhere, email, { ...vector, label: title });
      shown.type("q");
      expect(await shown.ended()).toBe(0);
    });

    test("another session is ended, and one's own password changed", async () => {
      const { one, two, join } = team();
      const { user, password, signedInAt } = await join("member");
      const other = await signedInAt(two);
      const shown = await signedInOnScreen(one, { email: user.email, password }, size);
      await endSessionOnScreen(shown, other);
      const after = "another one of theirs";
      await changePasswordOnScreen(shown, password, after);
      const login = async (mine: string) =>
        (await other.run(["login", two.url, "--email", user.email], mine)).code;
      expect([await login(password), await login(after)]).toEqual([4, 0]);
      shown.type("q");
      expect(await shown.ended()).toBe(0);
    });
  },
);

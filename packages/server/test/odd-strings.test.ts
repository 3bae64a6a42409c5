import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../src/use-cases/keys/list-cursor.ts";
import { onEachEngine } from "./installation.ts";
import { procedures } from "./procedures.ts";
import { newPublicKey } from "./key-pair.ts";

// Every text that any procedure takes, with characters that storage, JSON or a terminal can't bear.

type Schema = {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly string[];
};

/** Where an input takes texts: `title`, `scopes.0`, `created.from`. */
function textsIn({ type, anyOf = [], properties = {}, items, ...one }: Schema): string[][] {
  if (type === "string") return one.enum === undefined ? [[]] : [];
  const below = items === undefined ? [] : textsIn(items).map((path) => ["0", ...path]);
  const within = Object.entries(properties).flatMap(([name, field]) =>
    textsIn(field).map((path) => [name, ...path]),
  );
  return [...below, ...within, ...anyOf.flatMap(textsIn)];
}

/** By procedure; the watch is no call by POST. */
const texts = [...procedures].flatMap(([procedure, input]) => {
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as Schema;
  const paths = [...new Set(textsIn(schema).map((path) => path.join(".")))];
  return paths.length === 0 || procedure === "events.watch" ? [] : [[procedure, paths] as const];
});

const odd = {
  NUL: "a\0b",
  "half of a surrogate pair": "a\ud800b",
  "the other half": "a\udc00b",
  "a bidi override": "a\u202eb",
  "a C1 control": "a\u009b31mb",
  "an escape sequence": "a\u001b[2Jb",
  "a line end": "a\nb",
  "a private character": "a\ue000b",
  "a joiner out of place": "a\u200db",
  "ten thousand characters": "x".repeat(10_000),
} as const;

const user = "user_01m85ekpraf9ev264edav9zf6q";
/** Beside the text that is looked at, what makes an input whole. */
const WITH: Record<string, object> = {
  "auth.login": { email: "mia@example.com", password: "correct horse battery" },
  "auth.setPassword": { current: "x", next: "correct horse battery" },
  "auth.endSession": { id: "session_01m85ekpraf9ev264edav9zf6q" },
  "events.verify": { from: { seq: 1, mac: "0".repeat(64) } },
  "keys.create": { title: "Deploy" },
  "keys.rename": { title: "Deploy" },
  "keys.verify": { token: "sk_0" },
  "sshKeys.add": { proof: { challenge: "x", signature: "x" } },
  "users.add": { email: "mia@example.com" },
  "users.disable": { id: user },
  "users.enable": { id: user },
  "users.setRole": { id: user, role: "member" },
  "users.setPassword": { id: user, password: "correct horse battery" },
};

/** What is not of a shape is nobody's, so it finds nothing, like any other that is absent; a device is a hint. */
const FINDS_NOTHING =
  /^(?:keys\..*\.(?:id|token)|events\.list\.keyId|users\..*\.id|sshKeys\..*\.userId|auth\.endSession\.id|auth\.login\.device)$/;
/** Secrets that nobody sees, in which these characters stand for themselves. */
const TO_THE_LETTER = /\.(?:password|current|next)$/;

onEachEngine("odd characters", (latchkey) => {
  test.each([...texts])(
    "in any text of %s: never a defect, and named where refused",
    async (...row) => {
      const [procedure, paths] = row;
      const { post, admin, defects, clientOf } = latchkey();
      const { key } = await clientOf(admin).keys.create.mutate({ title: "Deploy" });
      for (const path of paths) {
        const name = `${procedure}.${path}`;
        for (const [what, text] of Object.entries(odd)) {
          const input = placed(goodInput(procedure, key.id), path.split("."), text);
          const { status, body } = await post(admin, procedure, input);
          const allowed = [200, 400, 401, 404];
          expect([name, what, status], body).toEqual([name, what, expect.toBeOneOf(allowed)]);
          expect(body).not.toContain("INTERNAL");
          const isStorable = what !== "NUL" && !what.includes("half");
          if (isStorable || FINDS_NOTHING.test(name) || TO_THE_LETTER.test(name)) continue;
          expect([name, what, status], body).toEqual([name, what, 400]);
          const { data } = (JSON.parse(body) as { error: { data: Refusal } }).error;
          const named = data.fields?.map(({ field }) => field.split(".")[0]) ?? [data.reason];
          expect([name, named]).toEqual([
            name,
            expect.toBeOneOf([[path.split(".")[0]], ["TITLE_INVALID"], ["SCOPE_INVALID"]]),
          ]);
        }
      }
      expect(defects).toEqual([]);
      const { keys, users, sshKeys, events } = clientOf(admin);
      const lists = [
        keys.list.query(),
        users.list.query(),
        sshKeys.list.query(),
        events.list.query(),
      ];
      const stored = JSON.stringify(await Promise.all(lists));
      expect(stored).not.toMatch(/\0|[\u0080-\u009f]|\u200d|\u202e|\ue000|\\u|\\n|x{1000}/);
    },
  );

  test("in a name, an email or a label are refused as in a title, and so is what nobody sees", async () => {
    const { post, admin, clientOf } = latchkey();
    const unseen = ["", "   ", "\u3164", "\u200b", "\u2800"];
    const email = "mia@example.com";
    for (const text of [...Object.values(odd), ...unseen]) {
      const inputs = [
        ["users.add", "name", { email, name: text }],
        ["users.add", "email", { email: `${text}@example.com` }],
        ["users.add", "email", { email: `mia@${text}.example` }],
        ["auth.login", "email", { email: `${text}@example.com`, password: "x" }],
      ] as const;
      for (const [procedure, field, input] of inputs) {
        const { status, body } = await post(admin, procedure, input);
        // White space around an email is dropped.
        if (field === "email" && text.trim() === "") continue;
        expect([status, body]).toEqual([400, expect.stringContaining(`"field":"${field}"`)]);
      }
      if (text.trim() === "") continue;
      const input = { publicKey: newPublicKey(), label: text };
      const { status, body } = await post(admin, "sshKeys.add", input);
      expect([status, body]).toEqual([400, expect.stringContaining('"field":"label"')]);
    }
    const { items } = await clientOf(admin).users.list.query();
    expect(items.map((one) => one.email)).not.toContain(email);
  });

  test("names and emails are stored as titles are: trimmed, composed, and with joiners in place", async () => {
    const { users } = latchkey().clientOf(latchkey().admin);
    const mia = await users.add.mutate({ email: " Mi\u0301a@Example.com ", name: " Mi\u0301a " });
    expect(mia).toMatchObject({ email: "m\u00eda@example.com", name: "M\u00eda" });
    const named = { email: "ali@example.com", name: "علی\u200cرضا" };
    expect(await users.add.mutate(named)).toMatchObject(named);
    const long = `${"x".repeat(230)}@example.com`;
    expect((await users.add.mutate({ email: long })).name).toBe("x".repeat(200));
  });
});

describe("a cursor", () => {
  test("holds no text that storage can't", () => {
    const id = "key_01m85ekpraf9ev264edav9zf6q";
    const order = { sort: "title", order: "asc" } as const;
    for (const value of ["a\0b", "a\ud800b", "\udc00"]) {
      expect(decodeCursor(encodeCursor({ value, id }, order), order)).toBeUndefined();
    }
    const good = { value: "a\u200cb", id };
    expect(decodeCursor(encodeCursor(good, order), order)).toEqual(good);
  });
});

type Refusal = { readonly reason: string; readonly fields?: readonly { readonly field: string }[] };

function goodInput(procedure: string, id: string): Record<string, unknown> {
  const publicKey = procedure === "sshKeys.add" ? { publicKey: newPublicKey() } : {};
  const ofKey = /^keys\.(?:rename|usage)$/.test(procedure) ? { id } : {};
  return { ...publicKey, ...ofKey, ...WITH[procedure] };
}

function placed(
  input: Record<string, unknown>,
  [first = "", ...rest]: string[],
  text: string,
): Record<string, unknown> {
  if (rest.length === 0) return { ...input, [first]: text };
  if (rest[0] === "0") return { ...input, [first]: [text] };
  return { ...input, [first]: placed({ ...(input[first] as object) }, rest, text) };
}

import fc from "fast-check";
import { z } from "zod";
import { procedures } from "./procedures.ts";

// Requests that no procedure may take: each input that holds is broken in one place or more, by what its
// own schema says, or it is no input at all.

export type Malformed = { readonly path: string; readonly body: string | Uint8Array<ArrayBuffer> };

/** What this reads of JSON Schema, as zod writes the procedures' inputs. */
type Schema = {
  readonly type?: "object" | "array" | "string" | "integer";
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
};

/** @param good an input that holds for each procedure of the router; `undefined` if it takes none */
export function malformed(good: ReadonlyMap<string, unknown>): fc.Arbitrary<Malformed> {
  const sources = [...good].map(([procedure, input]) => {
    const inputs = brokenInput(schemaOf(procedure), input ?? {});
    return { procedure, inputs, text: JSON.stringify(input ?? { x: 1 }) };
  });
  const single = sources.map(({ procedure, inputs, text }) =>
    fc
      .oneof(
        { arbitrary: inputs.map((input) => JSON.stringify(input)), weight: 5 },
        { arbitrary: noInput(text), weight: 1 },
      )
      .map((body): Malformed => ({ path: procedure, body })),
  );
  const source = fc.constantFrom(...sources);
  const batch = fc.tuple(source, source).chain(([one, other]) => {
    const path = `${one.procedure},${other.procedure}?batch=1`;
    return fc
      .oneof(
        fc.record({ 0: one.inputs, 1: other.inputs }).map((both) => JSON.stringify(both)),
        fc.constantFrom("[{},{}]", "1", '"{}"', "[", "{0:{}}"),
      )
      .map((body): Malformed => ({ path, body }));
  });
  return fc.oneof({ arbitrary: fc.oneof(...single), weight: 9 }, { arbitrary: batch, weight: 1 });
}

function schemaOf(procedure: string): Schema {
  const input = procedures.get(procedure);
  if (input === undefined) throw new Error(`there is no ${procedure}`);
  return z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as Schema;
}

/** A good input with one to three faults. */
function brokenInput(schema: Schema, good: object): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = schema;
  const faults: fc.Arbitrary<object>[] = [
    fieldOutside(properties),
    ...Object.entries(properties).map(([name, field]) =>
      broken(field).map((value) => ({ [name]: value })),
    ),
    ...required.map((name) => fc.constant({ [name]: undefined })),
  ];
  const withFaults = fc
    .array(fc.oneof(...faults), { minLength: 1, maxLength: 3 })
    .map((several) => Object.defineProperties({ ...good }, descriptors(several)));
  return fc.oneof(
    { arbitrary: withFaults, weight: 9 },
    { arbitrary: ofOtherType("object"), weight: 1 },
  );
}

/** Assigning to `__proto__` would set the prototype rather than the field. */
function descriptors(objects: readonly object[]): PropertyDescriptorMap {
  const fields = objects.flatMap((one) => Object.entries(Object.getOwnPropertyDescriptors(one)));
  return Object.fromEntries(fields);
}

/** Some of each type, and some that may be more than they look. */
const VALUES = JSON.parse(`[
  null, true, false, 0, 1, -1, 1.5, 1e300, "", "x", "0", "\\u0000", [], [[]], [null], ["x"], {},
  {"x": 1}, {"toString": 1}, {"then": 1}, {"length": 1}, {"id": {}}, [{"id": "x"}]
]`) as unknown[];

function fieldOutside(properties: object): fc.Arbitrary<object> {
  const names = ["__proto__", "constructor", "toString", "then", "", "0", "id\0", "Id", "*"];
  return fc
    .tuple(fc.oneof(fc.constantFrom(...names), fc.string()), fc.constantFrom(...VALUES))
    .filter(([name]) => !Object.hasOwn(properties, name))
    .map(([name, value]) => ({ [name]: value }));
}

/** A value that does not fit. */
function broken(schema: Schema): fc.Arbitrary<unknown> {
  const { type = "string", properties = {}, required = [], items } = schema;
  const others: fc.Arbitrary<unknown>[] = [ofOtherType(type)];
  switch (type) {
    case "object":
      others.push(fieldOutside(properties));
      for (const [name, field] of Object.entries(properties)) {
        others.push(broken(field).map((value) => ({ [name]: value })));
      }
      if (required.length > 0) others.push(fc.constant({}));
      break;
    case "array":
      if (items) others.push(fc.array(broken(items), { minLength: 1, maxLength: 3 }));
      break;
    case "integer":
      others.push(fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }));
      others.push(fc.constantFrom(2 ** 53, 1e300, -1e300, (schema.minimum ?? 0) - 1));
      if ((schema.maximum ?? 0) < 1e9) others.push(fc.constant((schema.maximum ?? 0) + 1));
      break;
    case "string":
      others.push(...brokenText(schema));
      break;
  }
  return fc.oneof(...others);
}

function brokenText({ enum: known, pattern, minLength = 0, maxLength }: Schema) {
  const texts: fc.Arbitrary<string>[] = [];
  const any = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "\0", "\ud800", "x y"));
  if (known !== undefined) texts.push(any.filter((text) => !known.includes(text)));
  if (pattern !== undefined) {
    const fits = new RegExp(pattern, "u");
    texts.push(any.filter((text) => !fits.test(text.trim().toLowerCase())));
  }
  if (maxLength !== undefined) texts.push(fc.constant("x".repeat(maxLength + 1)));
  if (minLength > 0) texts.push(fc.constantFrom("", " ", "\u00a0\u3000"));
  return texts;
}

/** `undefined`, which JSON leaves out, is none of them. */
function ofOtherType(type: Schema["type"]): fc.Arbitrary<unknown> {
  return fc.constantFrom(...VALUES.filter((value) => typeOf(value) !== type));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" ? "integer" : typeof value;
}

/** No JSON, or none that holds anything. An empty body counts as no input. */
function noInput(text: string): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> {
  return fc.oneof(
    fc.integer({ min: 1, max: text.length - 1 }).map((end) => text.slice(0, end)),
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
    fc.string({ minLength: 1, unit: "binary" }),
    fc.constant(Uint8Array.from(Buffer.from(text, "utf16le"))),
    fc.constantFrom("NaN", "undefined", "{'id':1}", "[".repeat(60_000), '{"a":'.repeat(10_000)),
    fc.constantFrom(
      `${text}${text}`,
      `${text},`,
      `/**/${text}`,
      "[]",
      "null",
      "1e999",
      '"\\ud800"',
    ),
  );
}

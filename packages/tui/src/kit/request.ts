import type { Redacted } from "@latchkey/core";
import type { ApiKey, InputOf, OutputOf, ProcedureName, procedures } from "@latchkey/client";
import type { Failure } from "../format/failure.ts";

// What screens ask of the server, as plain data, and what comes back to them: its procedures by name, as the
// client's contract has them. Secrets alone travel wrapped.

/** The fields that hold one, given or given back. */
export const secretFields = ["password", "current", "next", "token"] as const;

/** The same, with each secret wrapped. */
type Guarded<Value> = {
  readonly [Field in keyof Value]: Field extends (typeof secretFields)[number]
    ? Guard<Value[Field]>
    : Value[Field];
};
type Guard<Value> = Value extends string ? Redacted<string> : Value;

/** What ends with its answer. */
export type Asked = {
  [Name in ProcedureName]: (typeof procedures)[Name]["kind"] extends "subscription" ? never : Name;
}[ProcedureName];

export type Input<Name extends Asked> = Guarded<NonNullable<InputOf<Name>>>;
export type Output<Name extends Asked> = Guarded<OutputOf<Name>>;

/** One of the procedures, or of those that are named, with its input. */
export type Request<Names extends Asked = Asked> = {
  [Name in Names]: { readonly procedure: Name } & (undefined extends InputOf<Name>
    ? { readonly input?: Input<Name> }
    : { readonly input: Input<Name> });
}[Names];

/** `ask` is the number that the asking screen gave: late replies to older questions don't count. */
export type Reply<Names extends Asked = Asked> = {
  [Name in Names]: { readonly procedure: Name; readonly ask: number } & (
    | { readonly ok: true; readonly value: Output<Name> }
    | { readonly ok: false; readonly failure: Failure }
  );
}[Names];

/** A key that was just made, with the token that is shown this once. */
export type FreshKey = { readonly key: ApiKey; readonly token: Redacted<string> };

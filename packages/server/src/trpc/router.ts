import type { InputOf, OutputOf, ProcedureName } from "@latchkey/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { auth } from "./procedures/auth.ts";
import { events } from "./procedures/events.ts";
import { keys } from "./procedures/keys.ts";
import { sshKeys } from "./procedures/ssh-keys.ts";
import { users } from "./procedures/users.ts";
import { router } from "./procedure.ts";

/** The public contract. Names here must not change. */
export const appRouter = router({ auth, events, keys, sshKeys, users });

type Inputs = inferRouterInputs<typeof appRouter>;
type Outputs = inferRouterOutputs<typeof appRouter>;

type Of<All, Name> = Name extends `${infer Router extends keyof All & string}.${infer Short}`
  ? Short extends keyof All[Router]
    ? All[Router][Short]
    : "missing"
  : "missing";

/** A subscription's items, without the ids that tRPC adds. */
type Plain<Output> = Output extends AsyncIterable<{ data: infer Data }> ? Data : Output;

type Same<Ours, Theirs> = [Ours, Theirs] extends [Theirs, Ours] ? true : false;

/** The procedures whose input or output differs from the client's contract. */
type Different = {
  [Name in ProcedureName]: [
    Same<Exclude<Of<Inputs, Name>, void>, Exclude<InputOf<Name>, void>>,
    Same<Plain<Of<Outputs, Name>>, OutputOf<Name>>,
  ] extends [true, true]
    ? never
    : Name;
}[ProcedureName];

// Compiles only if there is none.
true satisfies [Different] extends [never] ? true : Different;

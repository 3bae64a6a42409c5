import type { z } from "zod";
import { appRouter } from "../src/trpc/router.ts";

// oxlint-disable no-underscore-dangle -- tRPC has no other way to a router's procedures and their inputs.
type Procedure = { readonly _def: { readonly inputs: readonly z.ZodType[] } };

/** Each procedure of the router by its name, with what its input is parsed by. */
export const procedures: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>).map(
    ([name, { _def }]) => {
      const [input, ...more] = _def.inputs;
      if (input === undefined || more.length > 0) throw new Error(`${name} has not one input`);
      return [name, input];
    },
  ),
);
